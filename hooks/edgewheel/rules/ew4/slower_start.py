"""EW408: a start that costs more CPU than the baseline allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.repository.settings_shapes import parse_duration
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.rules.ew4.started import Started

#: Milliseconds: a share of a small start is less than what one machine's runs differ by.
_LEAST = 10.0


@rule("EW408", judges="start")
def slower_start(started: Started) -> Iterator[Finding]:
    """A start that costs more CPU than the baseline by more than `growth` in `[tool.edgewheel.startup]`. Only
    `edgewheel startup` runs this rule. What the machine is slower or faster than the baseline's is taken out by
    Python's own start.

    Workers: nothing says that one more import at module level costs 300 ms, until the start limit does.

    Fix: import the module in the function that needs it. Where the growth is meant, save the baseline again.

    Bad:
        [tool.edgewheel.startup]
        growth = "0 ms"

    Good:
        [tool.edgewheel.startup]
        growth = "60 s"
    """
    start, before = started.start, started.before
    if before is None or not started.growth:
        return
    factor = start.python_ms / before.python_ms if before.python_ms else 1.0
    was = before.cpu_ms * factor
    more = start.cpu_ms - was
    if more <= _allowed(started.growth, was):
        return
    changes = sorted(
        ((each.saves_ms or 0) - before.imports.get(each.module, 0.0) * factor, each) for each in started.costs()
    )
    gained, cost = changes[-1] if changes else (0.0, None)
    message = f"the start takes {start.cpu_ms:,.0f} ms of CPU, {more:,.0f} ms more than the baseline ({was:,.0f} ms): "
    message += f"more than `growth = {started.growth}`"
    if cost is not None and gained > 0:
        new = "new" if cost.module not in before.imports else "slower"
        message += f". Most by `{cost.module}` ({new}, {gained:,.0f} ms)"
        yield Finding(message, started.at(cost), f"import `{cost.module}` in the function that needs it")
        return
    yield Finding(message, started.place, f"edgewheel startup --save-baseline {started.baseline}")


def _allowed(growth: str, before: float) -> float:
    if growth.endswith("%"):
        return max(before * float(growth[:-1]) / 100, _LEAST)
    return parse_duration(growth) or 0.0
