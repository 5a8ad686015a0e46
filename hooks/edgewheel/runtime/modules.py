"""The modules of an upload: each read, scanned and parsed at most once, and only when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.sources import scan
from edgewheel.sources.records import Record

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable, Mapping

    from edgewheel.sources.bindings import Bindings


class Modules:
    """Sources by upload name, from readers of their bytes."""

    def __init__(self, readers: Mapping[str, Callable[[], bytes]]) -> None:
        self._readers = readers
        self._sources: dict[str, bytes] = {}
        self._records: dict[str, Record] = {}
        self._texts: dict[str, str] = {}
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
        from edgewheel.sources import syntax

        if name not in self._trees:
            self._trees[name] = syntax.parse(self.source(name))
        return self._trees[name]

    def surely_binds(self, name: str, attributes: Iterable[str]) -> bool:
        """Whether definitions or assignments that begin a line bind all the names: the cheap part of `bindings`."""
        self.record(name)
        text = self._texts.get(name)
        return text is not None and all(simply_binds(text, attribute) for attribute in attributes)

    def bindings(self, name: str) -> Bindings | None:
        """All that its top level binds, None where it cannot be parsed."""
        if name not in self._bindings:
            tree = self.tree(name)
            self._bindings[name] = _bound(tree, self.source(name)) if tree is not None else None
        return self._bindings[name]

    def _read(self, name: str) -> Record:
        if not name.endswith(".py"):
            return Record()
        try:
            found, self._texts[name] = scan.read(self.source(name))
        except scan.Unsure:
            from edgewheel.sources import syntax

            tree = self.tree(name)
            return syntax.record(tree, name=name) if tree is not None else Record()
        return found


def _bound(tree: ast.Module, source: bytes) -> Bindings:
    from edgewheel.sources import bindings

    return bindings.read(tree, has_global=b"global" in source)


def simply_binds(text: str, name: str) -> bool:
    """Whether a line of a text begins with a definition of the name or an assignment to it."""
    if name not in text:
        return False
    heads = (f"class {name}:", f"class {name}(", f"def {name}(", f"async def {name}(", f"{name} = ")
    if text.startswith(heads) or any(map(text.__contains__, (f"\n{head}" for head in heads))):
        return True
    typed = text.find(f"\n{name}: ") + 1
    return typed > 0 and " = " in text[typed : text.find("\n", typed)]
