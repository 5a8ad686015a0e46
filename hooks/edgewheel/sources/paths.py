"""Path expressions that a module builds from `__file__` and literals, read without running anything.

An expression is a path in which `@file` stands for the module's own file in the runtime and `@stem` for its name
without the suffix; `..` steps are kept until `resolve` knows the module's name.
"""

from __future__ import annotations

import ast
import posixpath
from typing import TYPE_CHECKING

from edgewheel.sources.conditions import dotted

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Where the runtime mounts the upload. facts: workerd 1.20241112.0, observed
MOUNT = "/session/metadata"
#: Before the name of a variable that an import binds to a module.
IMPORTED = "import "
_SAME = {"str", "Path", "pathlib.Path", "PurePath", "pathlib.PurePath", "os.fspath", "PosixPath"}
_TAILS = {"abspath", "realpath", "normpath", "resolve", "absolute", "as_posix", "expanduser", "fspath"}


def resolve(path: str, name: str) -> str | None:
    """An expression of the module of that upload name, relative to the upload's root: `src/data/x.json`; "" is the
    root, a leading `..` leads out of it; None for what is no part of the upload. A relative one is taken from the root.
    """
    if path.startswith("@file"):
        path = f"{MOUNT}/{name}{path[5:]}"
    stem = posixpath.basename(name).rpartition(".")[0]
    path = posixpath.normpath(path.replace("@stem", stem)) if path else ""
    if path.startswith("/"):
        if path != MOUNT and not path.startswith(f"{MOUNT}/"):
            return None
        path = path[len(MOUNT) + 1 :]
    return "" if path == "." else path


def is_relative(path: str) -> bool:
    """Whether an expression depends on the current folder."""
    return not path.startswith(("/", "@file"))


def constants(body: list[ast.stmt], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables that statements of one block assign a path to, in order."""
    found = dict(known or {})
    for statement in body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target, value = statement.targets[0], statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            target, value = statement.target, statement.value
        else:
            continue
        if isinstance(target, ast.Name):
            path = expression(value, found)
            if path is None:
                found.pop(target.id, None)
            else:
                found[target.id] = path
    return found


def package(node: ast.expr, values: Mapping[str, str]) -> str | None:
    """The folder of a package that `importlib.resources` is given: a literal, `__package__`, `__name__`, a module."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return f"{MOUNT}/{node.value.replace('.', '/')}"
    if dotted(node) in {"__package__", "__name__"}:  # of a module, `get_data` takes the folder
        return "@file/.."
    head, _, rest = dotted(node).partition(".")
    if module := values.get(f"{IMPORTED}{head}"):
        return f"{MOUNT}/{'/'.join([module, *filter(None, [rest])]).replace('.', '/')}"
    return None


def expression(node: ast.expr, values: Mapping[str, str]) -> str | None:
    """The path that an expression comes to; None where only running it shows. `values` as of `constants`."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name):
        return "@file" if node.id == "__file__" else values.get(node.id)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _joined([node.left, node.right], values)
    if isinstance(node, ast.Attribute) and node.attr == "parent":
        return _up(expression(node.value, values))
    if isinstance(node, ast.Subscript):
        return _parents(node, values)
    return _call(node, values) if isinstance(node, ast.Call) else None


def _parents(node: ast.Subscript, values: Mapping[str, str]) -> str | None:
    if not isinstance(node.value, ast.Attribute) or node.value.attr != "parents":
        return None
    steps = node.slice.value if isinstance(node.slice, ast.Constant) else None
    found = expression(node.value.value, values)
    for _ in range(steps + 1 if isinstance(steps, int) and steps >= 0 else 0):
        found = _up(found)
    return found if isinstance(steps, int) else None


def _call(node: ast.Call, values: Mapping[str, str]) -> str | None:
    name = dotted(node.func)
    tail = name.rpartition(".")[2] if name else node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name.endswith("resources.files") or name == "files":
        return package(node.args[0], values) if node.args else "@file/.."
    if name in _SAME and len(node.args) == 1:
        return expression(node.args[0], values)
    if name.endswith("path.dirname") or name == "dirname":
        return _up(expression(node.args[0], values)) if len(node.args) == 1 else None
    if name.endswith("path.join") or name in {*_SAME, "join"}:
        return _joined(node.args, values)
    if tail in _TAILS and len(node.args) == 1 and isinstance(node.func, ast.Attribute):
        return expression(node.args[0], values)
    if isinstance(node.func, ast.Attribute):
        if tail in _TAILS and not node.args:
            return expression(node.func.value, values)
        if tail == "joinpath":
            return _joined([node.func.value, *node.args], values)
        if tail in {"with_name", "with_suffix"} and len(node.args) == 1:
            return _renamed(expression(node.func.value, values), node.args[0], tail)
    return None


def _joined(parts: list[ast.expr], values: Mapping[str, str]) -> str | None:
    found = [expression(part, values) for part in parts] or [None]
    return None if None in found else posixpath.join(*(str(each) for each in found))


def _renamed(path: str | None, last: ast.expr, how: str) -> str | None:
    if path is None or not isinstance(last, ast.Constant) or not isinstance(last.value, str) or path.endswith(".."):
        return None
    if how == "with_name":
        return f"{path}/../{last.value}"
    stem = "@stem" if path == "@file" else posixpath.splitext(posixpath.basename(path))[0]
    return f"{path}/../{stem}{last.value}"


def _up(path: str | None) -> str | None:
    return None if path is None else posixpath.join(path, "..")
