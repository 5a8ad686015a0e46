"""EW707: randomness that was asked for while modules were imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.rules.ew7.judged import plain
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.findings import Finding
    from edgewheel.rules.ew7.judged import Log


@rule("EW707")
def log_randomness(log: Log) -> Iterator[Finding]:
    """Randomness that was asked for while modules were imported.

    Workers: the top level runs once, when the snapshot is made, and what it draws would be the same for every
        request; the runtime raises instead.

    Fix: draw it inside the handler; `edgewheel check --select EW208` names the modules that do it at import.

    Bad:
        OSError: Randomness is not allowed while a Worker is starting

    Good:
        Uploaded forge (3.21 sec)
    """
    yield from plain(log, "EW707")
