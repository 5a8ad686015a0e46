"""TOML as wrangler and uv read it, version 1.1, with the place of each key and of what version 1.0 refuses.

`tomllib` reads 1.0 before Python 3.15 and 1.1 from then on, and keeps no positions. Values are those of `tomllib`.
facts: toml.io 1.1.0; smol-toml 1.9.0 in wrangler 4.164.0
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

from edgewheel.documents.tree import DEEPEST, Header, Parsed, Span, Unparsable

if TYPE_CHECKING:
    from edgewheel.documents.tree import Key

_CONTROL = r"\x00-\x08\x0a-\x1f\x7f"
_COMMENT = rf"#[^{_CONTROL}]*"
_BLANK = re.compile(r"[ \t]*")
_VOID = re.compile(rf"(?:[ \t\n]+|\r\n|{_COMMENT})*")
_END = re.compile(rf"[ \t]*(?:{_COMMENT})?(?:\r?\n|\Z)")
_KEY = re.compile(r"([A-Za-z0-9_-]+)[ \t]*=[ \t]*")
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_BASIC = re.compile(rf'"([^"\\{_CONTROL}]*(?:\\.[^"\\{_CONTROL}]*)*)"')
_LITERAL = re.compile(rf"'([^'{_CONTROL}]*)'")
_PLAIN = re.compile(r"(?:true|false|0|[1-9][0-9]{0,14})(?=[\s,\]}#]|\Z)")
#: How many parts a dotted key may have: each is a path of its own here.
_PARTS = 500
#: What both wrangler's reader and JavaScript take for an integer. facts: smol-toml 1.9.0
_SAFE = 2**53 - 1
_SIMPLE = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}


def read(text: str) -> Parsed:
    """Values and positions; Unparsable (with an offset) where the text is not TOML 1.1."""
    reader = _TomlReader(text)
    try:
        reader.document()
    except RecursionError:
        raise Unparsable("nested too deeply", reader.pos) from None
    return reader.tree


class _TomlReader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0
        self.tree = Parsed(text, "toml")
        self.tree.sections.append(Header((), -1, -1, []))
        #: tables that a header or the dotted keys of an earlier section have defined
        self.closed: set[Key] = set()
        #: tables that the dotted keys of this section have defined
        self.pending: set[Key] = set()
        #: tables that only the header of a table below them has made
        self.implied: set[Key] = set()
        #: arrays and tables in brackets and braces, which nothing can be added to
        self.frozen: set[Key] = set()

    def document(self) -> None:
        table: Key = ()
        holder = self.tree.data
        self.skip(_VOID)
        while self.pos < len(self.text):
            if self.text[self.pos] == "[":
                self.closed |= self.pending
                self.pending = set()
                holder, table = self.header()
            else:
                self.tree.sections[-1].entries.append(self.entry(holder, table, 0))
            if (end := _END.match(self.text, self.pos)) is None:
                self.fail("expected a new line after a statement")
            self.pos = end.end()
            self.skip(_VOID)

    def header(self) -> tuple[dict[str, Any], Key]:
        start = self.pos
        brackets = 2 if self.text.startswith("[[", start) else 1
        self.pos += brackets
        *outer, name = self.names()
        if not self.text.startswith("]" * brackets, self.pos):
            self.fail(f"expected `{']' * brackets}` at the end of a table header")
        self.pos += brackets
        holder: dict[str, Any] = self.tree.data
        table: Key = ()
        for each in outer:
            holder, table = self.step(holder, table, each, start, lists=True)
            self.implied.add(table)
        table = (*table, name)
        self.tree.starts.setdefault(table, start)
        if brackets == 2:
            items = holder.setdefault(name, [])
            if not isinstance(items, list) or table in self.frozen:
                self.fail(f"`{name}` is defined already and is not an array of tables", start)
            items.append({})
            table = (*table, len(items) - 1)
            self.tree.starts.setdefault(table, start)
            holder = items[-1]
        elif table in self.closed:
            self.fail(f"the table `{name}` is defined twice", start)
        else:
            holder, _ = self.step(holder, table[:-1], name, start)
        self.closed.add(table)
        self.tree.sections.append(Header(table, start, self.pos, []))
        return holder, table

    def entry(self, holder: dict[str, Any], table: Key, depth: int) -> Key:
        """`name = value`, by itself or inside braces; its key."""
        start = self.pos
        if simple := _KEY.match(self.text, start):
            name = simple[1]
            self.pos = simple.end()
        else:
            *outer, name = self.names()
            for each in outer:
                holder, table = self.step(holder, table, each, start)
                if table in self.closed:
                    self.fail(f"the table `{each}` is defined already", start)
                if table in self.implied:
                    words = f"a dotted key that adds to the table `{each}`, which a header has made"
                    self.tree.refused.append((words, start))
                if not depth:
                    self.pending.add(table)
            if self.text[self.pos : self.pos + 1] != "=":
                self.fail("expected `=` after a key")
            self.pos += 1
            self.skip(_BLANK)
        key = (*table, name)
        self.tree.starts.setdefault(key, start)
        value = self.value(key, depth, start)
        if name in holder:
            self.fail(f"`{name}` is defined twice", start)
        holder[name] = value
        return key

    def step(
        self, holder: dict[str, Any], table: Key, name: str, start: int, *, lists: bool = False
    ) -> tuple[dict[str, Any], Key]:
        """Into a table that may have to be made; into the last one of an array of tables."""
        table = (*table, name)
        self.tree.starts.setdefault(table, start)
        value = holder.setdefault(name, {})
        if table in self.frozen:
            self.fail(f"`{name}` is complete and cannot be added to", start)
        if lists and isinstance(value, list):
            table = (*table, len(value) - 1)
            value = value[-1]
        if not isinstance(value, dict):
            self.fail(f"`{name}` is defined already and is not a table", start)
        return value, table

    def names(self) -> list[str]:
        """A dotted key with the blanks around it."""
        names: list[str] = []
        while True:
            self.skip(_BLANK)
            if bare := _NAME.match(self.text, self.pos):
                names.append(bare[0])
                self.pos = bare.end()
            elif self.text[self.pos : self.pos + 1] in {'"', "'"}:
                names.append(self.line_string())
            else:
                self.fail("invalid statement" if not names else "expected a name after a dot")
            self.skip(_BLANK)
            if self.text[self.pos : self.pos + 1] != ".":
                return names
            if len(names) > _PARTS:
                self.fail("nested too deeply")
            self.pos += 1

    def value(self, key: Key, depth: int, start: int) -> Any:  # noqa: ANN401 - any TOML value
        at = self.pos
        first = self.text[at : at + 1]
        value: Any
        if depth > DEEPEST:
            self.fail("nested too deeply")
        if first in {'"', "'"}:
            value = self.string()
        elif plain := _PLAIN.match(self.text, at):
            self.pos = plain.end()
            value = plain[0] == "true" if plain[0] in {"true", "false"} else int(plain[0])
        elif first == "[":
            value = self.array(key, depth + 1)
        elif first == "{":
            value = self.table(key, depth + 1)
        else:
            value = self.scalar()
        self.tree.spans[key] = Span(start, at, self.pos)
        return value

    def array(self, key: Key, depth: int) -> list[Any]:
        found: list[Any] = []
        members = self.tree.members[key] = []
        self.frozen.add(key)
        self.pos += 1
        self.skip(_VOID)
        while not self.closes("]", "an array"):
            item = (*key, len(found))
            self.tree.starts[item] = self.pos
            found.append(self.value(item, depth, self.pos))
            members.append(item)
            self.skip(_VOID)
            if self.text.startswith(",", self.pos):
                self.pos += 1
                self.skip(_VOID)
            elif not self.text.startswith("]", self.pos):
                self.fail("an array is not closed")
        return found

    def table(self, key: Key, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        members = self.tree.members[key] = []
        opened = self.pos
        self.pos += 1
        self.skip_newer()
        while not self.closes("}", "an inline table"):
            members.append(self.entry(found, key, depth))
            self.skip_newer()
            if self.text.startswith(",", self.pos):
                comma = self.pos
                self.pos += 1
                self.skip_newer()
                if self.text.startswith("}", self.pos):
                    self.newer(comma)
            elif not self.text.startswith("}", self.pos):
                self.fail("an inline table is not closed", None if self.pos < len(self.text) else opened)
        self.frozen.add(key)
        return found

    def closes(self, bracket: str, what: str) -> bool:
        if self.pos >= len(self.text):
            self.fail(f"{what} is not closed")
        closes = self.text[self.pos] == bracket
        self.pos += closes
        return closes

    def string(self) -> str:
        quotes = self.text[self.pos : self.pos + 3]
        if quotes == '"""':
            return self.lines_string('"', r'\\|"{3,5}')
        if quotes == "'''":
            return self.lines_string("'", r"'{3,5}")
        return self.line_string()

    def line_string(self) -> str:
        basic = self.text[self.pos] == '"'
        match = (_BASIC if basic else _LITERAL).match(self.text, self.pos)
        if match is None:
            self.fail("a string is not closed on its line")
        value = self.unescaped(match[1], self.pos + 1) if basic and "\\" in match[1] else match[1]
        self.pos = match.end()
        return value

    def lines_string(self, quote: str, stops: str) -> str:
        opened = self.pos
        start = self.pos + 3
        start += 2 if self.text.startswith("\r\n", start) else self.text.startswith("\n", start)
        stop = re.compile(rf"{stops}|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
        at = start
        while True:
            match = stop.search(self.text, at)
            if match is None:
                self.fail("a string is not closed", opened)
            if match[0].startswith(quote):
                body = self.text[start : match.end() - 3]
                self.pos = match.end()
                value = self.unescaped(body, start, lines=True) if quote == '"' and "\\" in body else body
                return value.replace("\r\n", "\n")
            if match[0] != "\\":
                self.fail("a string has a control character", match.start())
            at = match.end() + 1

    def unescaped(self, body: str, start: int, *, lines: bool = False) -> str:
        def meant(match: re.Match[str]) -> str:
            escape = match[1]
            if escape == "e" or (escape[:1] == "x" and len(escape) > 1):
                self.newer(start + match.start())
            if escape in _SIMPLE:
                return _SIMPLE[escape]
            if escape[:1] in {"x", "u", "U"} and len(escape) > 1:
                code = int(escape[1:], 16)
                if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                    self.fail("an escape is not a Unicode character", start + match.start())
                return chr(code)
            if "\n" in escape and lines:
                return ""
            return self.fail(f"a string has the unknown escape `\\{escape}`", start + match.start())

        return _escapes().sub(meant, body)

    def scalar(self) -> Any:  # noqa: ANN401 - a number, a date or a time
        from edgewheel.documents.scalars import parse

        try:
            found = parse(self.text, self.pos)
        except ValueError:  # Python reads no integer of thousands of digits
            self.fail("an integer has too many digits")
        if found is None:
            self.fail("invalid value" if self.pos < len(self.text) else "a value is missing")
        value, end, newer = found
        if newer:
            self.newer(self.pos)
        if type(value) is int and abs(value) > _SAFE:
            self.tree.refused.append(("an integer above 2**53 - 1, which JavaScript cannot hold", self.pos))
        self.pos = end
        return value

    def skip(self, blank: re.Pattern[str]) -> None:
        match = blank.match(self.text, self.pos)
        self.pos = match.end() if match else self.pos

    def skip_newer(self) -> None:
        """White space inside braces: only blanks before 1.1."""
        self.skip(_BLANK)
        before = self.pos
        self.skip(_VOID)
        if self.pos > before:
            self.newer(before)

    def newer(self, at: int) -> None:
        if self.tree.newer < 0 or at < self.tree.newer:
            self.tree.newer = at

    def fail(self, message: str, at: int | None = None) -> NoReturn:
        raise Unparsable(message, self.pos if at is None else at)


@cache
def _escapes() -> re.Pattern[str]:
    return re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[ \t]*\r?\n[ \t\r\n]*|.?)", re.DOTALL)
