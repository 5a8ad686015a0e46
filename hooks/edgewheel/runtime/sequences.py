"""Comprehensions, lists, dicts and texts of the project's code while a Worker starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.runtime.evaluate import Expressions
from edgewheel.runtime.values import (
    UNKNOWN,
    ClassValue,
    Constant,
    Frame,
    FunctionValue,
    Instance,
    Items,
    Method,
    Namespace,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from edgewheel.runtime.tasks import Task
    from edgewheel.sources.records import Node

    Steps = Generator[Task, str, Any]

_TEXT_METHODS = frozenset(
    (
        *("upper", "lower", "strip", "lstrip", "rstrip", "split", "rsplit", "replace", "format", "startswith", "title"),
        *("endswith", "removeprefix", "removesuffix", "partition", "rpartition", "capitalize", "isidentifier", "find"),
    )
)


class Sequences(Expressions):
    """What is iterated, and the methods of what is written out."""

    def of_ListComp(self, node: Node, frame: Frame) -> Steps:
        found: list[Value] = []
        inner = self._inside(frame)
        sure = yield from self._rounds(node[4], node[3:4], found, inner)
        return Items("List", found) if sure else UNKNOWN

    of_SetComp = of_ListComp

    def of_DictComp(self, node: Node, frame: Frame) -> Steps:
        inner = self._inside(frame)
        found: list[Value] = []
        sure = yield from self._rounds(node[5], node[3:5], found, inner)
        return Items("Dict", found[1::2], found[::2]) if sure else UNKNOWN

    def of_GeneratorExp(self, node: Node, frame: Frame) -> Steps:
        body = (("Return", node[1], node[2], ("ListComp", *node[1:])),)
        made = (
            "FunctionDef",
            node[1],
            node[2],
            "<genexpr>",
            ("arguments", 0, 0, (), (), (), (), None, None),
            body,
            (),
            0,
        )
        yield from ()
        return Method(FunctionValue(frame.module, made, (frame.own, *frame.around)), None, pending=True)

    def _inside(self, frame: Frame) -> Frame:
        """The names of a comprehension."""
        return Frame(frame.module, Namespace(), (frame.own, *frame.around), calls=frame.calls, outside=frame)

    def _rounds(self, generators: list[Node], elements: list[Node], found: list[Value], frame: Frame) -> Steps:
        first, *rest = generators
        outer = Frame(frame.module, frame.own, frame.around, calls=frame.calls)
        value = yield from self.force((yield from self.value(first[4], outer)))
        items = yield from self.listed(value, first, frame)
        if items is None or len(items) > 200:
            return False
        for item in items:
            yield from self.assign(first[3], item, frame)
            kept: bool | None = True
            for test in first[5]:
                kept = kept and (yield from self.truth((yield from self.value(test, frame)), test, frame))
            if kept is None:
                return False
            if not kept:
                continue
            if rest:
                if not (yield from self._rounds(rest, elements, found, frame)):
                    return False
            else:
                for element in elements:
                    found.append((yield from self.value(element, frame)))
        return True

    def listed(self, value: Value, node: Node, frame: Frame) -> Steps:
        """The items of what is iterated; None where only running it shows."""
        value = yield from self.force(value)
        if isinstance(value, Items):
            return list(value.keys if value.kind == "Dict" else value.items)
        if isinstance(value, Constant) and isinstance(value.value, str):
            return [Constant(each) for each in value.value]
        if isinstance(value, Method) and value.pending:
            found = yield from self.run_pending(value, node, frame)
            return list(found.items) if isinstance(found, Items) else None
        if isinstance(value, ClassValue) and value.members:
            return list(value.members)
        if isinstance(value, Instance) and (hook := self.method_of(value.of, "__iter__")) is not None:
            found = yield from self.call(Method(hook, value), [], {}, node, frame)
            if isinstance(found, Items):
                return list(found.items)
            if isinstance(found, Method) and found.pending:
                yield from self.run_pending(found, node, frame)
        return None

    def _method(self, owner: Value, name: str, arguments: list[Value]) -> Steps:
        """A method of a text, list or dict that is known."""
        given = []
        for each in arguments:
            given.append((yield from self.force(each)))
        plain = [each.value for each in given if isinstance(each, Constant)]
        if isinstance(owner, Constant) and isinstance(owner.value, str) and len(plain) == len(given):
            if name in _TEXT_METHODS:
                try:
                    return _wrapped(getattr(owner.value, name)(*plain))
                except (TypeError, ValueError, KeyError, IndexError, AttributeError):
                    return UNKNOWN
        elif isinstance(owner, Constant) and name == "join" and given and isinstance(given[0], Items):
            texts = [
                each.value for each in given[0].items if isinstance(each, Constant) and isinstance(each.value, str)
            ]
            if len(texts) == len(given[0].items):
                return Constant(str(owner.value).join(texts))
        elif isinstance(owner, Items):
            return self._items_method(owner, name, given)
        return UNKNOWN

    def _items_method(self, owner: Items, name: str, given: list[Value]) -> Value:
        if name in {"append", "add"} and given:
            owner.items.append(given[0])
            return Constant(None)
        if owner.kind == "Dict":
            if name == "get" and given and isinstance(given[0], Constant):
                for key, item in zip(owner.keys, owner.items, strict=True):
                    if key == given[0]:
                        return item
                known = all(isinstance(key, Constant) for key in owner.keys)
                return (given[1] if len(given) > 1 else Constant(None)) if known else UNKNOWN
            if name == "values":
                return Items("List", owner.items)
            if name == "keys":
                return Items("List", owner.keys)
            if name == "items":
                return Items(
                    "List", [Items("Tuple", [key, item]) for key, item in zip(owner.keys, owner.items, strict=True)]
                )
        if name in {"extend", "update", "insert", "pop", "remove", "clear", "setdefault"}:
            owner.items.append(UNKNOWN)
            owner.keys.append(UNKNOWN)
        return UNKNOWN


def _wrapped(value: Any) -> Value:
    if isinstance(value, (list, tuple)):
        return Items("List" if isinstance(value, list) else "Tuple", [Constant(each) for each in value])
    return Constant(value)
