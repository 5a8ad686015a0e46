"""JSON as wrangler reads it: `//` and `/* */` comments anywhere, trailing commas, and the place of every key.

Python's own reader knows neither comments nor positions.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NoReturn

from edgewheel.documents.tree import DEEPEST, Parsed, Span, Unparsable

if TYPE_CHECKING:
    from edgewheel.documents.tree import Key

_BLANK = re.compile(r"(?:[\s\ufeff]|//[^\n\r]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_SCALAR = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.])|true\b|false\b|null\b")


def read(text: str) -> Parsed:
    """Values and positions of a JSON object; Unparsable (with an offset) for any other text."""
    reader = _JsoncReader(text)
    data = reader.value((), 0)
    reader.skip()
    if reader.pos < len(text):
        reader.fail("text after the end of the object")
    if not isinstance(data, dict):
        raise Unparsable("not an object", 0)
    reader.tree.data = data
    return reader.tree


class _JsoncReader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0
        self.tree = Parsed(text, "jsonc")

    def value(self, key: Key, depth: int) -> Any:  # noqa: ANN401 - any JSON value
        self.skip()
        if depth > DEEPEST:
            self.fail("nested too deeply")
        start = self.pos
        first = self.text[start : start + 1]
        value: Any
        if first == "{":
            value = self.object(key, depth)
        elif first == "[":
            value = self.array(key, depth)
        elif first == '"':
            value = self.string()
        else:
            value = self.scalar(first)
        self.tree.spans[key] = Span(self.tree.starts.get(key, start), start, self.pos)
        return value

    def scalar(self, first: str) -> Any:  # noqa: ANN401 - any JSON value
        match = _SCALAR.match(self.text, self.pos)
        if match is None:
            self.fail("a value is missing" if first else "the text ends too early")
        try:
            number = json.loads(match[0])
        except ValueError:  # Python reads no integer of thousands of digits
            self.fail("a number of too many digits")
        self.pos = match.end()
        return number

    def object(self, key: Key, depth: int) -> dict[str, Any]:
        self.pos += 1
        found: dict[str, Any] = {}
        self.tree.members[key] = []
        self.skip()
        while not self.closes("}"):
            if self.text[self.pos : self.pos + 1] != '"':
                self.fail("a key in double quotes is missing")
            at = self.pos
            name = self.string()
            below = (*key, name)
            if name in found:
                self.tree.repeated.append((below, at))
                self.forget(below)
            self.tree.starts[below] = at
            self.skip()
            if self.text[self.pos : self.pos + 1] != ":":
                self.fail("a colon is missing")
            self.pos += 1
            found[name] = self.value(below, depth + 1)
            self.tree.members[key].append(below)
            self.comma("}")
        return found

    def forget(self, key: Key) -> None:
        """The last one wins, as in wrangler; what is below the first is gone with it."""
        for table in (self.tree.starts, self.tree.spans, self.tree.members):
            for below in [each for each in table if each[: len(key)] == key]:
                del table[below]
        self.tree.members[key[:-1]].remove(key)

    def array(self, key: Key, depth: int) -> list[Any]:
        self.pos += 1
        found: list[Any] = []
        members = self.tree.members[key] = []
        self.skip()
        while not self.closes("]"):
            item = (*key, len(found))
            self.tree.starts[item] = self.pos
            found.append(self.value(item, depth + 1))
            members.append(item)
            self.comma("]")
        return found

    def string(self) -> str:
        match = _STRING.match(self.text, self.pos)
        if match is None:
            self.fail("a string is not closed on its line")
        try:
            value: str = json.loads(match[0])
        except ValueError:
            self.fail("a string has an unknown escape")
        self.pos = match.end()
        return value

    def closes(self, bracket: str) -> bool:
        if self.pos >= len(self.text):
            self.fail(f"`{bracket}` is missing")
        if self.text[self.pos] != bracket:
            return False
        self.pos += 1
        return True

    def comma(self, end: str) -> None:
        self.skip()
        found = self.text[self.pos : self.pos + 1]
        if found == ",":
            self.pos += 1
            self.skip()
        elif found != end:
            self.fail(f"a comma or `{end}` is missing")

    def skip(self) -> None:
        match = _BLANK.match(self.text, self.pos)
        self.pos = match.end() if match else self.pos

    def fail(self, message: str) -> NoReturn:
        raise Unparsable(message, self.pos)
