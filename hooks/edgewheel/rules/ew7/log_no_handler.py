"""EW706: a deploy that was refused because main exports no handler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.rules.ew7.judged import plain
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.findings import Finding
    from edgewheel.rules.ew7.judged import Log


@rule("EW706")
def log_no_handler(log: Log) -> Iterator[Finding]:
    """A deploy that was refused because main exports no handler.

    Workers: from 2025-08-14 the runtime calls only a class `Default(WorkerEntrypoint)` that main binds at its top
        level; `on_fetch` and its kin no longer count.

    Fix: bind it in main, or with staging name it in `[tool.edgewheel] exports`: `edgewheel explain EW206`.

    Bad:
        The Worker has no registered event handlers. [code: 10068]

    Good:
        Uploaded forge (3.21 sec)
    """
    yield from plain(log, "EW706")
