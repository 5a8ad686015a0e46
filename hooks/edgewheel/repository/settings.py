"""`[tool.edgewheel]` of the Worker's pyproject.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from edgewheel.documents.document import Document


class Settings(NamedTuple):
    """The table as typed values; a key of a wrong type keeps its default and is a fault (EW003)."""

    entry: str = ""
    namespace: str = ""
    stage: str = "build/worker"
    exports: tuple[str, ...] = ()
    strip: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    packages: str = "consistent"
    wrangler_version: str = ""
    select: tuple[str, ...] = ("EW",)
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    runtime_files: tuple[str, ...] = ("requirements-runtime.txt",)
    dev_only: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    budget: str = ""
    gzip_budget: str = ""
    warn_at: str = "80%"
    growth: str = ""
    startup_budget: str = "1000 ms"
    startup_growth: str = ""
    precompile: bool = False


def are_written(pyproject: Document | None) -> bool:
    """Whether there is such a table, or something else of its name; most projects have none."""
    return pyproject is not None and pyproject.get("tool", "edgewheel", default={}) != {}
