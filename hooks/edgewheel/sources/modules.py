"""The modules of an upload: each read, scanned and parsed at most once, and only when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.sources.hints import hints
from edgewheel.sources.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from edgewheel.sources.records import Names


class Records:
    """Records by content, which several uploads share. This one keeps them for as long as it lives."""

    def __init__(self) -> None:
        self._records: dict[bytes, Record] = {}

    def get(self, source: bytes) -> Record | None:
        """What is known of a text, None for nothing."""
        return self._records.get(source)

    def read(self, source: bytes) -> Record:
        """The record of a text, read off its lines where they show enough."""
        known = self.get(source)
        if known is None:
            from edgewheel.sources import before, scan

            try:
                known = scan.read(source)
            except before.Unsure:
                return self.whole(source)
            self.put(source, known := known._replace(hints=_worth(source, known)))
        return known

    def whole(self, source: bytes) -> Record:
        """The record of a text with all that a syntax tree shows; `fails` where this Python cannot parse it."""
        known = self.get(source)
        if known is None or (known.names is None and not known.fails):
            from edgewheel.sources import syntax

            depth = known.parses if known is not None else 0
            known = syntax.read(source)
            known = known._replace(parses=max(depth, known.parses))
            self.put(source, known)
        return known

    def save(self) -> None:
        """Keeps them for the next run, where there is a place for them."""

    def put(self, source: bytes, record: Record) -> None:
        """Keeps a record, or a fuller one in the place of one."""
        self._records[source] = record


class NameRecords(Records):
    """What a build asks: of a whole record the names alone, so that the readers of other facts stay unloaded."""

    def __init__(self) -> None:
        super().__init__()
        self._named: dict[bytes, Record] = {}

    def read(self, source: bytes) -> Record:
        """All of a record, for those who ask for more than names."""
        return super().whole(source)

    def whole(self, source: bytes) -> Record:
        if (known := self._named.get(source)) is None:
            from edgewheel.sources import names

            try:
                with names.parsed(source) as tree:
                    known = Record(names=names.read(tree, has_global=b"global" in source))
            except names.Unparsed:
                known = Record(fails=True)
            self._named[source] = known
        return known


def _worth(source: bytes, record: Record) -> frozenset[str]:
    """The hints of a module whose lines were read: of its effects, these lines say more than its words."""
    found = hints(source)
    if "effects" in found:
        from edgewheel.sources.effects import may_make

        if not may_make(record):
            found -= {"effects"}
    return found


class Modules:
    """Sources by upload name, from readers of their bytes."""

    def __init__(self, readers: Mapping[str, Callable[[], bytes]], records: Records | None = None) -> None:
        self._readers = readers
        self.records = records or Records()
        self._sources: dict[str, bytes] = {}
        self._known: dict[str, Record] = {}

    def source(self, name: str) -> bytes:
        """The bytes of a module as they are uploaded."""
        if (known := self._sources.get(name)) is None:
            known = self._sources[name] = self._readers[name]()
        return known

    def record(self, name: str) -> Record:
        """Its imports and what its lines show; nothing for what is no source or cannot be parsed."""
        if (known := self._known.get(name)) is None:
            known = self._known[name] = self.records.read(self.source(name)) if name.endswith(".py") else Record()
        return known

    def whole(self, name: str) -> Record:
        """All of its record; `fails` where this Python cannot parse it."""
        found = self.record(name)
        if found.names is None and not found.fails and name.endswith(".py"):
            found = self._known[name] = self.records.whole(self.source(name))
        return found

    def surely_binds(self, name: str, attributes: Iterable[str]) -> bool:
        """Whether definitions or assignments that begin a line bind all the names: the cheap part of `names`."""
        return self.record(name).binds.issuperset(attributes)

    def parse(self, names: Iterable[str], depth: int) -> None:
        """Notes that modules were parsed without fault, `depth` as of `Record.parses`."""
        for name in names:
            found = self.records.read(self.source(name))
            if found.parses < depth:
                self.records.put(self.source(name), found._replace(parses=depth))

    def names(self, name: str) -> Names | None:
        """All that its top level binds, None where it cannot be parsed."""
        return self.whole(name).names
