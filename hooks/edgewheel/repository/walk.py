"""One walk over the project's disk, and the folders that are not the project's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edgewheel.repository.disk import Disk, Entry

#: Folders that hold other people's code, or what tools keep for themselves, wherever they stand.
FOREIGN = frozenset(
    (
        *("node_modules", "python_modules", "site-packages", "__pycache__"),
        *(".git", ".hg", ".svn", ".bzr", ".jj"),
        *(".tox", ".nox", ".hatch", ".pixi", ".wrangler"),
        *(".mypy_cache", ".ruff_cache", ".pytest_cache"),
    )
)
#: Folders that builds write.
OUTPUT = frozenset(("build", "dist"))
#: Links to folders are followed, but not endlessly many inside each other.
_LINKS = 8


class BadLink(CouldNotRun):
    """A link that keeps a tree from being read; `path` is its absolute posix path."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(text)
        self.path = path


def is_foreign(disk: Disk, folder: str, name: str) -> bool:
    """Whether a folder of that name in `folder` holds other people's files, or is a virtual environment."""
    return name in FOREIGN or name.startswith(".venv") or disk.is_file(f"{folder}/{name}/pyvenv.cfg")


def walk(disk: Disk, top: str, *, enters: Callable[[str, Entry], bool]) -> Iterator[tuple[str, Entry]]:
    """Every entry below a folder that is no folder, with its absolute path, in byte order of the names.

    `enters` says of each folder (its absolute path and entry) whether to walk it. Links to folders are followed;
    BadLink where they lead back to a folder around them.
    """
    yield from _walk(disk, top, enters, (disk.real(top),), 0)


def _walk(
    disk: Disk, folder: str, enters: Callable[[str, Entry], bool], real: tuple[str, ...], links: int
) -> Iterator[tuple[str, Entry]]:
    for entry in disk.scan(folder):
        path = f"{folder}/{entry.name}"
        if entry.kind not in {"dir", "link-dir"}:
            yield path, entry
        elif enters(path, entry):
            yield from _walk(disk, path, enters, *through(disk, path, entry, real, links))


def through(disk: Disk, path: str, entry: Entry, real: tuple[str, ...], links: int) -> tuple[tuple[str, ...], int]:
    """The real folders around what is in a folder, and the links passed on the way to it; BadLink as of `walk`."""
    if entry.kind == "dir":
        return (*real, f"{real[-1]}/{entry.name}"), links
    target = disk.real(path)
    if target in real or links >= _LINKS:
        raise BadLink(
            path,
            f"`{path}` is a link to `{target}`, a folder around it: the files below it never end. "
            "Remove the link, or leave it out by `strip` in `[tool.edgewheel]`",
        )
    return (*real, target), links + 1
