"""Where the keys and list items of a TOML text stand: the standard parser tells values alone.

Asked for when a finding needs a line; most texts have none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edgewheel.documents import toml

if TYPE_CHECKING:
    from edgewheel.documents.document import Key

Positions = dict["Key", tuple[int, int]]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
_MULTILINE = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}', re.DOTALL)
_SCALAR = re.compile(r"[^,\]}#\r\n]+")


def positions(text: str) -> Positions:
    """Line and column, from 1, of every key and list item of a text that the parser has accepted."""
    return Scan(text).document()


class Scan:
    """One pass over a text that the parser has accepted, so that no syntax is checked again."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0
        self.found: Positions = {}
        self.arrays: dict[Key, int] = {}
        self.line = 1
        self.counted = 0

    def document(self) -> Positions:
        table: Key = ()
        self.skip()
        while self.pos < len(self.text):
            if self.text[self.pos] == "[":
                table = self.header()
            else:
                self.entry(table)
            self.skip()
        return self.found

    def header(self) -> Key:
        start = self.pos
        array = self.text.startswith("[[", start)
        self.pos += 2 if array else 1
        table: Key = ()
        names = self.names()
        for depth, name in enumerate(names):
            table = (*table, name)
            self.mark(table, start)
            last = depth == len(names) - 1
            if last and array:
                self.arrays[table] = self.arrays.get(table, -1) + 1
                # sub-tables of an earlier item belong to that item
                self.arrays = {k: n for k, n in self.arrays.items() if k[: len(table)] != table or k == table}
            if table in self.arrays:
                table = (*table, self.arrays[table])
                self.mark(table, start)
        self.pos += 2 if array else 1
        return table

    def entry(self, table: Key) -> None:
        start = self.pos
        key = table
        for name in self.names():
            key = (*key, name)
            self.mark(key, start)
        self.pos += 1  # the equals sign
        self.value(key)

    def names(self) -> list[str]:
        """A dotted key up to its end sign (`=` or `]`)."""
        names: list[str] = []
        while True:
            self.skip()
            if bare := _BARE.match(self.text, self.pos):
                names.append(bare[0])
                self.pos = bare.end()
            else:
                quoted = _QUOTED.match(self.text, self.pos)
                assert quoted is not None  # noqa: S101 - the text is valid TOML
                names.append(_unquote(quoted[0]))
                self.pos = quoted.end()
            self.skip()
            if self.text[self.pos] != ".":
                return names
            self.pos += 1

    def value(self, key: Key) -> None:
        self.skip()
        sign = self.text[self.pos]
        if sign == "[":
            self.array(key)
        elif sign == "{":
            self.inline(key)
        else:
            for pattern in (_MULTILINE, _QUOTED, _SCALAR):
                if match := pattern.match(self.text, self.pos):
                    self.pos = match.end()
                    return

    def array(self, key: Key) -> None:
        self.pos += 1
        index = 0
        self.skip()
        while self.text[self.pos] != "]":
            self.mark((*key, index), self.pos)
            self.value((*key, index))
            index += 1
            self.comma()
        self.pos += 1

    def inline(self, key: Key) -> None:
        self.pos += 1
        self.skip()
        while self.text[self.pos] != "}":
            self.entry(key)
            self.comma()
        self.pos += 1

    def comma(self) -> None:
        self.skip()
        if self.text[self.pos] == ",":
            self.pos += 1
            self.skip()

    def skip(self) -> None:
        match = _BLANK.match(self.text, self.pos)
        assert match is not None  # noqa: S101 - the pattern matches the empty text
        self.pos = match.end()

    def mark(self, key: Key, at: int) -> None:
        self.line += self.text.count("\n", self.counted, at)
        self.counted = at
        column = at - self.text.rfind("\n", 0, at)
        self.found.setdefault(key, (self.line, column))


def _unquote(quoted: str) -> str:
    (value,) = toml.values(f"x = {quoted}")[0].values()
    return str(value)
