"""Functions and classes as their statements make them while a Worker starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.runtime.outside import Outside
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
from edgewheel.sources import program

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from edgewheel.runtime.tasks import Task
    from edgewheel.sources.records import Node

    Steps = Generator[Task, str, Any]


class Definitions(Outside):
    """Definitions, with decorators and the hooks of classes."""

    def do_FunctionDef(self, node: Node, frame: Frame) -> Steps:
        arguments = node[4]
        defaults = []
        for each in arguments[5]:
            defaults.append((yield from self.value(each, frame)))
        only = []
        for each in arguments[6]:
            only.append((yield from self.value(each, frame)) if each else UNKNOWN)
        around = (
            frame.around if frame.owner is not None and frame.own is frame.owner.space else (frame.own, *frame.around)
        )
        owner = frame.owner if frame.owner is not None and frame.own is frame.owner.space else None
        yield from self.annotations(node[8], frame)
        made: Value = FunctionValue(frame.module, node, around, defaults, only, owner)
        for decorator in reversed(node[6]):
            made = yield from self.decorated(decorator, made, frame)
        self.assign_name(node[3], made, node, frame)

    def annotations(self, nodes: Node, frame: Frame) -> Steps:
        """Annotations run where they stand, before Python 3.14 and without `from __future__ import annotations`."""
        if not nodes or self.reach.python >= (3, 14):
            return
        record = self.reach.resolver.modules.record(self.reach.graph.specs[frame.module].file)
        if not any(each.module == "__future__" and "annotations" in each.names for each in record.imports):
            for each in nodes:
                yield from self.value(each, frame)

    do_AsyncFunctionDef = do_FunctionDef

    def decorated(self, decorator: Node, made: Value, frame: Frame) -> Steps:
        if decorator[0] == "Attribute" and decorator[4] in {"setter", "deleter", "getter"}:
            known = yield from self.value(decorator[3], frame)
            if isinstance(known, FunctionValue) and known.how == "property":
                if decorator[4] == "setter" and isinstance(made, FunctionValue):
                    known.setter = made
                return known
        value = yield from self.value(decorator, frame)
        value = yield from self.force(value)
        found = yield from self.decorate(value, made, decorator, frame)
        return found

    def do_ClassDef(self, node: Node, frame: Frame) -> Steps:
        bases = []
        for base in node[4]:
            value = yield from self.value(base[3] if base[0] == "Subscript" else base, frame)
            bases.append((yield from self.force(value)))
        keywords = {}
        for keyword in node[5]:
            keywords[keyword[3]] = yield from self.value(keyword[4], frame)
        decorators = tuple(program.dotted(each[3] if each[0] == "Call" else each) for each in node[7])
        made = ClassValue(frame.module, node[3], bases, Namespace(), node, decorators)
        around = (
            frame.around if frame.owner is not None and frame.own is frame.owner.space else (frame.own, *frame.around)
        )
        inner = Frame(frame.module, made.space, around, owner=made, calls=frame.calls)
        yield from self.block(node[6], inner)
        yield from self.class_made(made, keywords, node, frame)
        decorated: Value = made
        for decorator in reversed(node[7]):
            decorated = yield from self.decorated(decorator, decorated, frame)
        self.assign_name(node[3], decorated, node, frame)

    def class_made(self, made: ClassValue, keywords: dict[str | None, Value], node: Node, frame: Frame) -> Steps:
        """`__set_name__`, `__init_subclass__` and a metaclass of the project's."""
        for name, value in list(made.space.names.items()):
            if isinstance(value, Instance):
                hook = self.method_of(value.of, "__set_name__")
                if hook is not None:
                    yield from self.call(Method(hook, value), [made, Constant(name)], {}, node, frame)
        if made.is_enum:
            yield from self._members(made, node, frame)
        plain = {str(key): value for key, value in keywords.items() if key and key != "metaclass"}
        for base in made.order()[1:]:
            of_base = base.space.names.get("__init_subclass__") if isinstance(base, ClassValue) else None
            if isinstance(of_base, FunctionValue):
                yield from self.call(Method(of_base, made), [], plain, node, frame)
                break
        meta = keywords.get("metaclass")
        metas = [(yield from self.force(meta))] if meta is not None else []
        metas += [
            base.space.names.get("__metaclass__", UNKNOWN) for base in made.order()[1:] if isinstance(base, ClassValue)
        ]
        known = next((each for each in metas if isinstance(each, ClassValue)), None)
        if known is not None:
            yield from self._made_by(known, made, plain, node, frame)

    def _made_by(self, meta: ClassValue, made: ClassValue, plain: dict[str, Value], node: Node, frame: Frame) -> Steps:
        """`__new__` and `__init__` of a metaclass of the project's."""
        made.space.names.setdefault("__metaclass__", meta)
        made.space.dynamic = True
        arguments: list[Value] = [Constant(made.name), UNKNOWN, UNKNOWN]
        for name, first in (("__new__", meta), ("__init__", made)):
            if (hook := self.method_of(meta, name)) is not None:
                yield from self.call(Method(hook, first), arguments, plain, node, frame)

    def _members(self, made: ClassValue, node: Node, frame: Frame) -> Steps:
        """An enumeration makes an object of each value of its body."""
        hook = self.method_of(made, "__init__")
        for name, value in list(made.space.names.items()):
            if name.startswith("_") or isinstance(value, (FunctionValue, Method)):
                continue
            member = Instance(made)
            member.space.bind("value", value)
            member.space.bind("name", Constant(name))
            made.space.names[name] = member
            made.members.append(member)
            if hook is not None:
                given = list(value.items) if isinstance(value, Items) and value.kind == "Tuple" else [value]
                yield from self.call(Method(hook, member), given, {}, node, frame)
