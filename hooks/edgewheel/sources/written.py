"""Files below the upload that a module writes, read off its path expressions.

The upload is read-only: all of these raise PermissionError there. facts: observed in workerd 1.20241112.0 and in
Pyodide; `/tmp` can be written.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from edgewheel.sources import paths
from edgewheel.sources.conditions import dotted
from edgewheel.sources.records import Opened
from edgewheel.sources.running import at_import, expressions, full_name, origins

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: `how` of what is written at import for certain, perhaps, and in a method of an entry class.
WRITING = SURELY, PERHAPS, AT_REQUEST = "write", "may write", "write in a request"
_CATCHING = frozenset(("OSError", "IOError", "PermissionError", "EnvironmentError", "Exception", "BaseException"))
_ENTRIES = frozenset(("WorkerEntrypoint", "DurableObject", "WorkflowEntrypoint"))
#: Function -> the argument that is written, counted from 0, and its keyword.
_TARGETS = {
    **dict.fromkeys(("os.mkdir", "os.makedirs", "os.rmdir", "os.remove", "os.unlink"), (0, "path")),
    **dict.fromkeys(("os.rename", "os.replace", "os.symlink", "os.link"), (1, "dst")),
    **dict.fromkeys(("shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree", "shutil.move"), (1, "dst")),
    "logging.FileHandler": (0, "filename"),
    "logging.handlers.RotatingFileHandler": (0, "filename"),
    "logging.handlers.TimedRotatingFileHandler": (0, "filename"),
    "logging.basicConfig": (99, "filename"),
}
#: Functions that open a file in a mode, which is their second argument.
_OPENING = frozenset(
    (
        *("open", "io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open", "gzip.GzipFile", "bz2.BZ2File"),
        *("zipfile.ZipFile", "tarfile.open", "tarfile.TarFile", "lzma.LZMAFile"),
    )
)
_METHODS = frozenset(("write_text", "write_bytes", "mkdir", "rmdir", "symlink_to", "hardlink_to"))
#: Arguments with which a call may find its work done.
_LENIENT = frozenset(("missing_ok", "ignore_errors", "delay"))


def written(tree: ast.Module) -> Iterator[Opened]:
    """What the top level and the methods of the entry classes write; what they expect to fail left out."""
    names, values = origins(tree), paths.constants(tree.body)
    sure = {id(running.node): running.node for running in at_import(tree, _CATCHING)}
    perhaps = {id(node): node for node in expressions(tree.body, _CATCHING)}
    for key, node in (perhaps | sure).items():
        if (path := _target(node, names, values)) is not None:
            yield Opened(path, node.lineno, node.col_offset + 1, SURELY if key in sure else PERHAPS)
    for entry in (each for each in tree.body if isinstance(each, ast.ClassDef) and _is_entry(each)):
        for method in entry.body:
            if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
                inside = paths.constants(method.body, values)
                for node in expressions(method.body, _CATCHING):
                    if (path := _target(node, names, inside)) is not None:
                        yield Opened(path, node.lineno, node.col_offset + 1, AT_REQUEST)


def _is_entry(node: ast.ClassDef) -> bool:
    return any(dotted(base).rpartition(".")[2] in _ENTRIES for base in node.bases)


def _target(node: ast.expr, names: dict[str, str], values: Mapping[str, str]) -> str | None:
    """The path that a call writes, where it begins at the module's own file or at the upload; None for any other."""
    if not isinstance(node, ast.Call) or any(each.arg in _LENIENT for each in node.keywords):
        return None
    name = full_name(node.func, names) or dotted(node.func)
    target = None
    if name in _TARGETS:
        target = _argument(node, *_TARGETS[name])
    elif name in _OPENING:
        target = _argument(node, 0, "file") if writes(node, 1) else None
    elif isinstance(node.func, ast.Attribute):
        is_writing = node.func.attr in _METHODS or (node.func.attr == "open" and writes(node, 0))
        target = node.func.value if is_writing else None
    path = paths.expression(target, values) if target is not None else None
    return path if path is not None and path.startswith(("@file", f"{paths.MOUNT}/")) else None


def _argument(node: ast.Call, position: int, keyword: str) -> ast.expr | None:
    given = [each.value for each in node.keywords if each.arg == keyword] or node.args[position : position + 1]
    return given[0] if given else None


def writes(node: ast.Call, position: int) -> bool:
    """Whether the mode of a call asks for more than reading."""
    mode = _argument(node, position, "mode")
    value = mode.value if isinstance(mode, ast.Constant) else ""
    return isinstance(value, str) and bool(set(value) & set("wax+"))
