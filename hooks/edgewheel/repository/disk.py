"""Folders and files by absolute posix path. What reads through a `Disk` works on the real one and on a layout."""

from __future__ import annotations

import errno
import os
import posixpath
import stat
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun

if TYPE_CHECKING:
    from edgewheel.sources.modules import Records


class Entry(NamedTuple):
    """One name in a folder. Kinds: `file`, `dir`, `link-file`, `link-dir`, `link-broken`,
    `other` (FIFO, socket, device).
    """

    name: str
    kind: str


class Disk:
    """The real disk; every folder is read once."""

    def __init__(self, records: Records | None = None) -> None:
        #: the project whose records are kept between runs, "" for none
        self.project = ""
        self._records = records
        self._scanned: dict[str, tuple[Entry, ...]] = {}

    @property
    def records(self) -> Records:
        """What is known of Python files, by content."""
        if self._records is None:
            if self.project:
                from edgewheel.repository.cache import KeptRecords

                self._records = KeptRecords(self.project)
            else:
                from edgewheel.sources.modules import Records

                self._records = Records()
        return self._records

    def save(self) -> None:
        """Keeps the records of the project for the next run."""
        if self._records is not None:
            self._records.save()

    def scan(self, path: str) -> tuple[Entry, ...]:
        """The entries of a folder in byte order of their names; none where there is no such folder."""
        if (known := self._scanned.get(path)) is None:
            known = self._scanned[path] = _scan(path)
        return known

    def kind(self, path: str) -> str | None:
        """The kind of what stands at a path (of a link: what it leads to, `link-broken` else); None for nothing."""
        try:
            mode = os.lstat(path).st_mode  # of a name that is nowhere, which most are, one question is enough
        except (OSError, ValueError):
            return None
        if stat.S_ISLNK(mode):
            try:
                mode = os.stat(path).st_mode
            except OSError:
                return "link-broken"
        return "dir" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "other"

    def loops(self, path: str) -> bool:
        """Whether a path leads through links back to itself."""
        try:
            os.stat(path)
        except OSError as error:
            return error.errno == errno.ELOOP
        except ValueError:  # a null byte
            return False
        return False

    def is_file(self, path: str) -> bool:
        return self.kind(path) == "file"

    def is_dir(self, path: str) -> bool:
        return self.kind(path) == "dir"

    def size(self, path: str) -> int:
        """Bytes of a file that may be read, through links."""
        try:
            found = os.stat(path)
        except OSError as error:
            raise CouldNotRun(f"`{path}` cannot be read: {error.strerror}") from None
        if not found.st_mode & stat.S_IROTH and not os.access(path, os.R_OK):  # asked only where it is in doubt
            raise CouldNotRun(f"`{path}` cannot be read: Permission denied")
        return found.st_size

    def read(self, path: str) -> bytes:
        """The content of a regular file, through links; a FIFO is refused, not waited for."""
        try:
            if not stat.S_ISREG(os.stat(path).st_mode):
                raise CouldNotRun(f"`{path}` cannot be read: not a regular file")
            with open(path, "rb") as file:
                return file.read()
        except OSError as error:
            raise CouldNotRun(f"`{path}` cannot be read: {error.strerror}") from None

    def head(self, path: str, count: int) -> bytes:
        """The first bytes of a regular file; none where it cannot be read."""
        try:
            with open(path, "rb") as file:
                return file.read(count) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
        except OSError:
            return b""

    def source(self, path: str) -> str:
        """The real file that gives this path its content."""
        return path

    def real(self, path: str) -> str:
        """The path with every link in it followed."""
        return os.path.realpath(path).replace(os.sep, "/")


def _scan(path: str) -> tuple[Entry, ...]:
    try:
        with os.scandir(path) as entries:
            found = [Entry(entry.name, _kind(entry)) for entry in entries]
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a null byte in the path
        return ()
    except OSError as error:
        raise CouldNotRun(f"`{path}` cannot be read: {error.strerror}") from None
    found.sort(key=name_bytes)
    return tuple(found)


def name_bytes(entry: Entry) -> bytes:
    return os.fsencode(entry.name)


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        try:
            mode = os.stat(entry.path).st_mode
        except OSError:
            return "link-broken"
        return "link-dir" if stat.S_ISDIR(mode) else "link-file" if stat.S_ISREG(mode) else "other"
    if entry.is_dir(follow_symlinks=False):
        return "dir"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


def repository(disk: Disk, folder: str) -> str:
    """The nearest folder upwards that holds `.git`; "" outside a repository."""
    while True:
        if disk.kind(posixpath.join(folder, ".git")) is not None:
            return folder
        if folder == posixpath.dirname(folder):
            return ""
        folder = posixpath.dirname(folder)
