"""Which names `from module import name` finds: what the module binds, what nobody can read off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.runtime.library import lacks
from edgewheel.runtime.resolve import FailedImport
from edgewheel.sources.names import MODULE_ATTRIBUTES, stdlib_names
from edgewheel.sources.records import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edgewheel.runtime.resolve import Resolver
    from edgewheel.runtime.tree import Spec
    from edgewheel.runtime.values import Namespace
    from edgewheel.sources.records import Import


class Attributes:
    """The names of the modules that one resolver finds. A module is given by its dotted name and its spec."""

    def __init__(self, resolver: Resolver) -> None:
        #: the names of the modules whose statements were followed, as of `Followed`
        self.spaces: dict[str, Namespace] = {}
        self._plain: dict[tuple[object, ...], bool] = {}
        self.resolver = resolver
        self.modules = resolver.modules

    def is_plain(self, item: Import) -> bool:
        """Whether an import only asks for what Python surely has, and nothing of the upload has the name."""
        asked = item[:3]  # what is imported, wherever it stands
        if (known := self._plain.get(asked)) is None:
            known = self._plain[asked] = self._is_plain(item)
        return known and not self.resolver.first and not self.resolver.root_first

    def _is_plain(self, item: Import) -> bool:
        resolver, top = self.resolver, item.module.partition(".")[0]
        if item.level or top not in resolver.library.present or resolver.tree.find(top, [*resolver.vendored, ""]):
            return False
        found = isinstance(resolver.locate(item.module), list) and self.lost(item.module, item.names) is None
        return found and not any(f"{item.module}.{name}" in resolver.library.broken for name in item.names)

    def surely(self, spec: Spec, names: Sequence[str]) -> bool:
        """Whether a module obviously binds all the names: the cheap question."""
        return spec.file.endswith(".py") and self.modules.surely_binds(spec.file, names)

    def binds(self, dotted: str, spec: Spec, name: str, *, late: bool = False) -> bool:
        """Whether importing a module binds the name in it; `late`: one of its functions may have been called."""
        if not spec.file.endswith(".py"):
            return False
        space = self.spaces.get(dotted)
        if space is not None and space.done and not space.dynamic:
            return name in space.names or name in MODULE_ATTRIBUTES
        if space is not None and not space.done and name in space.names:  # bound before it was asked for it
            return True
        if name in MODULE_ATTRIBUTES or self.modules.surely_binds(spec.file, (name,)):
            return True
        if self.resolver.submodule(spec, name) is not None and name.encode() not in self.modules.source(spec.file):
            return False
        found = self.modules.names(spec.file)
        return found is not None and (
            (found.has(name) if late else name in found.bound) or self._starred(dotted, spec, name, set())
        )

    def dynamic(self, dotted: str, spec: Spec, name: str) -> bool:
        """Whether a module may have a name that only running it shows."""
        if spec.kind == "extension" or spec.file.endswith(".pyc") or self.resolver.anywhere:
            return True
        if spec.kind == "namespace":
            return isinstance(self.resolver.locate(f"{dotted}.{name}"), list)
        if dotted == "workers" and self.resolver.tree.is_vendored(
            spec.file
        ):  # its hook gives the few names of the table
            given = lacks(self.resolver.library.python, dotted, name)
            return not given or name.encode() in self.modules.source(spec.file)
        space = self.spaces.get(dotted)
        if space is not None and space.done and not space.dynamic:
            return name in space.maybe or "__getattr__" in space.names
        found = self.modules.names(spec.file)
        own = {dotted, f"{dotted}.*", f"{dotted}.{name}", "*"}
        provided = not own.isdisjoint(self.resolver.provided)
        unfinished = space is not None and not space.done and found is not None and found.has(name)
        return found is None or found.is_open or unfinished or self.modules.record(spec.file).own_path or provided

    def listed(self, spec: Spec) -> tuple[str, ...]:
        """The names in `__all__`, which `from module import *` takes: it imports the submodules among them."""
        found = self.modules.names(spec.file) if spec.file.endswith(".py") else None
        return tuple(sorted(found.listed)) if found is not None and found.listed else ()

    def public(self, spec: Spec | None) -> list[str]:
        """What `from module import *` brings of a module whose statements were not followed."""
        found = self.modules.names(spec.file) if spec is not None and spec.file.endswith(".py") else None
        if found is None:
            return []
        return list(found.listed) if found.listed is not None else [each for each in found.bound if each[0] != "_"]

    def lacking(self, module: str, names: Sequence[str]) -> FailedImport | None:
        """What fails where a module of the standard library shadows one of the project's that has these names."""
        own = self.resolver.tree.find(module, self.resolver.project)
        theirs = stdlib_names(module) if own is not None else None
        if own is None or theirs is None:
            return None
        name = next((each for each in names if each not in theirs and self.binds(module, own, each)), None)
        if name is None:
            return None
        text = f"cannot import name '{name}' from '{module}' ({self.library_file(module)})"
        return FailedImport("ImportError", f"{module}.{name}", text)

    def lost(self, module: str, names: Iterable[str]) -> FailedImport | None:
        """What fails where a module that is Python's or Pyodide's own lacks one of the names on Workers."""
        python = self.resolver.library.python
        name = next((each for each in names if lacks(python, module, each)), None)
        if name is None or f"{module}.{name}" in self.resolver.library.submodules:
            return None
        text = f"cannot import name '{name}' from '{module}' ({self.library_file(module)})"
        return FailedImport("ImportError", f"{module}.{name}", text)

    def library_file(self, module: str) -> str:
        """Where the runtime has a module of the standard library's."""
        if module in {"js", "pyodide_js", "workers"}:
            return "unknown location"
        package = any(each.startswith(f"{module}.") for each in self.resolver.library.submodules)
        number = self.resolver.library.python.replace(".", "")
        return f"/lib/python{number}.zip/{module.replace('.', '/')}{'/__init__' if package else ''}.py"

    def _starred(self, dotted: str, spec: Spec, name: str, seen: set[str]) -> bool:
        """Whether a `from … import *` of a module brings the name."""
        found = self.modules.names(spec.file) if spec.file.endswith(".py") else None
        if found is None or spec.file in seen:
            return False
        seen.add(spec.file)
        for star in found.stars:
            target = absolute(star.module, dotted, package=spec.kind == "package") or ""
            steps = self.resolver.locate(target) if target else None
            if not isinstance(steps, list) or steps[-1].spec is None:
                return True
            inner = steps[-1].spec
            bound = self.modules.names(inner.file) if inner.file.endswith(".py") else None
            if bound is None or bound.is_open:
                return True
            public = name in bound.listed if bound.listed is not None else not name.startswith("_")
            if public and (bound.has(name) or self._starred(target, inner, name, seen)):
                return True
        return False
