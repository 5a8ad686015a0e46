"""Which names a statement binds, and which blocks it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.runtime.values import UNKNOWN, Constant, Items, Made
from edgewheel.sources import program

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edgewheel.runtime.values import FunctionValue, Namespace, Value
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


def bound_by(node: Node) -> Iterator[str]:
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


def leaves(body: Iterable[Node]) -> bool:
    """Whether a block may end the function or the round of the loop that it is in."""
    return any(_has(node, {"Return", "Break", "Continue"}) for node in body)


def returns(body: Iterable[Node]) -> bool:
    return any(_has(node, {"Return"}) for node in body)


def _has(node: Node, kinds: set[str]) -> bool:
    if node[0] in kinds:
        return True
    if node[0] in {"FunctionDef", "AsyncFunctionDef", "ClassDef", "Lambda"}:
        return False
    return any(_has(inner, kinds) for each in node[3:] if isinstance(each, (tuple, list)) for inner in _nodes(each))


def _nodes(value: Any) -> Iterator[Node]:
    if value and isinstance(value[0], str) and len(value) > 2 and isinstance(value[1], int):
        yield value
    else:
        for each in value:
            if isinstance(each, (tuple, list)):
                yield from _nodes(each)


def fits(pattern: Node, subject: Value) -> bool | None:
    """Whether a pattern takes a subject; None where only running it shows."""
    kind = pattern[0]
    if kind == "MatchAs":
        return True if not pattern[3] else fits(pattern[3], subject)
    if kind == "MatchOr":
        found = [fits(each, subject) for each in pattern[3]]
        return True if True in found else None if None in found else False
    if kind in {"MatchValue", "MatchSingleton"} and isinstance(subject, Constant):
        value = pattern[3]
        if kind == "MatchValue" and value[0] == "Constant":
            return bool(value[3] == subject.value)
    return None


def yields(node: Node) -> bool:
    """Whether a function is a generator."""
    return any(_yields_in(each) for each in node[5])


def _yields_in(node: Node) -> bool:
    if not node or not isinstance(node, (tuple, list)):
        return False
    kind = node[0] if isinstance(node[0], str) else ""  # a list of nodes has none
    if kind in {"Yield", "YieldFrom"}:
        return True
    if kind in {"FunctionDef", "AsyncFunctionDef", "ClassDef", "Lambda"}:
        return False
    return any(_yields_in(each) for each in node if isinstance(each, (tuple, list)))


def fill(
    space: Namespace, arguments: Node, given: list[Value], keywords: dict[str, Value], function: FunctionValue
) -> None:
    """Binds the parameters of a function."""
    plain, only, star, double = arguments[3], arguments[4], arguments[7], arguments[8]
    unknown = any(isinstance(each, Made) and each.name == "*" for each in given) or "**" in keywords
    for name in (*plain, *only):
        space.bind(name, keywords.get(name, UNKNOWN))
    if not unknown:
        late = len(plain) - len(function.defaults)
        for at, name in enumerate(plain):
            if at < len(given):
                space.bind(name, given[at])
            elif name not in keywords and at >= late:
                space.bind(name, function.defaults[at - late])
        for at, name in enumerate(only):
            if name not in keywords and at < len(function.keyword_defaults):
                space.bind(name, function.keyword_defaults[at])
    if star:
        space.bind(star, UNKNOWN if unknown else Items("Tuple", list(given[len(plain) :])))
    if double:
        extra = {key: value for key, value in keywords.items() if key not in (*plain, *only)}
        space.bind(
            double, UNKNOWN if unknown else Items("Dict", list(extra.values()), [Constant(key) for key in extra])
        )
