"""A compiled module that was built for another Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.ew7.judged import is_compiled, times
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.rules.ew7.judged import Log


@rule("EW705")
def log_stale_abi(log: Log) -> Iterator[Finding]:
    """A compiled module that is missing, because what is vendored was built for another Python.

    Workers: the compatibility date and flags choose the Python; compiled modules carry its version in their names.
        pywrangler syncs again only when pyproject.toml or pylock.toml is newer, never for a new date.

    Fix: `pywrangler sync --force`; `edgewheel check --select EW501` shows which files are stale.

    Bad:
        ModuleNotFoundError: No module named 'pydantic_core._pydantic_core'

    Good:
        Uploaded forge (3.21 sec)
    """
    hit = log.digest.hits.get("module")
    for name in hit.names if hit else ():
        if is_compiled(name):
            yield Finding(
                f"`No module named '{name.text}'` ({times(name.said)}): the compiled part in `python_modules` "
                "was built for another Python than the compatibility date selects",
                log.place(name.line),
                "uv run pywrangler sync --force",
            )
