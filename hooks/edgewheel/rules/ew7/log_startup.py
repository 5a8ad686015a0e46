"""EW703: a Worker whose start took more CPU or memory than allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.rules.ew7.judged import plain
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.findings import Finding
    from edgewheel.rules.ew7.judged import Log


@rule("EW703")
def log_startup(log: Log) -> Iterator[Finding]:
    """A Worker whose start took more CPU or memory than allowed.

    Workers: the top level of main and of all that it imports runs when the Worker is uploaded or started; it has one
        second of CPU and 128 MB. A deploy over it is refused.

    Fix: `edgewheel prove --runtime pyodide` lists the import time by package: import the slowest inside the handler
        that needs it.

    Bad:
        Script startup exceeded CPU time limit. [code: 10021]

    Good:
        Worker Startup Time: 412 ms
    """
    yield from plain(log, "EW703")
