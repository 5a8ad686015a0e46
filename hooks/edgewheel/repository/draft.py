"""A disk with edits that nobody has written yet, so that one edit can build on another."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.repository.disk import Disk, Entry, name_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edgewheel.findings import Edit

_BOM = b"\xef\xbb\xbf"


class Draft(Disk):
    """The real disk, but for the files that `write` has given a new content (or made: their folders must exist)."""

    def __init__(self) -> None:
        super().__init__()
        self.written: dict[str, bytes] = {}

    def write(self, path: str, content: bytes) -> None:
        self.written[path] = content

    def edited(self, path: str, edits: Sequence[Edit]) -> bytes:
        """A file's content with some edits, which do not overlap; a byte order mark stays."""
        raw = self.read(path) if self.kind(path) else b""
        bom = _BOM if raw.startswith(_BOM) else b""
        text = raw[len(bom) :].decode("utf-8", "surrogateescape")
        for _, start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
        return bom + text.encode("utf-8", "surrogateescape")

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
