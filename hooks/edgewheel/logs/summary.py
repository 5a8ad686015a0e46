"""A log boiled down: for each known text how often it is there, where first and with which names; and the errors that
no text explains.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.data import facts
from edgewheel.logs.blocks import blocks, label, spoken
from edgewheel.logs.lines import Line, matching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import IO

    from edgewheel.logs.blocks import LogBlock

#: Distinct names kept of one text, and blocks kept of a log, so that memory stays flat; counts beyond stay right.
_NAMES = 20_000
_BLOCKS = 5_000
#: Lines of a block that are looked at together: pywrangler and CI systems break lines at 80 columns.
_WRAPPED = 6
#: How far behind an error, in lines, another program reports only that something failed.
_NEAR = 200
_RETRY = re.compile(r"\b(?:re-?try|re-?trying|re-?tried|trying again|attempt(?: #?\d|ing again))", re.IGNORECASE)
#: Lines that name a test by a text, or are of a document.
_QUOTED = re.compile(r"::test|\b(?:PASSED|FAILED|SKIPPED|ok|PASS)\b|^\s*[#>|✓✔\xd7✗*]|^E  ")
#: Labels of jobs that no commit message or logger begins with: `web:deploy: `, `api-1  | `, not `fix: `.
_JOB = re.compile(r"[:/@|\[#](?=\S)|\| $|^\[")
_FOLLOWS = re.compile(r"Error running command: |Running custom build|See above for details|(?:Install|Update) \w+ with")


class Name(NamedTuple):
    """One name that a text carries (a module, a package, a field), how often, and its first line (from 1)."""

    text: str
    said: int
    line: int
    more: str


class Hit(NamedTuple):
    """One known text in a log. `line` is the first line's number, `text` that line, `block` the whole error."""

    kind: str
    said: int
    line: int
    text: str
    names: tuple[Name, ...]
    block: tuple[str, ...] = ()


class Digest(NamedTuple):
    """What a log says. `path` is "-" for a pipe; hits by kind, kinds that do not occur left out; `unexplained` are the
    errors that no text explains, each once.
    """

    path: str
    hits: dict[str, Hit]
    unexplained: tuple[Hit, ...] = ()

    def count(self, kind: str) -> int:
        return self.hits[kind].said if kind in self.hits else 0


class Text(NamedTuple):
    """A known text: `only` are the programs in whose blocks it counts (empty: all), `other` is what such a block must
    not hold.
    """

    kind: str
    code: str
    pattern: re.Pattern[str]
    anywhere: bool
    only: frozenset[str]
    other: str


class _Found(NamedTuple):
    """A text in a block."""

    kind: str
    line: Line
    match: re.Match[str]


class _Tally:
    def __init__(self, kind: str, line: Line, block: tuple[str, ...] = ()) -> None:
        self.kind = kind
        self.first = line
        self.block = block
        self.count = 0
        self.names: dict[str, tuple[int, str]] = {}
        self.counts: Counter[str] = Counter()

    def add(self, number: int, groups: tuple[str, ...] = ()) -> None:
        self.count += 1
        what, *more = (*groups, "")
        if what and (what in self.names or len(self.names) < _NAMES):
            self.names.setdefault(what, (number, more[0] if more else ""))
            self.counts[what] += 1

    def hit(self) -> Hit:
        names = tuple(Name(what, self.counts[what], *where) for what, where in self.names.items())
        return Hit(self.kind, self.count, self.first.number, self.first.text, names, self.block)


def digest(path: str, stream: IO[bytes], *, echo: Callable[[bytes], object] | None = None) -> Digest:
    """Reads a log to its end in flat memory; the texts are those of `data/log_texts.json`."""
    anchors = {anchor.encode(): follow for anchor, follow in facts("log_texts")["anchors"].items()}
    reader = _LogReader()
    for block in blocks(reader.noted(matching(stream, anchors, echo))):
        reader.add(block)
    return reader.digest(path)


class _LogReader:
    """Counts what stands in lines of their own at once; errors wait for the end, where it shows which were overcome."""

    def __init__(self) -> None:
        self.tallies: dict[str, _Tally] = {}
        self.errors: list[tuple[LogBlock, list[_Found]]] = []
        self.retries: list[int] = []
        self.deployed = 0

    def noted(self, lines: Iterable[Line]) -> Iterator[Line]:
        for line in lines:
            if _RETRY.search(line.text) and len(self.retries) < _NAMES:
                self.retries.append(line.number)
            yield line

    def add(self, block: LogBlock) -> None:
        found = list(_texts_in(block))
        if block.program:
            if len(self.errors) < _BLOCKS:
                self.errors.append((block, found))
            return
        for each in found:
            self._count(each, ())
            if each.kind == "deployed":
                self.deployed = each.line.number

    def _count(self, found: _Found, lines: tuple[str, ...]) -> None:
        tally = self.tallies.setdefault(found.kind, _Tally(found.kind, found.line, lines))
        groups = found.match.groups(default="")
        tally.add(found.line.number, tuple(filter(None, groups)) if "what" in found.match.groupdict() else ())

    def digest(self, path: str) -> Digest:
        unexplained: dict[str, _Tally] = {}
        before = -_NEAR
        lines = [block.line for block, _ in self.errors]
        for block, found in self.errors:
            if self._was_overcome(block) or _is_pretty(block, lines):
                continue
            follows = block.line - before <= _NEAR and (
                block.program == "npm" or (block.program in {"wrangler", "pywrangler"} and _FOLLOWS.match(block.head))
            )
            plain = [each for each in found if not _is_general(each.kind)]
            for each in plain or ([] if follows else found):
                self._count(each, block.lines)
            if not found and not follows:
                head = block.head
                tally = unexplained.setdefault(head, _Tally("", Line(block.line, head), block.lines))
                tally.add(block.line)
            before = block.line
        hits = {kind: tally.hit() for kind, tally in self.tallies.items()}
        return Digest(path, hits, tuple(tally.hit() for tally in unexplained.values()))

    def _was_overcome(self, block: LogBlock) -> bool:
        """Whether it was tried again behind this error, and a deploy went through behind that."""
        return any(block.line < each < self.deployed for each in self.retries)


def _is_pretty(block: LogBlock, lines: list[int]) -> bool:
    """The headline of a tail event in words, whose exception is told right behind it."""
    short = block.program == "tail" and len(block.lines) == 1 and not block.lines[0].startswith("outcome: ")
    return short and any(block.line < each <= block.line + 30 for each in lines)


def _is_general(kind: str) -> bool:
    """Texts that say that something failed, and not why."""
    return any(each.kind == kind and each.code == "EW710" for each in texts())


@cache
def texts() -> tuple[Text, ...]:
    """The known texts, compiled."""
    return tuple(
        Text(
            each["kind"],
            each["code"],
            re.compile(each["pattern"]),
            each.get("anywhere", False),
            frozenset(each.get("only", "").split()),
            each.get("not", ""),
        )
        for each in facts("log_texts")["texts"]
    )


def _texts_in(block: LogBlock) -> Iterator[_Found]:
    """The known texts of a block, each with the line where it begins."""
    whole = " ".join(line.strip() for line in block.lines)
    units = [
        (Line(block.line + at, line), spoken(" ".join([line, *map(str.strip, block.lines[at + 1 : at + _WRAPPED])])))
        for at, line in enumerate(block.lines)
        if line.strip()  # else what follows would be told twice, first without words
    ]
    if not block.program:
        if _QUOTED.search(block.lines[0]):
            return
        if _JOB.search(job := label(block.lines[0])):
            units.append((units[0][0], spoken(block.lines[0][len(job) :])))
    for text in texts():
        if (text.only and block.program not in text.only) or (text.other and text.other in whole):
            continue
        if text.anywhere:
            for hit in text.pattern.finditer(whole) if block.program else _own(text.pattern, block.lines[0]):
                yield _Found(text.kind, units[0][0], hit)
            continue
        for line, said in units:
            if match := text.pattern.match(said):
                yield _Found(text.kind, line, match)


def _own(pattern: re.Pattern[str], line: str) -> Iterator[re.Match[str]]:
    """Matches in a line of no program, unless it quotes the text."""
    for match in pattern.finditer(line):
        if match.start() == 0 or line[match.start() - 1] not in "`'\"\u201c\u2018":
            yield match
