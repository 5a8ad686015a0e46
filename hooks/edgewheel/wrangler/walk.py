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

    from edgewheel.documents.tree import Key
    from edgewheel.repository.disk import Disk, Entry

#: name relative to the walk's top as wrangler reads it, absolute path, kind (as in `Entry`)
Found = tuple[str, str, str]


class Refused(Exception):  # noqa: N818 - it is wrangler that stops: the text becomes `Upload.error`
    """wrangler would stop here with this text as its error; `key` is the value of the config that it is about."""

    def __init__(self, text: str, key: Key = ()) -> None:
        super().__init__(text)
        self.key = key

    def told(self, *, friendly: bool) -> str:
        """The text of one version; `friendly` since 4.60.0."""
        del friendly
        return str(self)


class MissingPath(Refused):
    """A file or folder that is not there when wrangler looks."""

    def __init__(self, call: str, path: str) -> None:
        super().__init__(f"ENOENT: no such file or directory, {call} '{path}'")
        self.path = path

    def told(self, *, friendly: bool) -> str:
        if not friendly:
            return str(self)
        return (
            f"A file or directory could not be found.\nMissing file or directory: {self.path}\n"
            "This is typically caused by:\n- The file or directory does not exist\n- A typo in the file path\n"
            "- The file was moved or deleted\nPlease check the file path and try again."
        )


class ForbiddenPath(Refused):
    """A file or folder that may not be read."""

    def __init__(self, call: str, path: str) -> None:
        super().__init__(f"EACCES: permission denied, {call} '{path}'")
        self.path = path

    def told(self, *, friendly: bool) -> str:
        if not friendly:
            return str(self)
        return (
            f"A permission error occurred while accessing the file system.\nAffected path: {self.path}\n"
            "This is typically caused by:\n- Insufficient file or directory permissions\n"
            "- Files or directories being locked by another process\n"
            "- Antivirus or security software blocking access\nPlease check the file permissions and try again."
        )


def files(disk: Disk, top: str, *, without: str = "", hidden: str = "") -> Iterator[Found]:
    """Every file below a folder, less the file `without` and the folder `hidden` (absolute paths).

    A folder that cannot be read raises `Refused`.
    """
    kind = disk.kind(top)
    if kind in {None, "link-broken"}:
        raise MissingPath("scandir", top)
    if kind != "dir":
        raise Refused(f"ENOTDIR: not a directory, scandir '{top}'")
    # a stack, not a recursion: nested generators would hand each file up through every level
    open_folders = [(iter(_scan(disk, top)), top, "")]
    while open_folders:
        entries, folder, prefix = open_folders[-1]
        for name, entry_kind in entries:
            path = f"{folder}/{name}"
            if entry_kind != "dir":
                if path != without:
                    yield prefix + name, path, entry_kind
            elif path != hidden:
                if not name.isascii() and (seen := _as_text(name)) != name:
                    raise MissingPath("scandir", f"{folder}/{seen}")
                open_folders.append((iter(_scan(disk, path)), path, f"{prefix}{name}/"))
                break
        else:
            open_folders.pop()


def _scan(disk: Disk, folder: str) -> tuple[Entry, ...]:
    try:
        return disk.scan(folder)
    except CouldNotRun:
        raise ForbiddenPath("scandir", folder) from None


def as_node(name: str) -> str:
    """A file name as wrangler has it from Node: bytes that are no UTF-8 become U+FFFD, a backslash a slash."""
    return _as_text(name).replace("\\", "/")


def _as_text(name: str) -> str:
    return name if name.isascii() else name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def names_below(disk: Disk, top: str, *, without: str = "", hidden: str = "") -> list[str]:
    """The names of `files` as wrangler has them; none where the folder is not there or cannot be read as a whole."""
    try:
        return [as_node(name) for name, _, _ in files(disk, top, without=without, hidden=hidden)]
    except Refused:
        return []
