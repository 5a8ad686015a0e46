"""The files that wrangler walks, in its order.

facts: depth first, the names of a folder in byte order, folders among the files. Only `.wrangler` of the project root
is left out: virtual environments, node_modules, `.git`, `__pycache__` and tests are all walked. A link to a folder is
not entered, its name counts as a file's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.worker.disk import Disk, Entry

#: name relative to the walk's top as wrangler reads it, absolute path, kind (as in `Entry`)
Found = tuple[str, str, str]


class Refused(Exception):  # noqa: N818 - it is wrangler that stops: the text becomes `Upload.error`
    """wrangler would stop here; the text is the error that it prints."""


def files(disk: Disk, top: str, *, without: str = "", hidden: str = "") -> Iterator[Found]:
    """Every file below a folder, less the file `without` and the folder `hidden` (absolute paths).

    A folder that cannot be read raises `Refused`.
    """
    kind = disk.kind(top)
    if kind != "dir":
        code, words = ("ENOTDIR", "not a directory") if kind == "file" else ("ENOENT", "no such file or directory")
        raise Refused(f"{code}: {words}, scandir '{top}'")
    yield from _below(disk, top, "", without, hidden)


def _below(disk: Disk, folder: str, prefix: str, without: str, hidden: str) -> Iterator[Found]:
    for name, kind in entries(disk, folder):
        path = f"{folder}/{name}"
        if kind == "dir":
            if path != hidden:
                yield from _below(disk, path, f"{prefix}{name}/", without, hidden)
        elif path != without:
            yield prefix + name, path, kind


def entries(disk: Disk, folder: str) -> tuple[Entry, ...]:
    """The entries of a folder that is there."""
    try:
        return disk.scan(folder)
    except CouldNotRun as error:
        raise Refused(f"EACCES: permission denied, scandir '{folder}' ({error})") from None


def as_node(name: str) -> str:
    """A file name as Node reads it: bytes that are no UTF-8 become U+FFFD, a backslash becomes a slash."""
    if not name.isascii():
        name = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return name.replace("\\", "/")
