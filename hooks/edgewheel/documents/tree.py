"""What reading a document gives: values, the offset of every key and list item, and what an edit needs to know."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

#: A key path: names of tables and keys, and indices of list items (`("env", "dev", "rules", 0, "globs", 1)`).
Key = tuple[str | int, ...]
#: How many brackets and braces may be open at once.
DEEPEST = 200
#: White space and comments; the rest of a line that holds nothing else.
_BLANK = {"toml": r"(?:[ \t\r\n]|#[^\n]*)*", "jsonc": r"(?:\s|//[^\n]*|/\*(?s:.*?)\*/)*"}
_TAIL = {
    "toml": r"[ \t]*(?:#[^\n]*?)?(?:\r?\n|\Z)",
    "jsonc": r"[ \t]*(?://[^\n]*?|/\*[^\n]*?\*/[ \t]*)?(?:\r?\n|\Z)",
}


class Unparsable(Exception):  # noqa: N818 - carries an offset to `parse`, nothing else
    """The text is not what it should be: the reason, and the offset where it shows."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.at = at


class Span(NamedTuple):
    """Offsets: of the key (of a list item: the value), of the value, and behind it."""

    start: int
    value: int
    end: int


class Header(NamedTuple):
    """A TOML table header with the entries under it; the first one of a file has no header (-1)."""

    table: Key
    start: int
    end: int
    entries: list[Key]


class Parsed:
    """A document as read. `starts` has the offset of the first mention of every key, table and list item; `spans` those
    of every value that is written in one piece; `members` the entries or items of each value in braces or brackets, in
    order; `sections` is TOML's alone, `repeated` (keys that an object has twice, with their offsets) JSON's.
    """

    def __init__(self, text: str, syntax: str) -> None:
        self.text = text
        self.syntax = syntax
        self.data: dict[str, Any] = {}
        self.starts: dict[Key, int] = {}
        self.spans: dict[Key, Span] = {}
        self.members: dict[Key, list[Key]] = {}
        self.sections: list[Header] = []
        self.repeated: list[tuple[Key, int]] = []
        #: where the first thing stands that TOML 1.0 does not have, -1 for none
        self.newer = -1
        #: what wrangler's reader refuses in a text that is valid TOML, with offsets
        self.refused: list[tuple[str, int]] = []

    def blank(self, at: int) -> int:
        """The offset behind white space and comments."""
        match = re.compile(_BLANK[self.syntax]).match(self.text, at)
        return match.end() if match else at

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """The whole lines of a stretch, its trailing comment with them; the stretch where other things share them."""
        begin = self.text.rfind("\n", 0, start) + 1
        tail = re.compile(_TAIL[self.syntax]).match(self.text, end)
        return (begin, tail.end()) if tail and not self.text[begin:start].strip() else (start, end)
