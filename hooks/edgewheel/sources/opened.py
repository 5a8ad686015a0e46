"""Files that a module opens beside itself, read off its path expressions."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from edgewheel.sources import paths
from edgewheel.sources.catching import expects
from edgewheel.sources.conditions import dotted
from edgewheel.sources.records import Opened
from edgewheel.sources.running import origins
from edgewheel.sources.written import writes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_RESOURCES = {"read_text", "read_binary", "open_text", "open_binary", "get_data"}
_CATCHING = {"OSError", "IOError", "FileNotFoundError", "Exception", "BaseException"}
_EXISTS = re.compile(r"\b(?:exists|is_file|isfile)\b")


def opened(tree: ast.Module) -> Iterator[Opened]:
    """The files that a module opens for reading; what it tests or expects to fail left out. A path that a parameter has
    by default is followed, and one that a call hands to a function of the module.
    """
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    modules = {f"{paths.IMPORTED}{name}": full for name, full in origins(tree).items()}
    return _opened(tree.body, modules, functions)


def _opened(
    body: list[ast.stmt], known: Mapping[str, str], functions: Mapping[str, ast.FunctionDef]
) -> Iterator[Opened]:
    values = paths.constants(body, known)
    for statement in body:
        if isinstance(statement, ast.If) and _EXISTS.search(ast.unparse(statement.test)):
            continue
        if isinstance(statement, ast.Try) and any(expects(handler, _CATCHING) for handler in statement.handlers):
            continue
        inner = [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.stmt)]
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, (ast.ExceptHandler, ast.match_case)):
                inner += child.body
            elif not isinstance(child, ast.stmt):
                for each in ast.walk(child):
                    if isinstance(each, ast.Call):
                        yield from _called(each, values, functions)
        is_function = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
        yield from _opened(inner, _given(statement, None, values) if is_function else values, functions)


def _called(node: ast.Call, values: Mapping[str, str], functions: Mapping[str, ast.FunctionDef]) -> Iterator[Opened]:
    """What one call opens: itself, by `functools.partial`, or in a function of the module with what it is handed."""
    name = dotted(node.func)
    if name in {"partial", "functools.partial"} and node.args:
        node = ast.copy_location(ast.Call(node.args[0], node.args[1:], node.keywords), node)
        name = dotted(node.func)
    if (found := _call(node, values)) is not None:
        yield found
    elif name in functions and (node.args or node.keywords):
        # its defaults and constants are told where it stands
        plain = {
            (each.path, each.how) for each in _opened(functions[name].body, _given(functions[name], None, values), {})
        }
        for each in _opened(functions[name].body, _given(functions[name], node, values), {}):
            if (each.path, each.how) not in plain:
                yield each._replace(line=node.lineno, column=node.col_offset + 1)


def _given(function: ast.stmt, call: ast.Call | None, values: Mapping[str, str]) -> dict[str, str]:
    """The variables in a function: its parameters by a call (None: none), else by default; others hide the module's."""
    assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))  # noqa: S101 - the callers have looked
    plain = [*function.args.posonlyargs, *function.args.args]
    handed: dict[str, ast.expr] = {}
    if function.args.defaults:
        handed |= {
            each.arg: value
            for each, value in zip(plain[-len(function.args.defaults) :], function.args.defaults, strict=False)
        }
    pairs = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=False)
    handed |= {each.arg: value for each, value in pairs if value is not None}
    if call is not None:
        handed |= {each.arg: value for each, value in zip(plain, call.args, strict=False)}
        handed |= {each.arg: each.value for each in call.keywords if each.arg}
    names = {each.arg for each in (*plain, *function.args.kwonlyargs)}
    found = {name: value for name, value in values.items() if name not in names}
    paths_of = ((name, paths.expression(value, values)) for name, value in handed.items() if name in names)
    return found | {name: path for name, path in paths_of if path is not None}


def _call(node: ast.Call, values: Mapping[str, str]) -> Opened | None:
    name = dotted(node.func)
    tail = name.rpartition(".")[2] or (node.func.attr if isinstance(node.func, ast.Attribute) else "")
    if name in {"open", "io.open", "codecs.open"} and node.args:
        return None if writes(node, 1) else _found(node, node.args[0], values)
    if tail in _RESOURCES and len(node.args) == 2 and name:
        folder = paths.package(node.args[0], values)
        last = node.args[1].value if isinstance(node.args[1], ast.Constant) else None
        if folder is None or not isinstance(last, str):
            return None
        return Opened(f"{folder}/{last}", node.lineno, node.col_offset + 1, name)
    if isinstance(node.func, ast.Attribute) and tail in {"read_text", "read_bytes", "open"}:
        return None if tail == "open" and writes(node, 0) else _found(node, node.func.value, values)
    return None


def _found(node: ast.Call, target: ast.expr, values: Mapping[str, str]) -> Opened | None:
    path = paths.expression(target, values)
    return Opened(path, node.lineno, node.col_offset + 1) if path else None
