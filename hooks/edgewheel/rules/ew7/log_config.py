"""EW708: what wrangler said about the config and the folder."""

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
    """What wrangler said about the config and the folder: ignored keys, shadowed rules, python_modules in the way.

    Workers: only `python_modules` in the module root stops the deploy. The rest deploys, without what the ignored
        keys, files and rules should have brought: the files are missing at run time.

    Fix: `edgewheel check` names the line of each in the config, `edgewheel check --fix` mends most.

    Bad:
        Unexpected fields found in build field: "upload"

    Good:
        Uploaded forge (3.21 sec)
    """
    for finding in plain(log, "EW708"):
        refuses = "refuses" in finding.message
        yield finding._replace(level="error" if refuses else "warning")
