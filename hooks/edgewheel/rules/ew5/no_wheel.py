"""EW502: a package among what the Worker requires that has no wheel for the runtime."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.dependencies import chains, lists
from edgewheel.findings import Finding
from edgewheel.rules.ew1.cures import drop_extra
from edgewheel.rules.ew5.resolving import joined, place
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.dependencies.resolve.outcome import MissingWheel, Resolution, WheelOutcome
    from edgewheel.repository.worker import Worker


@rule("EW502", "worker-wheels")
def no_wheel(resolution: Resolution) -> Iterator[Finding]:
    """A package among what the Worker requires that has no wheel for the runtime.

    The message names the requirement and the extra that bring it and the newest version that would fit; a fix is
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
    merged: dict[tuple[str, str], list[tuple[WheelOutcome, MissingWheel]]] = {}
    for outcome in resolution.outcomes:
        for missing in outcome.missing if not outcome.resolves else ():
            merged.setdefault((missing.name, missing.root.text), []).append((outcome, missing))
    for (name, _), asked in merged.items():
        outcome, missing = asked[0]
        pythons = joined([each.python for each, _ in asked])
        brings = f", brought by {chains.shown(missing.chain)}" if len(missing.chain) > 1 else ""
        newest = f"the newest version that has one is {missing.fits}" if missing.fits else "no version has one"
        known = all(each.known for each, _ in asked) or lists.without_wheel(name)
        silent = "" if known else "; Pyodide's index did not answer and may have it"
        yield Finding(
            f"`{name}` {missing.version}{brings} has no wheel for Python {pythons} on Workers ({newest}{silent}): "
            f"nothing can be installed",
            place(resolution.worker, missing.root.place),
            _cure(resolution.worker, [outcome for outcome, _ in asked], missing),
            "" if known else "warning",
        )


def _cure(worker: Worker, outcomes: Sequence[WheelOutcome], missing: MissingWheel) -> str:
    """What was tried with success, on every Python that lacks the wheel."""
    if not all(outcome.cured for outcome in outcomes):
        return "no fix found that resolves: look for another package, or use it outside the Worker"
    if missing.extra:
        return drop_extra(worker, missing.root, missing.extra)
    overrides = dict.fromkeys(line for outcome in outcomes for line in outcome.overrides)
    lines = "".join(f'\n  "{line}",' for line in overrides)
    return f"in pyproject.toml, tried with uv:\n[tool.uv]\noverride-dependencies = [{lines}\n]"
