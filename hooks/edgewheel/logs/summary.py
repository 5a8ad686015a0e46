"""A log boiled down: for each known text how often it stands there, where first, and with which names."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.data import facts
from edgewheel.logs.lines import matching

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from edgewheel.logs.lines import Line

#: Distinct names kept of one text, so that memory stays flat; counts beyond stay right, names do not.
_NAMES = 20_000


class Name(NamedTuple):
    """One name that a text carries (a module, a package, a field), how often, and its first line (from 1)."""

    text: str
    said: int
    line: int
    more: str


class Hit(NamedTuple):
    """One known text in a log. `line` is the first line's number, `text` that line."""

    kind: str
    said: int
    line: int
    text: str
    names: tuple[Name, ...]


class Digest(NamedTuple):
    """What a log says. `path` is "-" for a pipe; hits by kind, kinds that do not occur left out."""

    path: str
    hits: dict[str, Hit]

    def count(self, kind: str) -> int:
        return self.hits[kind].said if kind in self.hits else 0


class _Tally:
    def __init__(self, kind: str, line: Line) -> None:
        self.kind = kind
        self.first = line
        self.count = 0
        self.names: dict[str, tuple[int, str]] = {}
        self.counts: Counter[str] = Counter()

    def add(self, line: Line, match: re.Match[str]) -> None:
        self.count += 1
        what, *more = (*match.groups(default=""), "")
        if what and (what in self.names or len(self.names) < _NAMES):
            self.names.setdefault(what, (line.number, more[0]))
            self.counts[what] += 1

    def hit(self) -> Hit:
        names = tuple(Name(what, self.counts[what], *where) for what, where in self.names.items())
        return Hit(self.kind, self.count, self.first.number, self.first.text, names)


def digest(path: str, stream: IO[bytes], *, echo: Callable[[bytes], object] | None = None) -> Digest:
    """Reads a log to its end in flat memory; the texts are those of `data/log_texts.json`."""
    texts = facts("log_texts")["texts"]
    patterns = [(each["kind"], each["anchor"], re.compile(each["pattern"])) for each in texts]
    tallies: dict[str, _Tally] = {}
    for line in matching(stream, sorted({anchor.encode() for _, anchor, _ in patterns}), echo):
        for kind, anchor, pattern in patterns:
            if anchor in line.text and (match := pattern.search(line.text)):
                tallies.setdefault(kind, _Tally(kind, line)).add(line, match)
    return Digest(path, {kind: tally.hit() for kind, tally in tallies.items()})
