"""A parsed table together with the line of every key and list item."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.findings import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: A key path: names of tables and keys, and indices of list items (`("env", "dev", "rules", 0, "globs", 1)`).
Key = tuple[str | int, ...]


class Document(NamedTuple):
    """A TOML or JSONC file. `data` is empty where `problem` says why it could not be parsed."""

    path: str
    text: str
    data: dict[str, Any]
    locate: Callable[[], Mapping[Key, tuple[int, int]]]
    problem: Problem | None = None

    @property
    def positions(self) -> Mapping[Key, tuple[int, int]]:
        """Line and column of every key and list item, found when first asked for."""
        return self.locate()

    def place(self, *key: str | int) -> Place:
        """Where a key or list item stands; of one that is not there, the nearest table around it."""
        for length in range(len(key), 0, -1):
            if (position := self.positions.get(key[:length])) is not None:
                return Place(self.path, *position)
        return Place(self.path, 1, 1)

    def get(self, *key: str | int, default: Any = None) -> Any:  # noqa: ANN401 - a table holds anything
        """The value at a key path, or `default` where a step of it is missing or is no table or list."""
        value: Any = self.data
        try:
            for step in key:
                value = value[step]
        except (KeyError, IndexError, TypeError):
            return default
        return value

    def table(self, *key: str | int) -> dict[str, Any]:
        """The table at a key path; an empty one for what is none."""
        value = self.get(*key)
        return value if isinstance(value, dict) else {}

    def line_text(self, line: int) -> str:
        """The text of a line (from 1), without its end; empty outside the file."""
        lines = self.text.splitlines()
        return lines[line - 1] if 0 < line <= len(lines) else ""


def parse(path: str, raw: bytes) -> Document:
    """A TOML (`*.toml`) or JSONC file, read as UTF-8 with or without BOM. Never raises for bad content."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        broken = Problem(f"not UTF-8: byte 0x{raw[error.start]:02x}", before.count(b"\n") + 1, column)
        return Document(path, raw.decode("utf-8", "replace"), {}, dict, broken)
    if path.endswith(".toml"):
        from edgewheel.documents import toml

        data, problem = toml.values(text)
        return Document(path, text, data, dict if problem else cache(lambda: _toml_positions(text)), problem)
    from edgewheel.documents import jsonc

    data, positions, problem = jsonc.load(text)
    return Document(path, text, data, lambda: positions, problem)


def _toml_positions(text: str) -> Mapping[Key, tuple[int, int]]:
    from edgewheel.documents.toml_positions import positions

    return positions(text)
