"""Where the thing at a column ends, told from its line alone."""

from __future__ import annotations

_QUOTES = "\"'"


def end(line: str, column: int, *, literal: bool) -> int:
    """The column behind a thing that begins at `column` (both from 1).

    With `literal`, as for keys and values of a config, a string ends with its quotes; all else ends with its line, less
    a comment and the space before it.
    """
    rest = line[column - 1 :]
    if literal and rest[:1] in _QUOTES and rest:
        return column + _string(rest)
    at = 0
    while at < len(rest) and rest[at] != "#":
        at += _string(rest[at:]) if rest[at] in _QUOTES else 1
    return column + len(rest[:at].rstrip().rstrip(","))


def _string(text: str) -> int:
    """The length of the string that a text begins with, quotes included; of an open one, that of the text."""
    at = 1
    while at < len(text) and text[at] != text[0]:
        at += 2 if text[at] == "\\" else 1
    return min(at + 1, len(text))
