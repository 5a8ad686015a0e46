"""`[tool.edgewheel]` of the Worker's pyproject.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.text.document import Document


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


#: key path below `[tool.edgewheel]` -> (field, shape)
KEYS: dict[tuple[str, ...], tuple[str, str]] = {
    ("entry",): ("entry", "module"),
    ("namespace",): ("namespace", "name"),
    ("stage",): ("stage", "folder"),
    ("exports",): ("exports", "names"),
    ("strip",): ("strip", "list"),
    ("keep",): ("keep", "list"),
    ("packages",): ("packages", "packages"),
    ("wrangler-version",): ("wrangler_version", "version"),
    ("select",): ("select", "codes"),
    ("ignore",): ("ignore", "codes"),
    ("per-file-ignores",): ("per_file_ignores", "codes-by-file"),
    ("dependencies", "runtime-files"): ("runtime_files", "paths"),
    ("dependencies", "dev-only"): ("dev_only", "list"),
    ("dependencies", "allow"): ("allow", "list"),
    ("size", "budget"): ("budget", "size"),
    ("size", "gzip-budget"): ("gzip_budget", "size"),
    ("size", "warn-at"): ("warn_at", "percent"),
    ("size", "growth"): ("growth", "growth"),
}
TABLES = {key[0] for key in KEYS if len(key) > 1}


def entries(pyproject: Document | None) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The settings by key path; a table that is none comes whole."""
    table = pyproject.get("tool", "edgewheel", default={}) if pyproject else {}
    if not isinstance(table, dict):
        yield (), table
        return
    for name, value in table.items():
        if name in TABLES and isinstance(value, dict):
            for inner, inner_value in value.items():
                yield (name, inner), inner_value
        else:
            yield (name,), value
