"""Which names of the project stand for what the runtime calls, followed through the project's own modules."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.sources.records import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.disk import Disk
    from edgewheel.sources.records import Bound, Names, Node, Record

#: The base classes of the platform. facts: platform 3, entry classes
BASES = ("WorkerEntrypoint", "DurableObject", "WorkflowEntrypoint")
#: The handlers that a main of functions may bind. facts: the runtime's old style, until python_no_global_handlers
FUNCTIONS = frozenset(f"on_{each}" for each in ("fetch", "scheduled", "queue", "email", "alarm", "tail", "trace"))


class Meaning(NamedTuple):
    """What a name stands for: `handler` (a class derived from a base of the platform's), `base` (such a base
    itself), `function`, `module` (its dotted name beside), or "" for anything else.
    """

    kind: str = ""
    module: str = ""


NOTHING = Meaning()


class SourceTree:
    """The modules below the folder from which imports start, read when first asked for."""

    def __init__(self, disk: Disk, base: str) -> None:
        self._disk = disk
        self._base = base
        self._records: dict[str, Record | None] = {}
        self._asked: set[tuple[str, str]] = set()

    def record(self, module: str) -> Record | None:
        """The whole record of one of the project's modules; None for others' modules."""
        if module not in self._records:
            file = self._file(module)
            self._records[module] = self._disk.records.whole(self._disk.read(file)) if file else None
        return self._records[module]

    def names(self, module: str) -> Names | None:
        """The names of one of the project's modules; None for others' modules and for one that cannot be parsed."""
        try:
            found = self.record(module)
        except CouldNotRun:
            return None
        return found.names if found is not None else None

    def _file(self, module: str) -> str:
        stem = posixpath.join(self._base, *module.split("."))
        if self._disk.is_file(path := f"{stem}/__init__.py"):
            return path
        return path if module and self._disk.is_file(path := f"{stem}.py") else ""

    def absolute(self, module: str, written: str) -> str:
        """The module that a module writes with its dots."""
        return absolute(written, module, package=self._file(module).endswith("/__init__.py")) or ""

    def visible(self, module: str, *, public: bool = False) -> Iterator[tuple[str, bool]]:
        """Every name that a module binds, its star imports followed, and whether it does so on every path."""
        yield from self._visible(module, (), public=public)

    def _visible(self, module: str, above: tuple[str, ...], *, public: bool) -> Iterator[tuple[str, bool]]:
        names = self.names(module)
        if names is None or module in above:
            return
        found = {name: name in names.sure for name in names.bound}
        for star in names.stars:
            origin = self.absolute(module, star.module)
            for name, sure in self._visible(origin, (*above, module), public=True):
                found[name] = found.get(name, False) or (sure and star.sure)
        for name, sure in found.items():
            if not public or (not name.startswith("_") if names.listed is None else name in names.listed):
                yield name, sure

    def opaque(self, module: str, above: tuple[str, ...] = ()) -> bool:
        """Whether a module may bind names that no analysis sees: a star import of others' code, `__getattr__`."""
        names = self.names(module)
        if names is None or module in above:
            return names is None
        below = (*above, module)
        return "__getattr__" in names.bound or any(
            self.opaque(self.absolute(module, star.module), below) for star in names.stars
        )

    def look(self, module: str, name: str) -> Meaning:
        """What a name of a module means."""
        asked = (module, name)
        if asked in self._asked:  # a circle of imports or `Default = wrap(Default)`
            return NOTHING
        self._asked.add(asked)
        try:
            return self._look(module, name)
        finally:
            self._asked.discard(asked)

    def _look(self, module: str, name: str) -> Meaning:
        names = self.names(module)
        if names is None and not self._is_folder(module):
            return Meaning("base") if name in BASES else Meaning("module", f"{module}.{name}")
        for bound in names.bound.get(name, ()) if names else ():
            if (meaning := self._bound(module, bound)) != NOTHING:
                return meaning
        for star in names.stars if names else ():
            origin = self.absolute(module, star.module)
            if self.names(origin) is None:
                if name in BASES:
                    return Meaning("base")
            elif any(name == public for public, _ in self.visible(origin, public=True)):
                return self.look(origin, name)
        below = f"{module}.{name}"
        return Meaning("module", below) if self.names(below) or self._is_folder(below) else NOTHING

    def _bound(self, module: str, bound: Bound) -> Meaning:
        if bound.kind == "class":
            derived = any(self.expression(module, base).kind in {"handler", "base"} for base in bound.bases)
            return Meaning("handler") if derived else NOTHING
        if bound.kind == "function":
            return Meaning("function")
        if bound.kind == "value" and bound.value is not None and bound.value[0] != "Call":
            return self.expression(module, bound.value)
        if bound.kind == "module":
            return Meaning("module", bound.module)
        return self.look(self.absolute(module, bound.module), bound.name) if bound.kind == "name" else NOTHING

    def expression(self, module: str, node: Node) -> Meaning:
        """What an expression in a module means: a name, an attribute of a module, `Base[T]`, `mixin(Base)`."""
        kind = node[0]
        if kind == "Name":
            return self.look(module, node[3])
        if kind == "Attribute":
            owner = self.expression(module, node[3])
            return self.look(owner.module, node[4]) if owner.kind == "module" else NOTHING
        if kind == "Subscript":
            return self.expression(module, node[3])
        inner = node[4] if kind == "Call" else node[4:6] if kind == "IfExp" else ()
        meanings = [self.expression(module, each) for each in inner]
        return next((each for each in meanings if each.kind in {"handler", "base"}), NOTHING)

    def _is_folder(self, module: str) -> bool:
        return bool(module) and self._disk.is_dir(posixpath.join(self._base, *module.split(".")))
