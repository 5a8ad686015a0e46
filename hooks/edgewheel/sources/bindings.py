"""The names that a module binds at its top level, so that `from module import name` finds them."""

from __future__ import annotations

import ast
import os
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.sources import conditions
from edgewheel.sources.conditions import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Every module has these.
MODULE_ATTRIBUTES = frozenset(
    (
        *("__name__", "__doc__", "__package__", "__loader__", "__spec__", "__path__", "__file__", "__cached__"),
        *("__builtins__", "__dict__"),
    )
)
_DYNAMIC_CALLS = {"globals", "vars", "locals", "exec", "setattr", "eval"}


class Bindings(NamedTuple):
    """What a module's top level binds.

    `stars`: the modules of its `from … import *` (as written, with their dots); `exported`: its literal `__all__`, None
    without one; `dynamic`: it may bind more than can be read off (`globals()`, `__getattr__`, `exec`).
    """

    names: frozenset[str]
    stars: tuple[str, ...] = ()
    exported: frozenset[str] | None = None
    dynamic: bool = False


def read(tree: ast.Module, *, has_global: bool = True) -> Bindings:
    """All that a parsed module binds when it is imported in the runtime; `has_global`: it may have such statements."""
    reader = _Reader()
    reader.body(tree.body)
    for node in ast.walk(tree) if has_global else ():
        if isinstance(node, ast.Global):
            reader.names.update(node.names)
    return Bindings(
        frozenset(reader.names), tuple(reader.stars), reader.exported, reader.dynamic or "__getattr__" in reader.names
    )


@cache
def stdlib_names(module: str) -> frozenset[str] | None:
    """What a top-level module of the running Python's standard library binds, read from its source and not imported;
    None where that cannot be told.
    """
    from importlib.machinery import PathFinder

    spec = PathFinder.find_spec(module, [os.path.dirname(os.__file__)])
    if spec is None or not spec.origin or not spec.origin.endswith(".py"):
        return None
    with open(spec.origin, "rb") as file:
        found = read(ast.parse(file.read()))
    return None if found.dynamic or found.stars else found.names


class _Reader:
    def __init__(self) -> None:
        self.names: set[str] = set()
        self.stars: list[str] = []
        self.exported: frozenset[str] | None = None
        self.dynamic = False

    def body(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self.names.add(node.name)
            self.expressions(node.decorator_list)
        elif isinstance(node, ast.Import):
            self.names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name == "*":
                    self.stars.append("." * node.level + (node.module or ""))
                else:
                    self.names.add(alias.asname or alias.name)
        elif isinstance(node, ast.If):
            self.branch(node)
        else:
            self.other(node)

    def branch(self, node: ast.If) -> None:
        test = conditions.parse(node.test)
        sure = conditions.evaluate(test, (3, 0), lambda _: True) if test[0] == "known" else None
        self.expressions([node.test])
        self.body([*(node.body if sure is not False else []), *(node.orelse if sure is not True else [])])

    def other(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Assign) and any(dotted(target) == "__all__" for target in node.targets):
            self.exported = _strings(node.value)
        elif isinstance(node, ast.AugAssign) and dotted(node.target) == "__all__":
            self.exported = None
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self.statement(child)
            elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
                if isinstance(child, ast.match_case):
                    self.names.update(_captured(child.pattern))
                self.body(child.body)
            elif isinstance(child, ast.withitem):
                self.expressions([child.context_expr, *([child.optional_vars] if child.optional_vars else [])])
            elif isinstance(child, ast.expr) and not _only_declares(node):
                self.expressions([child])
        if type(node).__name__ == "TypeAlias":
            self.names.add(node.name.id)  # type: ignore[attr-defined] # known to newer Pythons only

    def expressions(self, nodes: list[ast.expr]) -> None:
        for node in nodes:
            for each in ast.walk(node):
                if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                    self.names.add(each.id)
                elif (
                    (isinstance(each, ast.Call) and dotted(each.func) in _DYNAMIC_CALLS)
                    or (isinstance(each, ast.Attribute) and each.attr == "__dict__")
                    or (isinstance(each, ast.Subscript) and dotted(each.value) == "sys.modules")
                ):
                    self.dynamic = True


def _only_declares(node: ast.stmt) -> bool:
    """`x: int` binds nothing."""
    return isinstance(node, ast.AnnAssign) and node.value is None


def _captured(pattern: ast.pattern) -> Iterator[str]:
    for each in ast.walk(pattern):
        name = getattr(each, "name", None) or getattr(each, "rest", None)
        if isinstance(name, str):
            yield name


def _strings(value: ast.expr) -> frozenset[str] | None:
    if not isinstance(value, (ast.List, ast.Tuple)):
        return None
    names = [each.value for each in value.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return frozenset(names) if len(names) == len(value.elts) else None
