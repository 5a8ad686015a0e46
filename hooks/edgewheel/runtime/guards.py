"""What `try` and `with` do while a Worker starts: which errors of the project's code end where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.runtime.definitions import Definitions
from edgewheel.runtime.values import (
    UNKNOWN,
    Constant,
    Frame,
    Instance,
    Method,
    Raised,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from typing import Any

    from edgewheel.runtime.tasks import Task
    from edgewheel.sources.records import Node

    Steps = Generator[Task, str, Any]


class Guards(Definitions):
    """`try` and `with`."""

    def skip(self, body: Iterable[Node], frame: Frame) -> None:
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
        state, count = self.state, len(self.state.guards)
        if errors:
            self.state.guards.append((node[1], errors))
        try:
            yield from self.block(node[4], frame)
        except Raised as error:
            if error.error not in errors:
                raise
        finally:
            self.state = state
            del self.state.guards[count:]
        for manager in reversed(entered):
            if isinstance(manager, Instance) and (leave := self.method_of(manager.of, "__exit__")) is not None:
                yield from self.call(Method(leave, manager), [Constant(None)] * 3, {}, node, frame)

    def enter(self, manager: Value, node: Node, frame: Frame) -> Steps:
        if isinstance(manager, Instance) and (hook := self.method_of(manager.of, "__enter__")) is not None:
            return (yield from self.call(Method(hook, manager), [], {}, node, frame))
        if isinstance(manager, Method) and manager.pending:
            yield from self.run_pending(manager, node, frame)
        return UNKNOWN
