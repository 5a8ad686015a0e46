"""Which names a statement binds, and which blocks it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.sources import program

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edgewheel.sources.records import Node

_SCOPES = frozenset(("FunctionDef", "AsyncFunctionDef", "ClassDef"))


def captured(pattern: Node) -> Iterator[str]:
    for each in program.walk(pattern):
        if each[0] == "MatchAs" and each[4]:
            yield each[4]
        elif each[0] in {"MatchStar", "MatchMapping"} and each[3:] and isinstance(each[3], str):
            yield each[3]


def targets(target: Node) -> Iterator[str]:
    if target[0] == "Name":
        yield target[3]
    elif target[0] == "Starred":
        yield from targets(target[3])
    elif target[0] in {"Tuple", "List"}:
        for each in target[3]:
            yield from targets(each)


def bound_by(node: Node) -> Iterator[str]:  # noqa: C901, PLR0912 - a table of the statements
    """The names that one statement binds, without its blocks."""
    kind = node[0]
    if kind == "Assign":
        for target in node[3]:
            yield from targets(target)
    elif kind in {"AugAssign", "For", "AsyncFor"} or (kind == "AnnAssign" and node[4]):
        yield from targets(node[3])
    elif kind == "With":
        for _, target, _ in node[3]:
            if target:
                yield from targets(target)
    elif kind == "Delete":
        for target in node[3]:
            yield from targets(target)
    elif kind == "Match":
        for case in node[4]:
            yield from captured(case[3])
    if kind not in {"FunctionDef", "AsyncFunctionDef", "ClassDef"}:
        for each in program.walk(node[3:4]):
            if each[0] == "NamedExpr":
                yield from targets(each[3])


def blocks_of(node: Node) -> Iterator[Iterable[Node]]:
    """The blocks of a compound statement that run where it stands."""
    kind = node[0]
    if kind == "If":
        yield from node[5:7]
    elif kind == "Try":
        yield node[3]
        yield from (handler[3] for handler in node[4])
        yield from node[5:7]
    elif kind == "With":
        yield node[4]
    elif kind in {"For", "AsyncFor"}:
        yield from node[5:7]
    elif kind == "While":
        yield from node[4:6]
    elif kind == "Match":
        yield from (case[5] for case in node[4])


def bound_in(body: Iterable[Node]) -> set[str]:
    """The names that the statements of a function bind in it: those it declares global or nonlocal left out."""
    found: set[str] = set()
    declared: set[str] = set()
    _collect(body, found, declared)
    return found - declared


def _collect(body: Iterable[Node], found: set[str], declared: set[str]) -> None:
    for node in body:
        kind = node[0]
        if kind in _SCOPES:
            found.add(node[3])
        elif kind in {"Global", "Nonlocal"}:
            declared.update(node[3])
        elif kind == "Import":
            found.update(alias[4] or alias[3].partition(".")[0] for alias in node[3])
        elif kind == "ImportFrom":
            found.update(alias[4] or alias[3] for alias in node[4])
        else:
            found.update(bound_by(node))
            if kind == "Try":
                found.update(handler[2] for handler in node[4] if handler[2])
            for block in blocks_of(node):
                _collect(block, found, declared)
