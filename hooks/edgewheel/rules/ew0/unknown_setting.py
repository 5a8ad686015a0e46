"""EW003: edgewheel's own table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.repository.settings import are_written
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.findings import Finding


@rule("EW003", "worker-runtime-deps")
def unknown_setting(deploys: Deploys) -> Iterator[Finding]:
    """A key of `[tool.edgewheel]` that edgewheel does not know, or a value that it cannot use.

    Workers: the setting has no effect: what it was written to allow is still refused, and what it was written
    to keep out of the deploy still gets there.

    Fix: write the key that the message names; `edgewheel explain EW003` shows the form.

    Bad:
        [tool.edgewheel]
        entry-point = "src/main.py"

    Good:
        [tool.edgewheel]
        entry = "src/main.py"
    """
    worker = deploys.worker
    if are_written(worker.pyproject):
        from edgewheel.repository.settings_shapes import faults

        yield from faults(worker.pyproject)
