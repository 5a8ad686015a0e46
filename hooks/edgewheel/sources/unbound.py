"""Names that a module uses while it is imported and that nothing in it binds: the import ends with NameError."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.sources import names
from edgewheel.sources.running import at_import

if TYPE_CHECKING:
    from collections.abc import Iterator

_CATCHING = frozenset(("NameError", "Exception", "BaseException"))
#: What every module has, and the built-in names that the Python here may be too old for.
_THERE = frozenset(dir(builtins)) | names.MODULE_ATTRIBUTES
_THERE |= frozenset(("__annotations__", "__debug__", "aiter", "anext", "EncodingWarning", "ExceptionGroup"))
_THERE |= frozenset(("BaseExceptionGroup", "PythonFinalizationError", "__annotate__", "__conditional_annotations__"))
#: Words of what may give a module names that its text does not bind, `IntEnum._convert_("Kind", __name__, …)` among it.
_ADDING = (b"_convert_", b"sys.modules", b"globals(", b"vars(", b"exec(", b"builtin", b"get_ipython")


class Unbound(NamedTuple):
    """The first such name, and its line."""

    name: str
    line: int


def unbound(source: bytes) -> Unbound | None:
    """The first use that surely runs of a name that is bound nowhere in the module, in no scope of it; None for a
    module that may have more names than can be read off.
    """
    try:
        with names.parsed(source) as tree:
            return _first(tree) if not any(word in source for word in _ADDING) else None
    except names.Unparsed:  # also a tree that is too deep to be read
        return None


def _first(tree: ast.Module) -> Unbound | None:
    known = names.read(tree)
    if known.stars or known.dynamic:
        return None
    bound = set(_THERE)
    aside: set[int] = set()
    for node in ast.walk(tree):
        bound.update(_binds(node))
        if isinstance(node, ast.AnnAssign):
            aside.update(id(each) for each in ast.walk(node.annotation))
    for running in at_import(tree, _CATCHING):
        node = running.node
        if isinstance(node, ast.Name) and node.id not in bound and id(node) not in aside:
            return Unbound(node.id, node.lineno)
    return None


def _binds(node: ast.AST) -> Iterator[str]:
    """The names that one node binds, in whatever scope it stands."""
    if isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id
    elif isinstance(node, ast.alias):
        yield (node.asname or node.name).partition(".")[0]
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names
    else:  # functions, classes, handlers, patterns, type parameters
        yield from (name for field in ("name", "rest") if isinstance(name := getattr(node, field, None), str))
