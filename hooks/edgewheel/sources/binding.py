"""The statements that bind a module's names, and their lines."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from edgewheel.sources.names import Unparsed, parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@lru_cache(maxsize=64)
def tree_of(source: bytes) -> ast.Module | None:
    """The syntax tree of a module, None where this Python cannot parse it."""
    try:
        with parsed(source) as tree:
            return tree
    except Unparsed:
        return None


def line_of(source: bytes, dotted: str) -> tuple[int, bool]:
    """The line that binds `NAME` or `Class.NAME` at a module's top level, 0 for none, and whether it imports it."""
    best = (0, True)
    tree = tree_of(source) if dotted.partition(".")[0].encode() in source else None
    body = tree.body if tree else []
    for part in dotted.split("."):
        found = [each for each in top_level(body) if each[0] == part]
        if not found:
            return best
        _, node, imported = found[-1]
        best = (getattr(node, "lineno", 0), imported)
        body = node.body if isinstance(node, ast.ClassDef) else []
    return best


def top_level(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.stmt, bool]]:
    """Names that statements bind, in order, those of blocks and of `global` declarations included."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], node, True
        elif isinstance(node, ast.ClassDef):
            yield node.name, node, False
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            shared = {name for each in ast.walk(node) if isinstance(each, ast.Global) for name in each.names}
            yield from ((name, stmt, imp) for name, stmt, imp in top_level(node.body) if name in shared)
            yield node.name, node, False
        else:
            for field in ("body", "orelse", "finalbody"):
                yield from top_level(getattr(node, field, ()))
            for handler in getattr(node, "handlers", ()):
                yield from top_level(handler.body)
            yield from ((name, node, False) for name in _targets(node))


def _targets(node: ast.stmt) -> Iterator[str]:
    """Names that an expression or assignment stores, those of a `:=` included; not what is inside a block."""
    blocks = ("body", "orelse", "finalbody", "handlers", "cases")
    parts = [value for field, value in ast.iter_fields(node) if field not in blocks]
    for part in parts:
        for each in part if isinstance(part, list) else [part]:
            if isinstance(each, ast.AST):
                for inner in ast.walk(each):
                    if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                        yield inner.id
