"""JSON as wrangler reads it: `//` and `/* */` comments anywhere, trailing commas, and the line of every key.

Python's own reader knows neither comments nor positions.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NoReturn

from edgewheel.findings import Problem

if TYPE_CHECKING:
    from edgewheel.documents.document import Key

Positions = dict["Key", tuple[int, int]]

_BLANK = re.compile(r"(?:[\s\ufeff]|//[^\n\r]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_SCALAR = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.])|true\b|false\b|null\b")
_DEEPEST = 200


class _Broken(Exception):  # noqa: N818 - carries a position to `load`, nothing else
    pass


def load(text: str) -> tuple[dict[str, Any], Positions, Problem | None]:
    """Values, the position of every key and list item, and what is wrong with a text that is no JSON object."""
    scan = Scan(text)
    try:
        data = scan.value((), 0)
        scan.skip()
        if scan.pos < len(text):
            scan.fail("text after the end of the object")
        if not isinstance(data, dict):
            scan.pos = 0
            scan.fail("not an object")
    except _Broken as broken:
        return {}, {}, Problem(str(broken), *scan.position(scan.pos))
    return data, scan.found, None


class Scan:
    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0
        self.found: Positions = {}
        self.again: list[tuple[Key, tuple[int, int]]] = []
        self.ends = [match.start() for match in re.finditer("\n", text)]

    def value(self, key: Key, depth: int) -> Any:  # noqa: ANN401 - any JSON value
        self.skip()
        if depth > _DEEPEST:
            self.fail("nested too deeply")
        sign = self.text[self.pos : self.pos + 1]
        if sign == "{":
            return self.object(key, depth)
        if sign == "[":
            return self.array(key, depth)
        if sign == '"':
            return self.string()
        if match := _SCALAR.match(self.text, self.pos):
            try:
                number = json.loads(match[0])
            except ValueError:  # Python reads no integer of thousands of digits
                self.fail("a number of too many digits")
            self.pos = match.end()
            return number
        return self.fail("a value is missing" if sign else "the text ends too early")

    def object(self, key: Key, depth: int) -> dict[str, Any]:
        self.pos += 1
        found: dict[str, Any] = {}
        self.skip()
        while not self.closes("}"):
            if self.text[self.pos : self.pos + 1] != '"':
                self.fail("a key in double quotes is missing")
            at = self.pos
            name = self.string()
            below = (*key, name)
            if name in found:
                self.again.append((below, self.position(at)))
                # the last one wins, as in wrangler; what stood below the first is gone with it
                self.found = {k: v for k, v in self.found.items() if k[: len(below)] != below}
            self.found[below] = self.position(at)
            self.skip()
            if self.text[self.pos : self.pos + 1] != ":":
                self.fail("a colon is missing")
            self.pos += 1
            found[name] = self.value(below, depth + 1)
            self.comma("}")
        return found

    def array(self, key: Key, depth: int) -> list[Any]:
        self.pos += 1
        found: list[Any] = []
        self.skip()
        while not self.closes("]"):
            item = (*key, len(found))
            self.found[item] = self.position(self.pos)
            found.append(self.value(item, depth + 1))
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

    def closes(self, sign: str) -> bool:
        if self.pos >= len(self.text):
            self.fail(f"`{sign}` is missing")
        if self.text[self.pos] != sign:
            return False
        self.pos += 1
        return True

    def comma(self, end: str) -> None:
        self.skip()
        sign = self.text[self.pos : self.pos + 1]
        if sign == ",":
            self.pos += 1
            self.skip()
        elif sign != end:
            self.fail(f"a comma or `{end}` is missing")

    def skip(self) -> None:
        match = _BLANK.match(self.text, self.pos)
        assert match is not None  # noqa: S101 - the pattern matches the empty text
        self.pos = match.end()

    def position(self, at: int) -> tuple[int, int]:
        line = bisect_left(self.ends, at)
        return line + 1, at - (self.ends[line - 1] if line else -1)

    def fail(self, message: str) -> NoReturn:
        raise _Broken(message)


def repeated(text: str) -> list[tuple[Key, tuple[int, int]]]:
    """The keys that stand in their object a second time, with the line and column of that; of a valid text."""
    scan = Scan(text)
    scan.value((), 0)
    return scan.again
