"""EW503: a package that resolves only to a release a major version or two years behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.rules.ew5.resolving import joined, place
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.dependencies.resolve.outcome import Fallen, Resolution, WheelOutcome

#: How many of the missing wheels behind an old release are named.
_SHOWN = 4


@rule("EW503", "worker-wheels")
def old_release_for_want_of_a_wheel(resolution: Resolution) -> Iterator[Finding]:
    """A package that resolves only to a release a major version or two years behind, since a newer one needs a wheel
    that is missing.

    Workers: the deploy succeeds with code that nobody has tested: an unbounded `litellm` becomes 0.1.236.

    Fix: give the requirement a lower bound, so that resolving fails instead, then fix the missing wheel.

    Bad:
        dependencies = ["litellm"]

    Good:
        dependencies = ["litellm>=1.77"]
    """
    merged: dict[str, list[tuple[WheelOutcome, Fallen]]] = {}
    for outcome in resolution.outcomes:
        for fallen in outcome.fallen:
            merged.setdefault(fallen.name, []).append((outcome, fallen))
    for name, asked in merged.items():
        outcome, fallen = asked[0]
        pythons = joined([each.python for each, _ in asked])
        more = f" and {len(fallen.forced) - _SHOWN} more" if len(fallen.forced) > _SHOWN else ""
        forced = ", ".join(f"`{each}`" for each in fallen.forced[:_SHOWN]) + more or "a newer one"
        dated = f" of {fallen.released}" if fallen.released else ""
        silent = "" if outcome.known else "; Pyodide's index did not answer and may have it"
        yield Finding(
            f"`{name}` resolves to {fallen.version}{dated} on Python {pythons}, not to {fallen.newest}, because "
            f"{forced} has no wheel for Workers{silent}: the old release is deployed",
            place(resolution.worker, fallen.root.place if fallen.root else Place("")),
            _bound(fallen),
        )


def _bound(fallen: Fallen) -> str:
    least = f"{fallen.name}>={'.'.join(fallen.newest.split('.')[:2])}"
    then = "then `edgewheel wheels` says how to fix the missing wheel"
    if fallen.root is not None and fallen.root.key == fallen.name:
        return f'uv add --frozen "{least}", {then}'
    return f'in pyproject.toml, {then}:\n[tool.uv]\nconstraint-dependencies = ["{least}"]'
