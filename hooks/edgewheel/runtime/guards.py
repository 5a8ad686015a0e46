"""What `try` and `with` do while a Worker starts: which errors of the project's code end where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.runtime.binding import blocks_of
from edgewheel.runtime.definitions import Definitions
from edgewheel.runtime.values import (
    UNKNOWN,
    ClassValue,
    Constant,
    External,
    Frame,
    FunctionValue,
    Instance,
    Method,
    Namespace,
    Raised,
    Value,
)
from edgewheel.sources import program
from edgewheel.sources.catching import ERRORS

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from typing import Any

    from edgewheel.runtime.tasks import Task
    from edgewheel.sources.records import Import, Node

    Steps = Generator[Task, str, Any]


class Guards(Definitions):
    """`try` and `with`."""

    def skip(self, body: Iterable[Node], frame: Frame) -> None:
        raise NotImplementedError

    def run_import(self, item: Import, frame: Frame) -> Steps:
        raise NotImplementedError

    def do_Try(self, node: Node, frame: Frame) -> Steps:
        body, handlers, orelse, final = node[3:7]
        soft = [handler for handler in handlers if not any(each[0] == "Raise" for each in handler[3])]
        errors = tuple(error for handler in soft for error in handler[0])
        state, count = self.state, len(self.state.guards)
        if errors:
            self.state.guards.append((node[1], errors))
        self.expected.append([handler[1] for handler in soft])
        caught: Raised | None = None
        try:
            try:
                yield from self.block(body, frame)
            except Raised as error:
                caught = error
            finally:
                self.state = state
                del self.state.guards[count:]
                self.expected.pop()
            if caught is None:
                for handler in handlers:
                    self.unused(handler, frame)
                yield from self.block(orelse, frame)
            else:
                yield from self.handle(caught, handlers, frame)
        finally:
            yield from self.block(final, frame)

    def unused(self, handler: Node, frame: Frame) -> None:
        """A handler of what is not known to be raised: what its statements bind is bound already, or maybe."""
        known, before = dict(frame.own.names), set(self.perhaps)
        self.skip(handler[3], frame)
        frame.own.names.update(known)
        if handler[0]:
            self.perhaps = before

    def handle(self, caught: Raised, handlers: Iterable[Node], frame: Frame) -> Steps:
        for handler in handlers:
            if caught.is_caught_by(handler[1]):
                if handler[2]:
                    frame.own.bind(handler[2], UNKNOWN)
                self.handled.append(caught)
                try:
                    yield from self.block(handler[3], frame)
                finally:
                    self.handled.pop()
                    if handler[2]:
                        frame.own.names.pop(handler[2], None)
                return
        raise caught

    def do_With(self, node: Node, frame: Frame) -> Steps:
        errors = tuple(error for item in node[3] for error in item[2])
        entered = []
        for expression, target, _ in node[3]:
            manager = yield from self.force((yield from self.value(expression, frame)))
            value = yield from self.enter(manager, node, frame)
            entered.append(manager)
            if target:
                yield from self.assign(target, value, frame)
        taken = [
            _takes(self.method_of(each.of, "__exit__") if isinstance(each, Instance) else each) for each in entered
        ]
        errors += tuple(error for names in taken for error in ERRORS if Raised(error).is_caught_by(names))
        state, count = self.state, len(self.state.guards)
        if errors:
            self.state.guards.append((node[1], errors))
        self.expected.append([names for names in taken if names is None or names])
        caught: Raised | None = None
        try:
            yield from self.block(node[4], frame)
        except Raised as error:
            caught = error
        finally:
            self.state = state
            del self.state.guards[count:]
            self.expected.pop()
        yield from self._left(caught, list(zip(node[3], entered, taken, strict=True))[::-1], node, frame)

    def _left(self, caught: Raised | None, managers: list[tuple[Any, Value, Any]], node: Node, frame: Frame) -> Steps:
        """What the managers of a `with` do at its end, the inner ones first: any may take the error."""
        for item, manager, names in managers:
            leave = self.method_of(manager.of, "__exit__") if isinstance(manager, Instance) else None
            if caught is not None and (caught.error in item[2] or (leave is None and caught.is_caught_by(names))):
                caught = None
            elif leave is not None:
                given: list[Value] = [Constant(None)] * 3
                if caught is not None:
                    kind = External(f"builtins.{caught.error}")
                    given = [kind, Instance(ClassValue(frame.module, caught.error, [kind], Namespace())), UNKNOWN]
                known = yield from self.truth(
                    (yield from self.call(Method(leave, manager), given, {}, node, frame)), node, frame
                )
                frame.unsure = frame.unsure or (caught is not None and known is None)
                caught = caught if known is False else None
        if caught is not None and caught.item is not None and caught.frame is not None:
            yield from self.run_import(caught.item, caught.frame)  # now nothing takes what it raises
        elif caught is not None:
            raise caught

    def enter(self, manager: Value, node: Node, frame: Frame) -> Steps:
        if isinstance(manager, Instance) and (hook := self.method_of(manager.of, "__enter__")) is not None:
            return (yield from self.call(Method(hook, manager), [], {}, node, frame))
        if isinstance(manager, Method) and manager.pending:
            yield from self.run_pending(manager, node, frame)
        return UNKNOWN


def _takes(manager: Value | None) -> tuple[str, ...] | None:
    """The names of errors that may end at a manager: of an `__exit__` all of them (None) or none, of a generator those
    that the `try` around its `yield` catches.
    """
    if isinstance(manager, FunctionValue):
        given = [each[3] for each in program.walk(manager.node[5]) if each[0] == "Return"]
        return None if any(each and not (each[0] == "Constant" and not each[3]) for each in given) else ()
    if isinstance(manager, Method) and manager.pending and manager.function.how == "context":
        return tuple(_around_yield(manager.function.node[5]))
    return ()


def _around_yield(body: Iterable[Node]) -> Iterator[str]:
    for node in body:
        if not any(each[0] == "Yield" for each in program.walk(node)):
            continue
        if node[0] == "Try" and any(each[0] == "Yield" for each in program.walk(node[3])):
            for handler in node[4]:
                if not any(each[0] == "Raise" for each in handler[3]):
                    yield from ["BaseException"] if handler[1] is None else handler[1]
        elif node[0] == "With":
            yield from (error for item in node[3] for error in item[2])
        for inner in blocks_of(node):
            yield from _around_yield(inner)
