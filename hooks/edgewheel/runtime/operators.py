"""Operators and truth while a Worker starts: what they call of the project's classes, and what they come to."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from edgewheel.runtime.assigning import Assigning
from edgewheel.runtime.values import (
    UNKNOWN,
    Constant,
    External,
    Frame,
    Instance,
    Items,
    Made,
    Method,
    Value,
    is_true,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from typing import Any

    from edgewheel.runtime.tasks import Task
    from edgewheel.sources.records import Node

    Steps = Generator[Task, str, Any]

_BINARY = {each: each.lower() for each in ("Add", "Sub", "Mod", "Pow", "FloorDiv", "LShift", "RShift")} | {
    "Mult": "mul",
    "Div": "truediv",
    "MatMult": "matmul",
    "BitOr": "or",
    "BitAnd": "and",
    "BitXor": "xor",
}
_UNARY = {"USub": "__neg__", "UAdd": "__pos__", "Invert": "__invert__"}
#: The method of the left side, and of the right one where the left has none.
_COMPARING = {
    how: (f"__{own}__", f"__{other}__")
    for how, own, other in (
        *(("Eq", "eq", "eq"), ("NotEq", "ne", "ne"), ("Lt", "lt", "gt")),
        *(("Gt", "gt", "lt"), ("LtE", "le", "ge"), ("GtE", "ge", "le")),
    )
}
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "Eq": operator.eq,
    "NotEq": operator.ne,
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
    "In": lambda left, right: left in right,
    "NotIn": lambda left, right: left not in right,
    "Is": operator.is_,
    "IsNot": operator.is_not,
}


class Operators(Assigning):
    """What is computed."""

    def hooked(self, value: Value, names: Sequence[str], arguments: list[Value], node: Node, frame: Frame) -> Steps:
        """What the first of these methods that the object's class has gives; None where it has none of them."""
        if isinstance(value, Instance):
            for name in names:
                hook = self.method_of(value.of, name)
                if hook is not None:
                    return (yield from self.call(Method(hook, value), arguments, {}, node, frame))
        return None

    def truth(self, value: Value, node: Node, frame: Frame) -> Steps:
        """The truth of a value, which an object's own method may decide; None where only running it shows."""
        value = yield from self.force(value)
        if not isinstance(value, Instance):
            return is_true(value)
        found = yield from self.hooked(value, ("__bool__", "__len__"), [], node, frame)
        if found is not None:
            return is_true((yield from self.force(found)))
        return None if value.of.is_open or value.space.dynamic or value.of.space.dynamic else True

    def of_BinOp(self, node: Node, frame: Frame) -> Steps:
        left = yield from self.force((yield from self.value(node[3], frame)))
        right = yield from self.force((yield from self.value(node[5], frame)))
        return (yield from self.binary(node[4], left, right, node, frame))

    def binary(self, how: str, left: Value, right: Value, node: Node, frame: Frame) -> Steps:
        if how == "Add" and isinstance(left, Items) and isinstance(right, Items) and left.kind == right.kind:
            return Items(left.kind, [*left.items, *right.items])
        if how == "Div" and isinstance(left, (Made, External)) and left.name.startswith("pathlib."):
            return Made(left.name, frame.module, node[1], node[2])
        if isinstance(left, Constant) and isinstance(right, Constant):
            return _computed(how, left.value, right.value)
        name = _BINARY.get(how, "")
        found = yield from self.hooked(left, (f"__{name}__",), [right], node, frame)
        if found is None and not isinstance(left, Instance):
            found = yield from self.hooked(right, (f"__r{name}__",), [left], node, frame)
        return found or UNKNOWN

    def do_AugAssign(self, node: Node, frame: Frame) -> Steps:
        before = yield from self.force((yield from self.value(node[3], frame)))
        value = yield from self.force((yield from self.value(node[4], frame)))
        how = node[5]
        found = yield from self.hooked(before, (f"__i{_BINARY.get(how, '')}__",), [value], node, frame)
        if found is None:
            found = yield from self.binary(how, before, value, node, frame)
        yield from self.assign(node[3], found, frame)

    def of_UnaryOp(self, node: Node, frame: Frame) -> Steps:
        value = yield from self.force((yield from self.value(node[4], frame)))
        if node[3] == "Not":
            known = yield from self.truth(value, node, frame)
            return UNKNOWN if known is None else Constant(not known)
        if node[3] == "USub" and isinstance(value, Constant) and isinstance(value.value, int):
            return Constant(-value.value)
        return (yield from self.hooked(value, (_UNARY[node[3]],), [], node, frame)) or UNKNOWN

    def of_Compare(self, node: Node, frame: Frame) -> Steps:
        left = yield from self.force((yield from self.value(node[3], frame)))
        found: Value = UNKNOWN
        for at, (how, each) in enumerate(zip(node[4], node[5], strict=True)):
            right = yield from self.force((yield from self.value(each, frame)))
            found = yield from self._comparison(left, how, right, node, frame)
            known = yield from self.truth(found, node, frame)
            if known is not True and at < len(node[4]) - 1:
                return found if known is False else UNKNOWN
            left = right
        return found

    def _comparison(self, left: Value, how: str, right: Value, node: Node, frame: Frame) -> Steps:
        if isinstance(right, External) and right.name == "sys.modules" and how in {"In", "NotIn"}:
            known = self.is_loaded(left.value) if isinstance(left, Constant) else None
            return UNKNOWN if known is None else Constant(known is (how == "In"))
        if how in {"In", "NotIn"} and isinstance(right, Instance):
            found = yield from self.hooked(right, ("__contains__", "__iter__"), [left], node, frame)
            known = is_true(found) if found is not None else None
            return UNKNOWN if known is None else Constant(known is (how == "In"))
        if how in _COMPARING:
            own, other = _COMPARING[how]
            found = yield from self.hooked(left, (own,), [right], node, frame)
            if found is None and not isinstance(left, Instance):
                found = yield from self.hooked(right, (other,), [left], node, frame)
            if found is not None:
                return found
        return _compared(left, how, right)

    def is_loaded(self, name: object) -> bool | None:
        """Whether `sys.modules` has a module of the project now; None of any other, and where only running it shows."""
        reach = self.reach
        found = reach.resolver.locate(name) if isinstance(name, str) and name else None
        if not isinstance(found, list) or found[-1].spec is None:
            return None
        if reach.resolver.tree.is_vendored(found[-1].spec.file):
            return None
        return reach.graph.state.get(found[-1].name) == ""


def _computed(how: str, left: Any, right: Any) -> Value:
    plain = type(left) is type(right) and isinstance(left, (str, int))
    try:
        if plain and how == "Add":
            return Constant(left + right)
        if plain and how == "Sub" and isinstance(left, int):
            return Constant(left - right)
        if how == "Mod" and isinstance(left, str):
            return Constant(left % right)
    except (TypeError, ValueError, OverflowError):
        return UNKNOWN
    return UNKNOWN


def _compared(left: Value, how: str, right: Value) -> Value:
    if how in {"Is", "IsNot"} and Constant(None) in {left, right} and UNKNOWN not in {left, right}:
        if any(isinstance(each, (External, Made)) for each in (left, right)):
            return UNKNOWN
        return Constant((left == right) == (how == "Is"))
    if how in {"Is", "IsNot", "Eq", "NotEq"} and _is_error(left) and _is_error(right):
        return Constant((left == right) == (how in {"Is", "Eq"}))
    if how in {"In", "NotIn"} and isinstance(left, Constant) and isinstance(right, Items):
        items = right.keys if right.kind == "Dict" else right.items
        if all(isinstance(each, Constant) for each in items):
            return Constant((left in items) == (how == "In"))
    known = [_plain(each) for each in (left, right)]
    if None in known:
        return UNKNOWN
    try:
        return Constant(_COMPARED[how](*(each[0] for each in known if each)))
    except TypeError:
        return UNKNOWN


def _plain(value: Value) -> tuple[Any] | None:
    """The value itself, in a tuple of one: of a constant, or of a tuple of constants."""
    if isinstance(value, Constant):
        return (value.value,)
    if isinstance(value, Items) and value.kind == "Tuple" and all(isinstance(each, Constant) for each in value.items):
        return (tuple(each.value for each in value.items if isinstance(each, Constant)),)
    return None


def _is_error(value: Value) -> bool:
    """Whether it is one of Python's own error classes."""
    return isinstance(value, External) and value.name.startswith("builtins.") and value.name.endswith("Error")
