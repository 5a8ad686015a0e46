"""CPU and memory of the start and of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.ew7.judged import plain
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.rules.ew7.judged import Log


@rule("EW703")
def log_startup(log: Log) -> Iterator[Finding]:
    """A start, or a request, that took more CPU or memory than allowed; a `Worker Startup Time` over the budget.

    Workers: the top level of main and of all that it imports runs when the Worker is uploaded or started; it has one
        second of CPU and 128 MB. A deploy over it is refused. A request over its limit ends with error 1102.

    Fix: `edgewheel startup` shows what each import costs: import the slowest inside the handler that needs it. The
        budget is `budget` in `[tool.edgewheel.startup]`.

    Bad:
        Script startup exceeded CPU time limit. [code: 10021]

    Good:
        Worker Startup Time: 412 ms
    """
    yield from plain(log, "EW703")
    slowest = max(log.names("startup-time"), key=lambda name: int(name.text), default=None)
    if slowest is not None and log.startup_ms and int(slowest.text) > log.startup_ms:
        yield Finding(
            f"the start took {int(slowest.text):,} ms of CPU, over the budget of {log.startup_ms:,.0f} ms",
            log.place(slowest.line),
            "edgewheel startup",
        )
