"""What is known of Python files, kept between runs in the user's cache folder: never in the repository.

One file a project: a seal over all of it, then one line a record: the digest of the text that it is of, the day it was
written, and the record as JSON. The seal is made with a key that only the user can read, so a file that was damaged or
written by somebody else is passed over. Whatever is wrong with a cache, a run does without it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from hashlib import blake2b
from typing import TYPE_CHECKING

from edgewheel import __version__
from edgewheel.sources.modules import Records
from edgewheel.sources.plain import FORMAT, plain, record

if TYPE_CHECKING:
    from edgewheel.sources.records import Record

_HEAD = b"edgewheel records "
_DAY = 86_400
#: Days for which a record, and a project's file, is kept without being used.
_DAYS = 30
#: Bytes of one project's file, and of all of them.
_LARGEST = 64_000_000
_LARGEST_FOLDER = 256_000_000


def cache_folder() -> str:
    """The user's folder for what edgewheel keeps: `$EDGEWHEEL_CACHE_DIR`, else `edgewheel` in `$XDG_CACHE_HOME` or in
    `~/.cache`.
    """
    if given := os.environ.get("EDGEWHEEL_CACHE_DIR") or os.environ.get("EDGEWHEEL_CACHE"):
        return os.path.abspath(given)
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # the specification: a relative one is invalid and ignored
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "edgewheel")


class KeptRecords(Records):
    """Records that are read when the first one is asked for, and written by `save`."""

    def __init__(self, project: str) -> None:
        """`project` is the folder whose files they are of."""
        super().__init__()
        self._project = project
        self._lines: dict[bytes, bytes] | None = None
        self._key = b""
        self._used: set[bytes] = set()
        self._changed: dict[bytes, Record] = {}

    def get(self, source: bytes) -> Record | None:
        known = super().get(source)
        if known is None:
            if self._lines is None:
                self._lines = self._read()
            if (line := self._lines.get(digest := _digest(source))) is not None and (known := _opened(line)):
                self._used.add(digest)
                super().put(source, known)
        return known

    def put(self, source: bytes, found: Record) -> None:
        super().put(source, found)
        self._changed[_digest(source)] = found

    def save(self) -> None:
        """Writes what is new, beside what other runs have kept; a cache that cannot be written is left as it is."""
        if not self._changed:
            return
        try:
            folder = os.path.join(cache_folder(), "records")
            self._key = user_key(create=True)
            if self._key:
                content = self._content()
                _write(folder, self._file(folder), b"\n".join((_HEAD + seal(content, self._key), content)))
                _prune(folder)
        except (OSError, ValueError, RecursionError):  # a full disk, no right to write: the next run parses again
            return

    def _read(self) -> dict[bytes, bytes]:
        """The lines by digest; none of a file that is not sealed with the user's key."""
        folder = os.path.join(cache_folder(), "records")
        self._key = user_key(create=False)
        head, _, content = (_whole(self._file(folder)) if self._key else b"").partition(b"\n")
        if head != _HEAD + seal(content, self._key):
            return {}
        return {line[:32]: line for line in content.split(b"\n")}

    def _file(self, folder: str) -> str:
        """Of each Python one, since each has another grammar, and of each edgewheel."""
        what = "\0".join((self._project, __version__, str(FORMAT), *map(str, sys.version_info[:3])))
        return os.path.join(folder, blake2b(what.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest())

    def _content(self) -> bytes:
        today = b"%d" % (time.time() // _DAY)
        lines = {
            digest: b" ".join((digest, today, json.dumps(plain(found), separators=(",", ":")).encode()))
            for digest, found in self._changed.items()
        }
        size = sum(map(len, lines.values()))
        for digest, line in (self._lines or {}).items():
            if digest not in lines and (digest in self._used or _is_young(line, int(today))):
                size += len(line)
                if size < _LARGEST:
                    lines[digest] = line
        return b"\n".join(lines.values())


def _digest(source: bytes) -> bytes:
    return blake2b(source, digest_size=16).hexdigest().encode()


def seal(content: bytes, key: bytes) -> bytes:
    """32 bytes that nobody makes without the key."""
    return blake2b(content, key=key, digest_size=16).hexdigest().encode()


def _opened(line: bytes) -> Record | None:
    try:
        return record(json.loads(line.split(b" ", 2)[-1]))
    except (ValueError, RecursionError):
        return None


def _is_young(line: bytes, today: int) -> bool:
    day = line.split(b" ", 2)[1:2]
    return bool(day) and day[0].isdigit() and today - int(day[0]) <= _DAYS


def user_key(*, create: bool) -> bytes:
    """The key that only the user can read; empty where there is none."""
    folder = os.path.join(cache_folder(), "records")
    path = os.path.join(folder, "key")
    try:
        with open(path, "rb") as file:
            found = file.read(64)
    except OSError:
        found = b""
    if len(found) == 32 or not create:
        return found if len(found) == 32 else b""
    made = os.urandom(32)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    _write(folder, path, made)
    return made


def _whole(path: str) -> bytes:
    """The content of a project's file, empty where it cannot be read."""
    try:
        if os.path.getsize(path) > 2 * _LARGEST:
            return b""
        with open(path, "rb") as file:
            content = file.read()
        if time.time() - os.path.getmtime(path) > _DAY:
            os.utime(path)  # it is in use
    except (OSError, MemoryError):
        return b""
    return content


def _write(folder: str, path: str, content: bytes) -> None:
    """Puts a whole file in the place of another: a run at the same time reads the one or the other."""
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _prune(folder: str) -> None:
    """Removes the files that no run has used for long, and the oldest of too many."""
    now = time.time()
    with os.scandir(folder) as entries:
        found = [(entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in entries if entry.name != "key"]
    total = 0
    for modified, size, path in sorted(found, reverse=True):
        total += size
        unfinished = os.path.basename(path).startswith(".new-") and now - modified > _DAY
        if now - modified > _DAYS * _DAY or total > _LARGEST_FOLDER or unfinished:
            os.unlink(path)
