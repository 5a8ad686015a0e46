"""Which folders are packages and lack their `__init__.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

INIT = "__init__.py"


def missing(names: Iterable[str], namespace: str) -> tuple[str, ...]:
    """The `__init__.py` that the packages of a tree lack, as names, sorted.

    `names` are posix names of files; a package is the namespace's folder or one below it that holds a module,
    directly or deeper, and whose path can be imported. A folder with data alone is none.
    """
    present = set(names)
    inside = f"{namespace}/"
    climbing = {name.rpartition("/")[0] for name in present if name.endswith(".py") and name.startswith(inside)}
    folders: set[str] = set()
    while climbing:
        folders |= climbing
        climbing = {folder.rpartition("/")[0] for folder in climbing if folder != namespace} - folders
    wanted = (f"{folder}/{INIT}" for folder in folders if importable(folder))
    return tuple(sorted(name for name in wanted if name not in present))


def importable(folder: str) -> bool:
    """Whether every part of a posix path can stand in an import statement."""
    return all(part.isidentifier() for part in folder.split("/"))
