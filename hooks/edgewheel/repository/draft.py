"""A disk with edits that nobody has written yet, so that one edit can build on another."""

from __future__ import annotations

import posixpath

from edgewheel.repository.disk import Disk, Entry, name_bytes


class Draft(Disk):
    """The real disk, but for the files that `write` has given a new content (or made: their folders must exist)."""

    def __init__(self) -> None:
        super().__init__()
        self.written: dict[str, bytes] = {}

    def write(self, path: str, content: bytes) -> None:
        self.written[path] = content

    def scan(self, path: str) -> tuple[Entry, ...]:
        entries = super().scan(path)
        names = {entry.name for entry in entries}
        new = [posixpath.basename(file) for file in self.written if posixpath.dirname(file) == path]
        made = [Entry(name, "file") for name in new if name not in names]
        return tuple(sorted((*entries, *made), key=name_bytes)) if made else entries

    def kind(self, path: str) -> str | None:
        return "file" if path in self.written else super().kind(path)

    def size(self, path: str) -> int:
        return len(self.written[path]) if path in self.written else super().size(path)

    def read(self, path: str) -> bytes:
        return self.written[path] if path in self.written else super().read(path)
