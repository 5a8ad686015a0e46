"""The modules of an upload: each read, scanned and parsed at most once, and only when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.runtime import scan
from edgewheel.runtime.records import Record

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Mapping

    from edgewheel.runtime.bindings import Bindings


class Modules:
    """Sources by upload name, from readers of their bytes."""

    def __init__(self, readers: Mapping[str, Callable[[], bytes]]) -> None:
        self._readers = readers
        self._sources: dict[str, bytes] = {}
        self._records: dict[str, Record] = {}
        self._simple: dict[str, frozenset[str]] = {}
        self._trees: dict[str, ast.Module | None] = {}
        self._bindings: dict[str, Bindings | None] = {}

    def source(self, name: str) -> bytes:
        """The bytes of a module as they are uploaded."""
        if (known := self._sources.get(name)) is None:
            known = self._sources[name] = self._readers[name]()
        return known

    def record(self, name: str) -> Record:
        """Its imports; none for what is no source or cannot be parsed."""
        if (known := self._records.get(name)) is None:
            known = self._records[name] = self._read(name)
        return known

    def tree(self, name: str) -> ast.Module | None:
        """Its syntax tree, None where this Python cannot parse it."""
        from edgewheel.runtime import syntax

        if name not in self._trees:
            self._trees[name] = syntax.parse(self.source(name))
        return self._trees[name]

    def surely_bound(self, name: str) -> frozenset[str]:
        """The names that a definition or an assignment at the start of a line binds: the cheap part of `bindings`."""
        if (known := self._simple.get(name)) is None:
            known = self._simple[name] = self._simply_bound(name)
        return known

    def bindings(self, name: str) -> Bindings | None:
        """All that its top level binds, None where it cannot be parsed."""
        from edgewheel.runtime import bindings

        if name not in self._bindings:
            tree = self.tree(name)
            self._bindings[name] = bindings.read(tree) if tree is not None else None
        return self._bindings[name]

    def _read(self, name: str) -> Record:
        if not name.endswith(".py"):
            return Record()
        try:
            return scan.scan(self.source(name))
        except scan.Unsure:
            from edgewheel.runtime import syntax

            tree = self.tree(name)
            return syntax.record(tree, name=name) if tree is not None else Record()

    def _simply_bound(self, name: str) -> frozenset[str]:
        try:
            text = scan.without_docstrings(scan.decode(self.source(name)))
        except scan.Unsure:
            return frozenset()
        from edgewheel.runtime import bindings

        return frozenset(bindings.simple(text))
