"""EW502 and EW503: what has no wheel for the runtime, and what resolves to an old release for want of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.dependencies import chains, lists
from edgewheel.findings import Finding, Place
from edgewheel.rules.ew1.cures import drop_extra
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.dependencies.resolve.outcome import Fallen, MissingWheel, Outcome, Resolution
    from edgewheel.repository.worker import Worker

#: How many of the missing wheels behind an old release are named.
_SHOWN = 4


@rule("EW502", "worker-wheels")
def no_wheel(resolution: Resolution) -> Iterator[Finding]:
    """A package among what the Worker requires that has no wheel for the runtime.

    The message names the requirement and the extra that bring it and the newest version that would fit; a cure is
    offered only where resolving with it succeeded.

    Workers: nothing is compiled there and pywrangler builds nothing: `pywrangler sync` stops with
    `has no usable wheels`, and nothing is deployed.

    Fix: drop the extra that brings the package, or keep it off Workers by
    `[tool.uv] override-dependencies = ["uvloop ; sys_platform != 'emscripten'"]`.

    Bad:
        dependencies = ["uvicorn[standard]"]

    Good:
        dependencies = ["uvicorn"]
    """
    merged: dict[tuple[str, str], list[tuple[Outcome, MissingWheel]]] = {}
    for outcome in resolution.outcomes:
        for missing in outcome.missing if not outcome.resolves else ():
            merged.setdefault((missing.name, missing.root.text), []).append((outcome, missing))
    for (name, _), asked in merged.items():
        outcome, missing = asked[0]
        pythons = _and([each.python for each, _ in asked])
        brings = f", brought by {chains.shown(missing.chain)}" if len(missing.chain) > 1 else ""
        newest = f"the newest version that has one is {missing.fits}" if missing.fits else "no version has one"
        known = all(each.known for each, _ in asked) or lists.without_wheel(name)
        silent = "" if known else "; Pyodide's index did not answer and may have it"
        yield Finding(
            f"`{name}` {missing.version}{brings} has no wheel for Python {pythons} on Workers ({newest}{silent}): "
            f"nothing can be installed",
            _place(resolution.worker, missing.root.place),
            _cure(resolution.worker, [outcome for outcome, _ in asked], missing),
            "" if known else "warning",
        )


@rule("EW503", "worker-wheels")
def old_release_for_want_of_a_wheel(resolution: Resolution) -> Iterator[Finding]:
    """A package that resolves only to a release a major version or two years behind, since a newer one needs a wheel
    that is missing.

    Workers: the deploy succeeds with code that nobody has tested: an unbounded `litellm` becomes 0.1.236.

    Fix: give the requirement a lower bound, so that resolving fails instead, then cure the missing wheel.

    Bad:
        dependencies = ["litellm"]

    Good:
        dependencies = ["litellm>=1.77"]
    """
    merged: dict[str, list[tuple[Outcome, Fallen]]] = {}
    for outcome in resolution.outcomes:
        for fallen in outcome.fallen:
            merged.setdefault(fallen.name, []).append((outcome, fallen))
    for name, asked in merged.items():
        outcome, fallen = asked[0]
        pythons = _and([each.python for each, _ in asked])
        more = f" and {len(fallen.forced) - _SHOWN} more" if len(fallen.forced) > _SHOWN else ""
        forced = ", ".join(f"`{each}`" for each in fallen.forced[:_SHOWN]) + more or "a newer one"
        dated = f" of {fallen.released}" if fallen.released else ""
        silent = "" if outcome.known else "; Pyodide's index did not answer and may have it"
        yield Finding(
            f"`{name}` resolves to {fallen.version}{dated} on Python {pythons}, not to {fallen.newest}, for want of a "
            f"wheel of {forced} for Workers{silent}: the old release is what gets deployed",
            _place(resolution.worker, fallen.root.place if fallen.root else Place("")),
            _bound(fallen),
        )


def _cure(worker: Worker, outcomes: Sequence[Outcome], missing: MissingWheel) -> str:
    """What was tried with success, on every Python that lacks the wheel."""
    if not all(outcome.cured for outcome in outcomes):
        return "no cure found that resolves: look for another package, or use it outside the Worker"
    if missing.extra:
        return drop_extra(worker, missing.root, missing.extra)
    overrides = dict.fromkeys(line for outcome in outcomes for line in outcome.overrides)
    lines = "".join(f'\n  "{line}",' for line in overrides)
    return f"in pyproject.toml, tried with uv:\n[tool.uv]\noverride-dependencies = [{lines}\n]"


def _bound(fallen: Fallen) -> str:
    least = f"{fallen.name}>={'.'.join(fallen.newest.split('.')[:2])}"
    then = "then `edgewheel wheels` tells what cures the missing wheel"
    if fallen.root is not None and fallen.root.key == fallen.name:
        return f'uv add --frozen "{least}", {then}'
    return f'in pyproject.toml, {then}:\n[tool.uv]\nconstraint-dependencies = ["{least}"]'


def _place(worker: Worker, place: Place) -> Place:
    if place.path:
        return place
    return worker.pyproject.place("project", "dependencies") if worker.pyproject else Place(worker.config.path, 1, 1)


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
