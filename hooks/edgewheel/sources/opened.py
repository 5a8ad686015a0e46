"""Files that a module opens beside itself, read off its path expressions."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.sources import paths
from edgewheel.sources.conditions import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: No module without one of these opens such a file.
_WORDS = (b"open(", b"open_text(", b"open_binary(", b"read_text(", b"read_bytes(", b"read_binary(", b"get_data(")
_RESOURCES = {"read_text", "read_binary", "open_text", "open_binary", "get_data"}
_CATCHING = {"OSError", "IOError", "FileNotFoundError", "Exception", "BaseException"}
_EXISTS = re.compile(r"\b(?:exists|is_file|isfile)\b")


class Opened(NamedTuple):
    """One file: its path relative to the upload's root, line and column from 1. `literal`: it is a relative path as it
    stands, which depends on the working directory.
    """

    path: str
    line: int
    column: int
    literal: bool = False


def may_open(source: bytes) -> bool:
    """Whether it is worth parsing a module for the files that it opens: the quick question."""
    return any(map(source.__contains__, _WORDS))


def opened(tree: ast.Module, name: str) -> Iterator[Opened]:
    """The files that the module of that upload name opens for reading; what it tests or expects to fail left out."""
    yield from _Reader(name).block(tree.body, {})


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name

    def block(self, body: list[ast.stmt], known: Mapping[str, str]) -> Iterator[Opened]:
        values = paths.constants(body, self.name, known)
        for statement in body:
            yield from self.statement(statement, values)

    def statement(self, node: ast.stmt, values: Mapping[str, str]) -> Iterator[Opened]:
        if isinstance(node, ast.If) and _EXISTS.search(ast.unparse(node.test)):
            return
        if isinstance(node, ast.Try) and any(_catches(handler) for handler in node.handlers):
            return
        inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.ExceptHandler, ast.match_case)):
                inner += child.body
            elif not isinstance(child, ast.stmt):
                yield from self.expression(child, values)
        yield from self.block(inner, values)

    def expression(self, node: ast.AST, values: Mapping[str, str]) -> Iterator[Opened]:
        for each in ast.walk(node):
            if isinstance(each, ast.Call) and (found := self.call(each, values)) is not None:
                yield found

    def call(self, node: ast.Call, values: Mapping[str, str]) -> Opened | None:
        name = dotted(node.func)
        tail = name.rpartition(".")[2] or (node.func.attr if isinstance(node.func, ast.Attribute) else "")
        if name in {"open", "io.open", "codecs.open"} and node.args:
            return None if _writes(node, 1) else self.found(node, node.args[0], values)
        if tail in _RESOURCES and len(node.args) == 2 and name:
            return self.resource(node)
        if isinstance(node.func, ast.Attribute) and tail in {"read_text", "read_bytes", "open"}:
            return None if tail == "open" and _writes(node, 0) else self.found(node, node.func.value, values)
        return None

    def found(self, node: ast.Call, target: ast.expr, values: Mapping[str, str]) -> Opened | None:
        path = paths.evaluate(target, self.name, values)
        literal = not (paths.absolute(target, self.name, values) or "/").startswith("/")
        return Opened(path, node.lineno, node.col_offset + 1, literal) if path else None

    def resource(self, node: ast.Call) -> Opened | None:
        """`importlib.resources.read_text(package, name)`, `pkgutil.get_data(package, name)`."""
        folder = paths.package(node.args[0], self.name)
        last = node.args[1].value if isinstance(node.args[1], ast.Constant) else None
        if folder is None or not isinstance(last, str):
            return None
        return Opened(f"{folder}/{last}" if folder else last, node.lineno, node.col_offset + 1)


def _writes(node: ast.Call, position: int) -> bool:
    modes = [keyword.value for keyword in node.keywords if keyword.arg == "mode"] or node.args[position : position + 1]
    mode = modes[0].value if modes and isinstance(modes[0], ast.Constant) else ""
    return isinstance(mode, str) and bool(set(mode) & set("wax+"))


def _catches(handler: ast.ExceptHandler) -> bool:
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(each is None or dotted(each).rpartition(".")[2] in _CATCHING for each in types)
