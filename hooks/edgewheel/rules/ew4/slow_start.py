"""EW407: a start that costs more CPU than the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.rules.ew4.started import Started


@rule("EW407", judges="start")
def slow_start(started: Started) -> Iterator[Finding]:
    """A start that costs more CPU than `budget` in `[tool.edgewheel.startup]` (default: 1,000 ms, the platform's
    limit). Only `edgewheel startup` runs this rule: it measures.

    Workers: the deploy fails with `Python Worker startup exceeded CPU limit 1757<=1000`. Every new instance pays for
    the start.

    Fix: import what only some requests need inside the function that needs it. `edgewheel startup` shows what each
    statement saves.

    Bad:
        [tool.edgewheel.startup]
        budget = "1 ms"

    Good:
        [tool.edgewheel.startup]
        budget = "60 s"
    """
    start = started.start
    if start.cpu_ms <= started.budget_ms:
        return
    costs = [each for each in started.costs() if (each.saves_ms or 0) >= 1]
    top = ", ".join(f"`{each.module}` {each.saves_ms:,.0f} ms" for each in costs[:3])
    message = f"the start takes {start.cpu_ms:,.0f} ms of CPU: more than the budget of {started.budget_ms:,.0f} ms. "
    message += f"Most by: {top}" if top else "No single import statement causes it"
    fix = f"import `{costs[0].module}` in the function that needs it" if costs else "edgewheel startup --format html"
    yield Finding(message, started.at(costs[0] if costs else None), fix)
