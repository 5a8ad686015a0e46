"""Where a module uses names that are gone on another Python."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.sources.binding import tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_GUARDS = re.compile(r"version_info|hasattr|TYPE_CHECKING|PY3")
_CAUGHT = frozenset(("ImportError", "ModuleNotFoundError", "AttributeError", "Exception", "BaseException"))


class Lost(NamedTuple):
    """One use: the dotted name that is gone and the line; `at` is "start" for what runs at the module's top level."""

    name: str
    line: int
    at: str


def read(source: bytes, gone: Mapping[str, frozenset[str]]) -> Iterator[Lost]:
    """The uses of names that are gone, by module (`*`: the whole module), guarded uses left out; nothing for what this
    Python cannot parse.
    """
    tree = tree_of(source)
    if tree is not None:
        yield from _LostNames(gone).walk(tree, at="start")


class _LostNames:
    def __init__(self, gone: Mapping[str, frozenset[str]]) -> None:
        self._gone = gone
        self._bound: dict[str, str] = {}

    def walk(self, node: ast.AST, *, at: str) -> Iterator[Lost]:
        """The uses below a node, in order."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and _GUARDS.search(ast.dump(child.test)):
                continue
            if isinstance(child, ast.Try) and any(map(_catches, child.handlers)):
                continue
            yield from self._one(child, at)
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from self.walk(child, at="request" if inside else at)

    def _one(self, node: ast.AST, at: str) -> Iterator[Lost]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self._bound[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
                if "*" in self._gone.get(alias.name.partition(".")[0], ()):
                    yield Lost(alias.name, node.lineno, at)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            lost = self._gone.get(node.module, frozenset())
            for alias in node.names:
                self._bound[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                if alias.name in lost or "*" in self._gone.get(node.module.partition(".")[0], ()):
                    yield Lost(f"{node.module}.{alias.name}", node.lineno, at)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            dotted = self._dotted(node.value)
            if dotted and node.attr in self._gone.get(dotted, ()):
                yield Lost(f"{dotted}.{node.attr}", node.lineno, at)

    def _dotted(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return self._bound.get(node.id, "")
        if isinstance(node, ast.Attribute):
            above = self._dotted(node.value)
            return f"{above}.{node.attr}" if above else ""
        return ""


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(each, ast.Name) and each.id in _CAUGHT for each in kinds)
