"""Assignments while a Worker starts: to names, attributes and items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.runtime.lookups import Lookups
from edgewheel.runtime.values import (
    UNKNOWN,
    ClassValue,
    Constant,
    External,
    Frame,
    FunctionValue,
    Instance,
    Items,
    Method,
    ModuleValue,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from edgewheel.runtime.tasks import Task
    from edgewheel.sources.records import Node

    Steps = Generator[Task, str, Any]


class Assigning(Lookups):
    """Targets."""

    def assign(self, target: Node, value: Value, frame: Frame) -> Steps:
        kind = target[0]
        if kind == "Name":
            self.assign_name(target[3], value, target, frame)
        elif kind in {"Tuple", "List"}:
            yield from self._unpack(target[3], value, frame)
        elif kind == "Starred":
            yield from self.assign(target[3], UNKNOWN, frame)
        elif kind == "Attribute":
            owner = yield from self.force((yield from self.value(target[3], frame)))
            if isinstance(owner, Instance) and owner.of.name != "globals()":
                yield from self._set_attribute(owner, target, value, frame)
            elif isinstance(owner, (Instance, ClassValue)):
                owner.space.bind(target[4], value)
            elif isinstance(owner, ModuleValue) and owner.name in self.spaces:
                self.spaces[owner.name].bind(target[4], value, target)
        elif kind == "Subscript":
            owner = yield from self.force((yield from self.value(target[3], frame)))
            key = yield from self.value(target[4], frame)
            if isinstance(owner, Instance) and (hook := self.method_of(owner.of, "__setitem__")) is not None:
                yield from self.call(Method(hook, owner), [key, value], {}, target, frame)
            else:
                self._set_item(owner, (yield from self.force(key)), value)

    def _set_attribute(self, owner: Instance, target: Node, value: Value, frame: Frame) -> Steps:
        """What decides over an assignment: `__setattr__`, a property's setter, `__set__`; else the object keeps it."""
        own = next(
            (
                each.space.names[target[4]]
                for each in owner.of.order()
                if isinstance(each, ClassValue) and target[4] in each.space.names
            ),
            None,
        )
        hook = self.method_of(owner.of, "__setattr__")
        if hook is not None:
            yield from self.call(Method(hook, owner), [Constant(target[4]), value], {}, target, frame)
        elif isinstance(own, FunctionValue) and own.setter is not None:
            yield from self.call(Method(own.setter, owner), [value], {}, target, frame)
        elif isinstance(own, Instance) and (hook := self.method_of(own.of, "__set__")) is not None:
            yield from self.call(Method(hook, own), [owner, value], {}, target, frame)
        else:
            owner.space.bind(target[4], value)

    def _set_item(self, owner: Value, key: Value, value: Value) -> None:
        if isinstance(owner, External) and owner.name == "os.environ":
            self.environment.add(str(key.value) if isinstance(key, Constant) else "*")
        elif isinstance(owner, Items) and owner.kind == "Dict":
            owner.keys.append(key)
            owner.items.append(value)
        elif isinstance(owner, Instance) and owner.of.name == "globals()":
            if isinstance(key, Constant) and isinstance(key.value, str):
                owner.space.bind(key.value, value)
            else:
                owner.space.dynamic = True

    def _unpack(self, targets: list[Node], value: Value, frame: Frame) -> Steps:
        value = yield from self.force(value)
        items = value.items if isinstance(value, Items) and value.kind != "Dict" else None
        known = items is not None and len(items) == len(targets) and all(each[0] != "Starred" for each in targets)
        for at, each in enumerate(targets):
            yield from self.assign(each, items[at] if known and items is not None else UNKNOWN, frame)

    def assign_name(self, name: str, value: Value, node: Node, frame: Frame) -> None:
        frame.declared.get(name, frame.own).bind(name, value, node)
