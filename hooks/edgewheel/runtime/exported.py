"""What the runtime would export of main, by analysis: nothing runs, and what is not certain is not told.

facts: acceptance 1: names of `__all__` or without `_`, classes by their base in `workers` and under their own names,
methods that are plain functions
"""

from __future__ import annotations

import ast
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.runtime.proof import Asked, MainExports
from edgewheel.runtime.tree import module_name
from edgewheel.runtime.verdict import FUNCTIONS
from edgewheel.runtime.without_bases import BASES, without_bases
from edgewheel.sources.binding import top_level, tree_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from edgewheel.runtime.resolve import Resolver

_NO_METHODS = frozenset(("staticmethod", "classmethod", "property", "cached_property", "partialmethod"))


class UnsureError(Exception):
    """Only running main would tell."""


class _Class(NamedTuple):
    """A class of the project, its own name, the bases of the platform that it has, and its methods."""

    name: str
    kinds: frozenset[str]
    methods: dict[str, bool]


class _Exporter:
    def __init__(self, resolver: Resolver, main: str, wanted: Collection[str]) -> None:
        self._resolver = resolver
        self._main = main
        self._wanted = wanted
        self._modules = resolver.modules
        self._asked: list[tuple[str, str]] = []
        self._known: dict[str, dict[str, ast.stmt]] = {}
        self._reading: set[str] = set()

    def exports(self) -> MainExports:
        names = self._names(self._main)
        found: dict[str, dict[str, tuple[str, ...]]] = {kind: {} for kind in BASES}
        functions, aliases = [], {}
        for name in names:
            value = self._sure(name)
            if value == "function" and name in FUNCTIONS:
                functions.append(name)
            if isinstance(value, _Class) and value.kinds:
                methods = tuple(sorted(each for each, is_plain in value.methods.items() if is_plain))
                for kind in value.kinds:
                    found[kind][value.name] = methods
                if value.name != name:
                    aliases[name] = value.name
        return MainExports(
            entrypoints=found["WorkerEntrypoint"],
            durable_objects=found["DurableObject"],
            workflows=found["WorkflowEntrypoint"],
            functions=tuple(name for name in FUNCTIONS if name in functions),
            aliases=aliases,
        )

    def _sure(self, name: str) -> _Class | str:
        """What a name of main is. A value that only running tells matters where the config or the platform names it."""
        if name not in self._wanted and name not in FUNCTIONS and self._is_other(name):
            return "other"
        try:
            value = self.look(self._main, name)
        except UnsureError:
            value = "unsure"
        if value == "unsure" and name in self._wanted:
            raise UnsureError
        return value

    def _is_other(self, name: str) -> bool:
        """Whether main imports the name from a module that holds no class of the platform's, which needs no look."""
        node = self._bound(self._main).get(name)
        if not isinstance(node, ast.ImportFrom):
            return False
        return self._find(self._main, node.module or "", node.level) in self._without_bases

    @cached_property
    def _without_bases(self) -> frozenset[str]:
        return without_bases(self._modules, self._main, self._find)

    def _find(self, path: str, module: str, level: int) -> str | None:
        try:
            return self._file(path, module, level)
        except UnsureError:
            return None

    def _names(self, path: str) -> list[str]:
        """The names that count: a literal `__all__`, else every public one."""
        bound = self._bound(path)
        if "__all__" in bound:
            listed = _listed(bound["__all__"])
            if any(name not in bound for name in listed):
                raise UnsureError
            return listed
        if "__getattr__" in bound:
            raise UnsureError
        return [name for name in bound if not name.startswith("_")]

    def _bound(self, path: str) -> dict[str, ast.stmt]:
        if (known := self._known.get(path)) is None:
            if path in self._reading:  # modules that take all names of each other
                raise UnsureError
            self._reading.add(path)
            try:
                known = self._known[path] = self._read(path)
            finally:
                self._reading.discard(path)
        return known

    def _read(self, path: str) -> dict[str, ast.stmt]:
        tree = tree_of(self._modules.source(path)) if path.endswith(".py") else None
        if tree is None:
            raise UnsureError
        found: dict[str, ast.stmt] = {}
        for name, node, _ in top_level(tree.body):
            if name != "*":
                found[name] = node
                continue
            assert isinstance(node, ast.ImportFrom)  # noqa: S101 - nothing else has a star
            inner = self._file(path, node.module or "", node.level)
            for each in self._names(inner):
                found.setdefault(each, node)
        return found

    def look(self, path: str, name: str) -> _Class | str:
        """What a name of a module is: a class, `base:KIND`, `function`, or `other`."""
        if (path, name) in self._asked:
            raise UnsureError
        self._asked.append((path, name))
        try:
            node = self._bound(path).get(name)
            return self._stated(path, name, node) if node is not None else "other"
        finally:
            self._asked.pop()

    def _stated(self, path: str, name: str, node: ast.stmt) -> _Class | str:
        if isinstance(node, ast.ClassDef):
            return self._class(path, node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return "function"
        if isinstance(node, ast.ImportFrom):
            return self._imported(path, node, _aliases(node).get(name, name))
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            return self._value(path, node.value)
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            return self._value(path, node.value)
        return "other"

    def _imported(self, path: str, node: ast.ImportFrom, name: str) -> _Class | str:
        top = (node.module or "").partition(".")[0]
        if node.level == 0 and top in {"workers", "cloudflare"}:
            return f"base:{name}" if name in BASES else "other"
        if node.level == 0 and top in self._resolver.library.present:
            return "other"
        return self.look(self._file(path, node.module or "", node.level), name)

    def _value(self, path: str, node: ast.expr) -> _Class | str:
        """What an expression is; a call may give anything, and a class only where a class is among what it gets."""
        if isinstance(node, ast.Name):
            return self.look(path, node.id)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return self._attribute(path, node.value.id, node.attr)
        if isinstance(node, ast.Lambda):
            return "function"
        if isinstance(node, ast.Constant | ast.List | ast.Dict | ast.Tuple | ast.Set | ast.JoinedStr | ast.ListComp):
            return "other"
        return "unsure"

    def _attribute(self, path: str, module: str, name: str) -> _Class | str:
        node = self._bound(path).get(module)
        if isinstance(node, ast.Import):
            alias = next((each for each in node.names if (each.asname or each.name) == module), None)
            if alias is not None and alias.name == "workers":
                return f"base:{name}" if name in BASES else "other"
            return self.look(self._file(path, alias.name, 0), name) if alias is not None else "unsure"
        if isinstance(node, ast.ImportFrom):
            alias = next((each for each in node.names if (each.asname or each.name) == module), None)
            inner = ".".join(filter(None, (node.module, alias.name if alias else module)))
            return self.look(self._file(path, inner, node.level), name)
        return "unsure"

    def _class(self, path: str, node: ast.ClassDef) -> _Class:
        kinds: set[str] = set()
        methods: dict[str, bool] = {}
        for base in reversed(node.bases):
            value = self._value(path, base.value if isinstance(base, ast.Subscript) else base)
            if isinstance(value, _Class):
                kinds |= value.kinds
                methods.update(value.methods)
            elif value.startswith("base:"):
                kinds.add(value.removeprefix("base:"))
            elif value == "unsure":
                raise UnsureError
        if node.decorator_list or node.keywords:
            raise UnsureError
        for each in node.body:
            methods.update(self._methods(each))
        return _Class(node.name, frozenset(kinds), methods)

    def _methods(self, node: ast.stmt) -> dict[str, bool]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = {_last(each) for each in node.decorator_list}
            if names - _NO_METHODS - {"override", "handler"}:
                raise UnsureError
            return {} if node.name.startswith("_") else {node.name: not names & _NO_METHODS}
        found = [name for name, each, _ in top_level([node]) if not name.startswith("_")]
        if any(isinstance(each, ast.If | ast.Try | ast.For | ast.While | ast.With) for each in [node]) and found:
            raise UnsureError
        value = getattr(node, "value", None)
        if found and isinstance(value, ast.Call | ast.Name | ast.Attribute | ast.Lambda):
            if isinstance(value, ast.Call) and _last(value) in _NO_METHODS:
                return dict.fromkeys(found, False)
            raise UnsureError
        return dict.fromkeys(found, False)

    def _file(self, path: str, module: str, level: int) -> str:
        """The upload's file of a module that an import names; UnsureError for one that is not in the upload."""
        if level:
            package = module_name(path) if path.endswith("/__init__.py") else module_name(path).rpartition(".")[0]
            parts = package.split(".") if package else []
            parts = parts[: len(parts) - level + 1]
            module = ".".join([*parts, module] if module else parts)
        steps = self._resolver.locate(module)
        if not isinstance(steps, list) or steps[-1].spec is None or not steps[-1].spec.file.endswith(".py"):
            raise UnsureError
        return steps[-1].spec.file


def exports(resolver: Resolver, main: str, want: Asked) -> MainExports | None:
    """What main (an upload name) exports; None where only running it would tell what is wanted of it."""
    functions = FUNCTIONS if want.functions else ()
    wanted = {"Default", *functions, *want.durable_objects, *want.workflows, *want.entrypoints}
    try:
        return _Exporter(resolver, main, wanted).exports()
    except UnsureError:
        return None


@lru_cache(maxsize=16)
def _aliases(node: ast.ImportFrom) -> dict[str, str]:
    """What the names of an import are called where they come from; a statement may have ten thousands."""
    return {
        **{each.name: each.name for each in node.names},
        **{each.asname or each.name: each.name for each in node.names},
    }


def _listed(node: ast.stmt) -> list[str]:
    value = getattr(node, "value", None)
    items = value.elts if isinstance(node, ast.Assign) and isinstance(value, ast.List | ast.Tuple) else None
    if items is None or not all(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in items):
        raise UnsureError
    return [each.value for each in items if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def _last(node: ast.expr) -> str:
    """The last name of a decorator: `x.setter` is `setter`."""
    inner = node.func if isinstance(node, ast.Call) else node
    return inner.attr if isinstance(inner, ast.Attribute) else inner.id if isinstance(inner, ast.Name) else ""
