"""A parsed TOML or JSONC file together with the place of every key and list item."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.documents.tree import Key, Parsed, Unparsable
from edgewheel.findings import ParseProblem, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Document", "Key", "parse"]


class Document(NamedTuple):
    """A TOML or JSONC file. `data` is empty where `problem` says why it could not be parsed."""

    path: str
    text: str
    tree: Parsed
    problem: ParseProblem | None = None

    @property
    def data(self) -> dict[str, Any]:
        return self.tree.data

    @property
    def positions(self) -> Mapping[Key, tuple[int, int]]:
        """Line and column, from 1, of every key, table and list item."""
        return {key: line_and_column(self.text, at) for key, at in self.tree.starts.items()}

    @property
    def toml_11_only(self) -> Place | None:
        """Where the first thing stands that a reader of TOML 1.0 refuses (tomllib before Python 3.15, and so
        pywrangler): a new line or a trailing comma in an inline table, `\\e`, `\\xHH`, a time without seconds.
        """
        at = self.tree.newer
        return None if at < 0 else Place(self.path, *line_and_column(self.text, at))

    @property
    def wrangler_refuses(self) -> ParseProblem | None:
        """The first thing that wrangler's reader refuses in valid TOML. facts: smol-toml 1.9.0 in wrangler 4.164.0"""
        for words, at in self.tree.refused[:1]:
            return ParseProblem(words, *line_and_column(self.text, at))
        return None

    @property
    def repeated(self) -> list[tuple[Key, Place]]:
        """The keys that a JSON object has a second time."""
        return [(key, Place(self.path, *line_and_column(self.text, at))) for key, at in self.tree.repeated]

    def place(self, *key: str | int) -> Place:
        """The place of a key or list item; of one that is not there, that of the nearest table around it."""
        for length in range(len(key), 0, -1):
            if (at := self.tree.starts.get(key[:length])) is not None:
                return Place(self.path, *line_and_column(self.text, at))
        return Place(self.path, 1, 1)

    def end(self, *key: str | int) -> tuple[int, int] | None:
        """Line and column behind a value; None for what is spread over several tables."""
        span = self.tree.spans.get(key)
        return line_and_column(self.text, span.end) if span else None

    def get(self, *key: str | int, default: Any = None) -> Any:  # noqa: ANN401 - a table holds anything
        """The value at a key path, or `default` where a step of it is missing or is not in a table or list."""
        value: Any = self.data
        try:
            for step in key:
                value = value[step]
        except (KeyError, IndexError, TypeError):
            return default
        return value

    def table(self, *key: str | int) -> dict[str, Any]:
        """The table at a key path; an empty one for anything else."""
        value = self.get(*key)
        return value if isinstance(value, dict) else {}

    def line_text(self, line: int) -> str:
        """The text of a line (from 1), without its end; empty outside the file."""
        lines = _lines(self.text)
        return lines[line - 1] if 0 < line <= len(lines) else ""


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    ends = _line_ends(text)
    line = bisect_left(ends, offset)
    return line + 1, offset - (ends[line - 1] if line else -1)


@lru_cache(maxsize=4)
def _line_ends(text: str) -> list[int]:
    return [match.start() for match in re.finditer("\n", text)]


@lru_cache(maxsize=4)
def _lines(text: str) -> list[str]:
    return text.splitlines()


def parse(path: str, raw: bytes) -> Document:
    """A TOML (`*.toml`) or JSONC file, read as UTF-8 with or without BOM. Never raises for bad content."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        broken = ParseProblem(f"not UTF-8: byte 0x{raw[error.start]:02x}", before.count(b"\n") + 1, column)
        return Document(path, raw.decode("utf-8", "replace"), Parsed("", ""), broken)
    return parse_text(path, text)


def parse_text(path: str, text: str) -> Document:
    """As `parse`, of a text."""
    syntax = "toml" if path.endswith((".toml", ".lock")) else "jsonc"
    try:
        return Document(path, text, _read(text, syntax))
    except Unparsable as invalid:
        problem = ParseProblem(str(invalid), *line_and_column(text, invalid.at))
        return Document(path, text, Parsed(text, syntax), problem)


def _read(text: str, syntax: str) -> Parsed:
    if syntax == "toml":
        from edgewheel.documents import toml

        return toml.read(text)
    from edgewheel.documents import jsonc

    return jsonc.read(text)
