"""What EW407 and EW408 judge: a measured start against its budget and the start of before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edgewheel.runtime.startup import Cost, Start


class Before(NamedTuple):
    """A start as a baseline file keeps it: milliseconds of CPU, Python's own, and by import statement (its module)."""

    cpu_ms: float
    python_ms: float
    imports: Mapping[str, float]


class Started(NamedTuple):
    """`path` gives the real file of an upload's module, `place` is the config's line; `growth` such as `10%`."""

    start: Start
    budget_ms: float
    growth: str
    before: Before | None
    baseline: str
    path: Callable[[str], str]
    place: Place

    def costs(self) -> list[Cost]:
        """The project's own import statements, what saves most first."""
        return sorted(
            (each for each in self.start.imports if each.saves_ms is not None), key=lambda each: -(each.saves_ms or 0)
        )

    def at(self, cost: Cost | None) -> Place:
        """The statement's place, else the config's."""
        path = self.path(cost.path) if cost is not None else ""
        return Place(path, cost.line, 1) if cost is not None and path else self.place
