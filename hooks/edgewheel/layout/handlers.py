"""Which names of the project stand for what the runtime calls, followed through the project's own modules."""

from __future__ import annotations

import ast
import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.sources import bound_names as bindings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.disk import Disk
    from edgewheel.sources.bound_names import Bound, Names

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


class Tree:
    """The modules below the folder from which imports start, parsed when first asked for."""

    def __init__(self, disk: Disk, base: str) -> None:
        self._disk = disk
        self._base = base
        self._parsed: dict[str, Names | None] = {}
        self._asked: set[tuple[str, str]] = set()

    def names(self, module: str) -> Names | None:
        """The names of one of the project's modules; None for others' modules and for one that cannot be parsed."""
        if module not in self._parsed:
            try:
                self._parsed[module] = self.parse(module)
            except (SyntaxError, ValueError, RecursionError, MemoryError, CouldNotRun):
                self._parsed[module] = None
        return self._parsed[module]

    def parse(self, module: str) -> Names | None:
        """The same, but what is wrong with the module is raised."""
        stem = posixpath.join(self._base, *module.split("."))
        if self._disk.is_file(path := f"{stem}/__init__.py"):
            return bindings.read(self._disk.read(path), module, package=True)
        if module and self._disk.is_file(path := f"{stem}.py"):
            return bindings.read(self._disk.read(path), module, package=False)
        return None

    def visible(self, module: str, *, public: bool = False) -> Iterator[tuple[str, bool]]:
        """Every name that a module binds, its star imports followed, and whether it does so on every path."""
        yield from self._visible(module, (), public=public)

    def _visible(self, module: str, above: tuple[str, ...], *, public: bool) -> Iterator[tuple[str, bool]]:
        names = self.names(module)
        if names is None or module in above:
            return
        found = {name: name in names.sure for name in names.bound}
        for star in names.stars:
            for name, sure in self._visible(star.module, (*above, module), public=True):
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
        return "__getattr__" in names.bound or any(self.opaque(star.module, below) for star in names.stars)

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
            if self.names(star.module) is None:
                if name in BASES:
                    return Meaning("base")
            elif any(name == public for public, _ in self.visible(star.module, public=True)):
                return self.look(star.module, name)
        below = f"{module}.{name}"
        return Meaning("module", below) if self.names(below) or self._is_folder(below) else NOTHING

    def _bound(self, module: str, bound: Bound) -> Meaning:
        if bound.kind == "class":
            derived = any(self.expression(module, base).kind in {"handler", "base"} for base in bound.bases)
            return Meaning("handler") if derived else NOTHING
        if bound.kind == "function":
            return Meaning("function")
        if bound.kind == "value" and bound.value is not None and not isinstance(bound.value, ast.Call):
            return self.expression(module, bound.value)
        if bound.kind == "module":
            return Meaning("module", bound.module)
        return self.look(bound.module, bound.name) if bound.kind == "name" else NOTHING

    def expression(self, module: str, node: ast.expr) -> Meaning:
        """What an expression in a module means: a name, an attribute of a module, `Base[T]`, `mixin(Base)`."""
        if isinstance(node, ast.Name):
            return self.look(module, node.id)
        if isinstance(node, ast.Attribute):
            owner = self.expression(module, node.value)
            return self.look(owner.module, node.attr) if owner.kind == "module" else NOTHING
        if isinstance(node, ast.Subscript):
            return self.expression(module, node.value)
        inner: list[ast.expr] = []
        if isinstance(node, ast.Call):
            inner = node.args
        elif isinstance(node, ast.IfExp):
            inner = [node.body, node.orelse]
        meanings = [self.expression(module, each) for each in inner]
        return next((each for each in meanings if each.kind in {"handler", "base"}), NOTHING)

    def _is_folder(self, module: str) -> bool:
        return bool(module) and self._disk.is_dir(posixpath.join(self._base, *module.split(".")))
