"""Path expressions that a module builds from `__file__` and literals, evaluated without running anything.

Values are paths relative to the upload's root: `src/data/x.json`; "" is the root, a leading `..` leads out of it.
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
_SAME = {"str", "Path", "pathlib.Path", "PurePath", "pathlib.PurePath", "os.fspath", "PosixPath"}
_TAILS = {"abspath", "realpath", "normpath", "resolve", "absolute", "as_posix", "expanduser", "fspath"}


def evaluate(node: ast.expr, name: str, values: Mapping[str, str] | None = None) -> str | None:
    """What a path expression in the module of that upload name comes to; None where nobody can say.

    `values` are variables that are known, by `constants`. A relative literal is taken from the upload's root.
    """
    path = absolute(node, name, values)
    return None if path is None else _below_mount(path)


def absolute(node: ast.expr, name: str, values: Mapping[str, str] | None = None) -> str | None:
    """The same as a path of the runtime's file system; a relative literal stays as it is."""
    return _Evaluator(f"{MOUNT}/{name}", values or {}).path(node)


def constants(body: list[ast.stmt], name: str, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables that statements of one block assign a path to, in order; values as of `absolute`."""
    found = dict(known or {})
    for statement in body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target, value = statement.targets[0], statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            target, value = statement.target, statement.value
        else:
            continue
        if isinstance(target, ast.Name):
            path = absolute(value, name, found)
            if path is None:
                found.pop(target.id, None)
            else:
                found[target.id] = path
    return found


def package(node: ast.expr, name: str) -> str | None:
    """The folder of a package that `importlib.resources` is given: a literal, `__package__`, `__name__`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.replace(".", "/")
    if dotted(node) in {"__package__", "__name__"}:  # of a module, `get_data` takes the folder
        return posixpath.dirname(name)
    return None


class _Evaluator:
    def __init__(self, name: str, values: Mapping[str, str]) -> None:
        self.name = name
        self.values = values

    def path(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            return self.name if node.id == "__file__" else self.values.get(node.id)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            return self.joined([node.left, node.right])
        if isinstance(node, ast.Attribute) and node.attr == "parent":
            return _up(self.path(node.value))
        if isinstance(node, ast.Subscript):
            return self.parents(node)
        if isinstance(node, ast.Call):
            return self.call(node)
        return None

    def parents(self, node: ast.Subscript) -> str | None:
        if not isinstance(node.value, ast.Attribute) or node.value.attr != "parents":
            return None
        steps = node.slice.value if isinstance(node.slice, ast.Constant) else None
        found = self.path(node.value.value)
        for _ in range(steps + 1 if isinstance(steps, int) and steps >= 0 else 0):
            found = _up(found)
        return found if isinstance(steps, int) else None

    def call(self, node: ast.Call) -> str | None:
        name = dotted(node.func)
        tail = name.rpartition(".")[2] if name else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name.endswith("resources.files") or name == "files":
            folder = package(node.args[0], self.name[len(MOUNT) + 1 :]) if node.args else None
            return posixpath.dirname(self.name) if not node.args else None if folder is None else f"{MOUNT}/{folder}"
        if name in _SAME and len(node.args) == 1:
            return self.path(node.args[0])
        if name.endswith("path.dirname") or name == "dirname":
            return _up(self.path(node.args[0])) if len(node.args) == 1 else None
        if name.endswith("path.join") or name in {*_SAME, "join"}:
            return self.joined(node.args)
        if tail in _TAILS and len(node.args) == 1 and isinstance(node.func, ast.Attribute):
            return self.path(node.args[0])
        if isinstance(node.func, ast.Attribute):
            if tail in _TAILS and not node.args:
                return self.path(node.func.value)
            if tail == "joinpath":
                return self.joined([node.func.value, *node.args])
            if tail in {"with_name", "with_suffix"} and len(node.args) == 1:
                return self.renamed(node.func.value, node.args[0], tail)
        return None

    def joined(self, parts: list[ast.expr]) -> str | None:
        found: list[str | None] = [self.path(parts[0])] if parts else [None]
        for part in parts[1:]:
            literal = part.value if isinstance(part, ast.Constant) else None
            found.append(literal if isinstance(literal, str) else self.path(part))
        if any(each is None for each in found):
            return None
        return posixpath.normpath(posixpath.join(*(str(each) for each in found)))

    def renamed(self, base: ast.expr, last: ast.expr, how: str) -> str | None:
        path = self.path(base)
        if path is None or not isinstance(last, ast.Constant) or not isinstance(last.value, str):
            return None
        folder, _, name = path.rpartition("/")
        return posixpath.join(folder, last.value if how == "with_name" else posixpath.splitext(name)[0] + last.value)


def _below_mount(path: str) -> str | None:
    """A path below the mount as an upload name; relative ones stay, others are no part of the upload."""
    path = posixpath.normpath(path) if path else ""
    if path.startswith("/"):
        if path != MOUNT and not path.startswith(f"{MOUNT}/"):
            return None
        path = path[len(MOUNT) + 1 :]
    return "" if path == "." else path


def _up(path: str | None) -> str | None:
    return None if path is None else posixpath.normpath(posixpath.join(path, ".."))
