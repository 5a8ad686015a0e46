"""Calls of the project's functions, classes and methods while a Worker starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.runtime.binding import bound_in, fill, yields
from edgewheel.runtime.sequences import Sequences
from edgewheel.runtime.values import (
    UNKNOWN,
    Break,
    ClassValue,
    Constant,
    Continue,
    External,
    Frame,
    FunctionValue,
    Instance,
    Items,
    Made,
    Method,
    Namespace,
    Return,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from edgewheel.runtime.tasks import Task
    from edgewheel.sources.records import Node

    Steps = Generator[Task, str, Any]

#: Decorators that give the function back, or what calls it only when it is called.
SAME = frozenset(
    (
        *("functools.cache", "functools.lru_cache", "functools.wraps", "functools.total_ordering", "typing.overload"),
        *("typing.final", "typing.override", "typing.runtime_checkable", "typing.no_type_check", "atexit.register"),
        *("abc.abstractmethod", "dataclasses.dataclass", "functools.singledispatch", "enum.unique", "enum.verify"),
        *("typing.dataclass_transform", "warnings.deprecated", "builtins.object", "typing_extensions.override"),
    )
)
#: Decorators after which a function is called in another way.
HOW = {
    "builtins.staticmethod": "static",
    "builtins.classmethod": "class",
    "builtins.property": "property",
    "functools.cached_property": "property",
    "contextlib.contextmanager": "context",
}
#: Calls within calls, and nodes in all, that are followed.
_DEEPEST = 25


class Calls(Sequences):
    """What calling a value does, where its code is known."""

    def of_Call(self, node: Node, frame: Frame) -> Steps:
        outermost = self.outer is None
        if outermost:
            self.outer = node
        try:
            func = node[3]
            if func[0] == "Attribute":
                owner = yield from self.force((yield from self.value(func[3], frame)))
                if isinstance(owner, (Constant, Items)):
                    arguments, _ = yield from self._arguments(node, frame)
                    return (yield from self._method(owner, func[4], arguments))
                target = yield from self.attribute(owner, func[4], func, frame)
            elif func[0] == "Name" and func[3] == "super" and not node[4] and frame.owner is not None:
                return self._super(frame)
            else:
                target = yield from self.value(func, frame)
            target = yield from self.force(target)
            arguments, keywords = yield from self._arguments(node, frame)
            return (yield from self.call(target, arguments, keywords, node, frame))
        finally:
            if outermost:
                self.outer = None

    def _super(self, frame: Frame) -> Value:
        """The object, seen as one of the classes behind the one that the running method is of."""
        assert frame.owner is not None  # noqa: S101 - the caller has looked
        first = frame.first
        of = first.of if isinstance(first, Instance) else first if isinstance(first, ClassValue) else frame.owner
        order = of.order()
        behind = order[order.index(frame.owner) + 1 :] if frame.owner in order else frame.owner.order()[1:]
        seen = ClassValue(frame.module, frame.owner.name, behind, Namespace())
        if isinstance(first, Instance):
            return Instance(seen, first.space)
        return seen

    def _arguments(self, node: Node, frame: Frame) -> Steps:
        found: list[Value] = []
        for each in node[4]:
            if each[0] != "Starred":
                found.append((yield from self.value(each, frame)))
                continue
            inner = yield from self.listed(
                (yield from self.force((yield from self.value(each[3], frame)))), node, frame
            )
            if inner is None:
                found.append(Made("*", frame.module, 0, 0))
                break
            found += inner
        keywords: dict[str, Value] = {}
        for each in node[5]:
            value = yield from self.force((yield from self.value(each[4], frame)))
            if each[3]:
                keywords[each[3]] = value
            elif isinstance(value, Items) and value.kind == "Dict":
                keywords.update(
                    {
                        str(key.value): item
                        for key, item in zip(value.keys, value.items, strict=True)
                        if isinstance(key, Constant)
                    }
                )
            else:
                keywords["**"] = UNKNOWN
        return found, keywords

    def call(
        self, target: Value, arguments: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> Steps:
        """Calls a value of which the code is known; what an unknown one would do is not guessed."""
        target = yield from self.force(target)
        for each in arguments:
            if isinstance(each, Instance) and each.of.name == "globals()":  # whoever has it may fill it
                each.space.dynamic = True
        if isinstance(target, FunctionValue):
            return (yield from self._function(target, None, arguments, keywords, node, frame))
        if isinstance(target, Method) and not target.pending:
            found = [*target.arguments, *arguments]
            return (
                yield from self._function(
                    target.function, target.first, found, {**dict(target.keywords), **keywords}, node, frame
                )
            )
        if isinstance(target, ClassValue):
            return (yield from self._instantiate(target, arguments, keywords, node, frame))
        if isinstance(target, Instance):
            hook = self.method_of(target.of, "__call__")
            return (yield from self.call(Method(hook, target), arguments, keywords, node, frame)) if hook else UNKNOWN
        if isinstance(target, External):
            return (yield from self.external(target.name, arguments, keywords, node, frame))
        if isinstance(target, Made) and target.name in SAME and arguments:
            return arguments[0]
        return UNKNOWN

    def _instantiate(
        self, target: ClassValue, arguments: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> Steps:
        meta = target.space.names.get("__metaclass__")
        if isinstance(meta, ClassValue) and (hook := self.method_of(meta, "__call__")) is not None:
            return (yield from self.call(Method(hook, target), arguments, keywords, node, frame))
        if target.is_enum:
            return (yield from self._member(target, arguments, node, frame))
        made: Value = Instance(target)
        if (hook := self.method_of(target, "__new__")) is not None:
            given = yield from self._function(hook, target, arguments, keywords, node, frame)
            made = given if isinstance(given, Instance) else made
        if isinstance(made, Instance) and (hook := self.method_of(target, "__init__")) is not None:
            yield from self._function(hook, made, arguments, keywords, node, frame)
        elif isinstance(made, Instance):
            yield from self._external_init(made, arguments, keywords, node, frame)
        return made

    def _member(self, target: ClassValue, arguments: list[Value], node: Node, frame: Frame) -> Steps:
        """The member of an enumeration that has a value."""
        wanted = (yield from self.force(arguments[0])) if arguments else UNKNOWN
        values = []
        for each in target.members:
            assert isinstance(each, Instance)  # noqa: S101 - it has been made so
            values.append((yield from self.force(each.space.names["value"])))
        if wanted in values and isinstance(wanted, Constant):
            return target.members[values.index(wanted)]
        hook = self.method_of(target, "_missing_")
        if hook is not None and isinstance(wanted, Constant) and all(isinstance(each, Constant) for each in values):
            return (yield from self.call(Method(hook, target), [wanted], {}, node, frame))
        return UNKNOWN

    def _external_init(
        self, made: Instance, arguments: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> Steps:
        """What a generated `__init__` calls: the factories of fields, and `__post_init__`."""
        for base in made.of.order():
            if isinstance(base, External) and base.name.rpartition(".")[2] in {"BaseSettings", "ZoneInfo"}:
                self.note(base.name, node, frame, arguments, keywords, kind="instance", of=made.of)
        if not any(each.rpartition(".")[2] == "dataclass" for each in made.of.decorators):
            return
        for name, value in made.of.space.names.items():
            if isinstance(value, Instance) and value.of.name == "field()" and name not in keywords and not arguments:
                factory = value.space.names.get("default_factory", UNKNOWN)
                made.space.bind(name, (yield from self.call(factory, [], {}, node, frame)))
        hook = self.method_of(made.of, "__post_init__")
        if hook is not None:
            yield from self._function(hook, made, [], {}, node, frame)

    def _function(
        self,
        function: FunctionValue,
        first: Value | None,
        arguments: list[Value],
        keywords: dict[str, Value],
        node: Node,
        frame: Frame,
    ) -> Steps:
        definition = function.node
        if definition[0] == "AsyncFunctionDef" or yields(definition):
            return Method(function, first, tuple(arguments), tuple(keywords.items()), pending=True)
        return (yield from self._run(function, first, arguments, keywords, node, frame))

    def _locals(self, place: tuple[str, int, int], definition: Node) -> frozenset[str]:
        """The names that a function binds itself."""
        if (known := self._bound.get(place)) is None:
            known = self._bound[place] = frozenset(bound_in(definition[5]))
        return known

    def run_pending(self, pending: Method, node: Node, frame: Frame) -> Steps:
        """A coroutine or generator, to its end."""
        return (
            yield from self._run(
                pending.function, pending.first, list(pending.arguments), dict(pending.keywords), node, frame
            )
        )

    def _run(
        self,
        function: FunctionValue,
        first: Value | None,
        arguments: list[Value],
        keywords: dict[str, Value],
        node: Node,
        frame: Frame,
    ) -> Steps:
        definition = function.node
        place = (function.module, definition[1], definition[2])
        if self.depth >= _DEEPEST or self.running.count(place) > 3 or self.is_spent():
            return UNKNOWN
        given = [*([first] if first is not None else []), *arguments]
        inner = Frame(
            function.module, Namespace(), function.around, owner=function.owner, calls=(*frame.calls, definition[3])
        )
        inner.first = given[0] if given else UNKNOWN
        inner.locals = self._locals(place, definition)
        fill(inner.own, definition[4], given, keywords, function)
        self.depth += 1
        self.running.append(place)
        outer = self.outer
        if outer is None:
            self.outer = node
        try:
            yield from self.block(definition[5], inner)
        except Return as end:
            return UNKNOWN if inner.unsure else end.value
        except (Break, Continue):
            return UNKNOWN
        finally:
            self.outer = outer
            self.depth -= 1
            self.running.pop()
        return UNKNOWN if inner.unsure else Constant(None)

    def decorate(self, decorator: Value, made: Value, node: Node, frame: Frame) -> Steps:
        """What a decorator makes of a function or class."""
        name = decorator.name if isinstance(decorator, (External, Made)) else ""
        if name in HOW and isinstance(made, FunctionValue):
            made.how = HOW[name]
            return made
        if name in SAME:
            return made
        if isinstance(decorator, (FunctionValue, Method, ClassValue, Instance)):
            return (yield from self.call(decorator, [made], {}, node, frame))
        return UNKNOWN
