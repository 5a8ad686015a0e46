"""EW003: edgewheel's own table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.checks import rule
from edgewheel.worker.settings import are_written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.findings import Finding
    from edgewheel.worker.model import Worker


@rule("EW003", "unknown-setting")
def unknown_setting(worker: Worker) -> Iterator[Finding]:
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
    if are_written(worker.pyproject):
        from edgewheel.worker.shapes import faults

        yield from faults(worker.pyproject)
