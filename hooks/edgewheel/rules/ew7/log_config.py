"""What wrangler, pywrangler and uv say about the config, the folder and the tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.rules.ew7.judged import plain
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.findings import Finding
    from edgewheel.rules.ew7.judged import Log


@rule("EW708")
def log_config(log: Log) -> Iterator[Finding]:
    """What wrangler, pywrangler or uv refuse or ignore in the config and the folder, and tools that are too old.

    Workers: what is refused or missing stops the deploy. Keys, files and rules that are only ignored let it pass,
        without the files that they should have brought.

    Fix: `edgewheel check` names the line of each in the config, and `edgewheel check --fix` fixes most.

    Bad:
        Unexpected fields found in build field: "upload"

    Good:
        Uploaded forge (3.21 sec)
    """
    yield from plain(log, "EW708")
