"""What the top level of a module must not do."""

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
    """Randomness, I/O or a JavaScript object that modules use while they are imported.

    Workers: the top level runs once, when the snapshot is made. What it draws would be the same for every request, it
        has no request for I/O, and the snapshot cannot hold JavaScript objects: the runtime raises instead.

    Fix: do it inside the handler; `edgewheel check --select EW208,EW210` names the modules that do it at import.

    Bad:
        OSError: Randomness is not allowed while a Worker is starting

    Good:
        Uploaded forge (3.21 sec)
    """
    yield from plain(log, "EW707")
