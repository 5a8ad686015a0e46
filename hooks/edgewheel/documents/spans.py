"""Where every entry of a TOML or JSONC text begins and ends: what an edit that keeps comments needs to know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.documents import jsonc, toml_positions

if TYPE_CHECKING:
    from edgewheel.documents.document import Document, Key

#: White space and comments; the rest of a line that holds nothing else.
_BLANK = {
    "toml": re.compile(r"(?:[ \t\r\n]|#[^\n]*)*"),
    "jsonc": re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*", re.DOTALL),
}
_TAIL = {
    "toml": re.compile(r"[ \t]*(?:#[^\n]*?)?(?:\r?\n|\Z)"),
    "jsonc": re.compile(r"[ \t]*(?://[^\n]*?|/\*[^\n]*?\*/[ \t]*)?(?:\r?\n|\Z)"),
}


class Span(NamedTuple):
    """Offsets: of the key (of a list item: the value), of the value, and behind it."""

    start: int
    value: int
    end: int


class Section(NamedTuple):
    """A TOML table header with the entries that stand under it; the first one of a file has no header (-1)."""

    table: Key
    start: int
    end: int
    entries: tuple[Key, ...]


class Spans(NamedTuple):
    """`members` are the entries or items of each value in braces or brackets, in order; `sections` is TOML's alone."""

    text: str
    syntax: str
    found: dict[Key, Span]
    members: dict[Key, tuple[Key, ...]]
    sections: tuple[Section, ...]

    def blank(self, at: int) -> int:
        """The offset behind white space and comments."""
        match = _BLANK[self.syntax].match(self.text, at)
        return match.end() if match else at

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """The whole lines of a stretch, its trailing comment with them; the stretch where other things share them."""
        begin = self.text.rfind("\n", 0, start) + 1
        tail = _TAIL[self.syntax].match(self.text, end)
        return (begin, tail.end()) if tail and not self.text[begin:start].strip() else (start, end)


def read(document: Document) -> Spans:
    """The spans of a document that could be parsed."""
    if document.path.endswith(".toml"):
        scan = _Toml(document.text)
        scan.document()
        scan.close()
        return Spans(document.text, "toml", scan.spans, scan.members, tuple(scan.sections))
    other = _Jsonc(document.text)
    other.value((), 0)
    return Spans(document.text, "jsonc", other.spans, other.members, ())


class _Toml(toml_positions.Scan):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.spans: dict[Key, Span] = {}
        self.members: dict[Key, tuple[Key, ...]] = {}
        self.sections: list[Section] = []
        self.open: list[Key] = []
        self.head: tuple[Key, int, int] = ((), -1, -1)
        self.key: Key = ()

    def header(self) -> Key:
        self.close()
        start = self.pos
        table = super().header()
        self.head = (table, start, self.pos)
        return table

    def close(self) -> None:
        self.sections.append(Section(*self.head, tuple(self.open)))
        self.open = []

    def entry(self, table: Key) -> None:
        start = self.pos
        super().entry(table)
        self.spans[self.key] = self.spans[self.key]._replace(start=start)
        if table in self.spans or table in self.members:
            self.members[table] += (self.key,)
        else:
            self.open.append(self.key)

    def value(self, key: Key) -> None:
        self.skip()
        start = self.pos
        sign = self.text[start]
        if sign in "[{":
            self.members[key] = ()
        super().value(key)
        end = self.pos
        if sign not in "[{\"'":  # a bare scalar is read up to its line's end or comment
            end = start + len(self.text[start:end].rstrip())
        self.spans[key] = Span(start, start, end)
        if sign == "[":
            self.members[key] = tuple(each for each in self.spans if each[:-1] == key and isinstance(each[-1], int))
        self.key = key


class _Jsonc(jsonc.Scan):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.spans: dict[Key, Span] = {}
        self.members: dict[Key, tuple[Key, ...]] = {}
        self.start: dict[Key, int] = {}

    def value(self, key: Key, depth: int) -> Any:  # noqa: ANN401 - any JSON value
        self.skip()
        start = self.pos
        if self.text[start : start + 1] in {"{", "["}:
            self.members[key] = ()
        found = super().value(key, depth)
        self.spans[key] = Span(self.key_start(key, start), start, self.pos)
        if key:
            self.members[key[:-1]] += (key,)
        return found

    def key_start(self, key: Key, value: int) -> int:
        """Offset of the key's quote, from the line and column that the reader noted."""
        if not key or isinstance(key[-1], int):
            return value
        line, column = self.found[key]
        return (self.ends[line - 2] + 1 if line > 1 else 0) + column - 1
