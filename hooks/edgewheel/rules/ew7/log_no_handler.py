"""Handlers and classes that the platform asks for and main does not export."""

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
    """A handler or class that the platform asks for and main does not export.

    Workers: from 2025-08-14 the runtime calls only a class `Default(WorkerEntrypoint)` that main binds at its top
        level; `on_fetch` and its kin no longer count. A class that a binding or a migration names must be there too.

    Fix: bind it in main, or with staging name it in `[tool.edgewheel] exports`: `edgewheel explain EW206`. For Durable
        Objects and Workflows the bindings, the migrations and main must agree: `edgewheel explain EW320`.

    Bad:
        The Worker has no registered event handlers. [code: 10068]

    Good:
        Uploaded forge (3.21 sec)
    """
    yield from plain(log, "EW706")
