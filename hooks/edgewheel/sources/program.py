"""A syntax tree as nested sequences of plain values, so that it can be kept and read without Python's own classes.

A node is `(kind, line, column, *fields)`: the class name of `ast`, line and column from 1 and the fields that `FIELDS`
names. `If`, `Try` and `With` carry beside that what `conditions` and `catching` say of them. Docstrings are left out,
and annotations that call nothing.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from edgewheel.sources import catching, conditions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.sources.records import Node

_LOOP = ("target", "iter", "body", "orelse")
#: The fields of each kind, in the order in which a node holds them from index 3 on.
FIELDS: dict[str, tuple[str, ...]] = {
    "FunctionDef": ("name", "args", "body", "decorator_list", "end_lineno", "annotations"),
    "AsyncFunctionDef": ("name", "args", "body", "decorator_list", "end_lineno", "annotations"),
    "ClassDef": ("name", "bases", "keywords", "body", "decorator_list", "end_lineno"),
    "Return": ("value",),
    "Delete": ("targets",),
    "Assign": ("targets", "value"),
    "AugAssign": ("target", "value", "op"),
    "AnnAssign": ("target", "value", "annotations"),
    "TypeAlias": ("name",),
    "For": _LOOP,
    "AsyncFor": _LOOP,
    "While": ("test", "body", "orelse"),
    "Match": ("subject", "cases"),
    "match_case": ("pattern", "guard", "body"),
    "Raise": ("exc",),
    "Assert": ("test",),
    "Import": ("names",),
    "ImportFrom": ("module", "names", "level"),
    "alias": ("name", "asname"),
    "Global": ("names",),
    "Nonlocal": ("names",),
    "Expr": ("value",),
    "BoolOp": ("op", "values"),
    "NamedExpr": ("target", "value"),
    "BinOp": ("left", "op", "right"),
    "UnaryOp": ("op", "operand"),
    "Lambda": ("args", "body"),
    "IfExp": ("test", "body", "orelse"),
    "Dict": ("keys", "values"),
    "Set": ("elts",),
    "List": ("elts",),
    "Tuple": ("elts",),
    "ListComp": ("elt", "generators"),
    "SetComp": ("elt", "generators"),
    "GeneratorExp": ("elt", "generators"),
    "DictComp": ("key", "value", "generators"),
    "comprehension": ("target", "iter", "ifs"),
    "Await": ("value",),
    "Yield": ("value",),
    "YieldFrom": ("value",),
    "Compare": ("left", "ops", "comparators"),
    "Call": ("func", "args", "keywords", "end_lineno", "end_col_offset"),
    "keyword": ("arg", "value"),
    "FormattedValue": ("value", "conversion"),
    "JoinedStr": ("values",),
    "Attribute": ("value", "attr"),
    "Subscript": ("value", "slice"),
    "Starred": ("value",),
    "Name": ("id",),
    "Slice": ("lower", "upper", "step"),
    "MatchAs": ("pattern", "name"),
    "MatchValue": ("value",),
    "MatchOr": ("patterns",),
}


def pack(tree: ast.Module) -> tuple[Node, ...]:
    """The statements of a module."""
    return _block(tree.body)


def _block(body: list[ast.stmt]) -> tuple[Node, ...]:
    return tuple([packed(each) for each in body if not _is_text(each)])


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def packed(value: Any) -> Node:  # noqa: ANN401 - a field may hold anything
    if isinstance(value, list):
        return tuple([packed(each) for each in value if not _is_text(each)])
    if not isinstance(value, ast.AST):
        return value
    kind = type(value).__name__
    special = _SPECIAL.get(kind)
    if special is not None:
        return special(value)
    fields = FIELDS.get(kind)
    if fields is not None:
        found = [packed(getattr(value, field)) for field in fields]
        return (kind, getattr(value, "lineno", 0), getattr(value, "col_offset", -1) + 1, *found)
    if isinstance(value, (ast.operator, ast.unaryop, ast.cmpop, ast.boolop)):
        return kind
    inner = [packed(each) for each in ast.iter_child_nodes(value)]
    return (kind, getattr(value, "lineno", 0), getattr(value, "col_offset", -1) + 1, tuple(inner))


def _constant(node: ast.Constant) -> Node:
    plain = node.value is None or isinstance(node.value, (bool, int, float, str))
    kind = "Constant" if plain and not isinstance(node.value, float) else "Literal"
    return (kind, node.lineno, node.col_offset + 1, node.value if kind == "Constant" else type(node.value).__name__)


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Node:
    given = node.args
    noted = [
        each.annotation
        for each in (*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg)
        if each
    ]
    parts = (
        packed(given),
        _block(node.body),
        packed(node.decorator_list),
        node.end_lineno,
        _calling([*noted, node.returns]),
    )
    return (type(node).__name__, node.lineno, node.col_offset + 1, node.name, *parts)


def _ann_assign(node: ast.AnnAssign) -> Node:
    parts = (packed(node.target), packed(node.value), _calling([node.annotation]))
    return ("AnnAssign", node.lineno, node.col_offset + 1, *parts)


def _calling(annotations: list[ast.expr | None]) -> tuple[Node, ...]:
    """Those that do something where annotations run."""
    plain = (ast.Name, ast.Constant, type(None))
    return tuple([packed(each) for each in annotations if not isinstance(each, plain) and _has_call(each)])


def _has_call(node: ast.AST | None) -> bool:
    return node is not None and any(isinstance(each, (ast.Call, ast.NamedExpr)) for each in ast.walk(node))


def _if(node: ast.If) -> Node:
    test = (packed(node.test), conditions.parse(node.test))
    return ("If", node.lineno, node.col_offset + 1, *test, _block(node.body), _block(node.orelse))


def _try(node: ast.Try) -> Node:
    handlers = []
    for handler, errors in zip(node.handlers, catching.shares(node.handlers), strict=True):
        names = catching.caught(handler)
        handlers.append((errors, None if names is None else sorted(names), handler.name, _block(handler.body)))
    blocks = (_block(node.body), tuple(handlers), _block(node.orelse), _block(node.finalbody))
    return ("Try", node.lineno, node.col_offset + 1, *blocks)


def _with(node: ast.With | ast.AsyncWith) -> Node:
    items = [
        (packed(each.context_expr), packed(each.optional_vars), catching.suppressed(each.context_expr))
        for each in node.items
    ]
    return ("With", node.lineno, node.col_offset + 1, tuple(items), _block(node.body))


def _arguments(node: ast.arguments) -> Node:
    """(names that a position fills, names that only a keyword fills, defaults of each, `*args`, `**kwargs`)"""
    plain = tuple(each.arg for each in (*node.posonlyargs, *node.args))
    only = tuple(each.arg for each in node.kwonlyargs)
    stars = [each.arg if each else None for each in (node.vararg, node.kwarg)]
    return ("arguments", 0, 0, plain, only, packed(node.defaults), packed(node.kw_defaults), *stars)


_SPECIAL: dict[str, Any] = {
    "FunctionDef": _function,
    "AsyncFunctionDef": _function,
    "AnnAssign": _ann_assign,
    "Constant": _constant,
    "If": _if,
    "Try": _try,
    "TryStar": _try,
    "With": _with,
    "AsyncWith": _with,
    "arguments": _arguments,
}


def walk(node: Node) -> Iterator[Node]:
    """Every node in a node or in a sequence of nodes, outer ones first."""
    if isinstance(node, (tuple, list)) and node:
        if isinstance(node[0], str) and len(node) > 2 and isinstance(node[1], int):
            yield node
            node = node[3:]
        for each in node:
            if isinstance(each, (tuple, list)):
                yield from walk(each)


def functions(body: Node, above: str = "") -> Iterator[tuple[str, Node]]:
    """The functions of a module and the methods of its classes, by qualified name."""
    for node in body:
        if node[0] == "ClassDef":
            yield from functions(node[6], f"{above}{node[3]}.")
        elif node[0] in {"FunctionDef", "AsyncFunctionDef"}:
            yield f"{above}{node[3]}", node


def dotted(node: Node) -> str:
    """`a.b.c` of a chain of attributes, empty for any other expression."""
    if node and node[0] == "Name":
        return str(node[3])
    if node and node[0] == "Attribute":
        head = dotted(node[3])
        return f"{head}.{node[4]}" if head else ""
    return ""
