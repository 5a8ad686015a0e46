"""Statements of the project's code while a Worker starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.runtime.binding import blocks_of, bound_by, captured, fits, leaves, returns, targets
from edgewheel.runtime.guards import Guards
from edgewheel.runtime.values import (
    UNKNOWN,
    Break,
    ClassValue,
    Constant,
    Continue,
    External,
    Frame,
    Instance,
    Made,
    Namespace,
    Raised,
    Return,
)
from edgewheel.sources import conditions, program

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from typing import Any

    from edgewheel.runtime.tasks import Task
    from edgewheel.sources.records import Node

    Steps = Generator[Task, str, Any]

#: Rounds of a loop that are followed.
_ROUNDS = 200


class Statements(Guards):
    """Statements in order, as far as it is certain that they run."""

    def block(self, body: Iterable[Node], frame: Frame) -> Steps:
        for node in body:
            if frame.unsure or self.is_spent() or frame.module in self.doubtful:
                self.skip([node], frame)
                continue
            method = getattr(self, f"do_{node[0]}", None)
            if method is None:
                for each in node[3:]:
                    if isinstance(each, (tuple, list)) and each and isinstance(each[0], str):
                        yield from self.value(each, frame)
            else:
                steps = method(node, frame)
                if steps is not None:
                    yield from steps

    def skip(self, body: Iterable[Node], frame: Frame) -> None:
        """What statements bind may be bound, and what they import may be imported."""
        for node in body:
            kind = node[0]
            if kind in {"FunctionDef", "AsyncFunctionDef", "ClassDef"}:
                self.perhaps_bound(node[3], frame)
                if kind == "ClassDef":
                    self._note_imports(node[6], frame)
                continue
            if kind in {"Import", "ImportFrom"}:
                self.perhaps.add((frame.module, node[1], node[2]))
                for alias in node[3] if kind == "Import" else node[4]:
                    if alias[3] == "*":
                        frame.own.dynamic = True
                    else:
                        self.perhaps_bound(alias[4] or alias[3].partition(".")[0], frame)
                continue
            for inner in blocks_of(node):
                self.skip(inner, frame)
            for name in bound_by(node):
                self.perhaps_bound(name, frame)
            self._note_calls(node, frame)

    def _note_imports(self, body: Iterable[Node], frame: Frame) -> None:
        self.skip(body, Frame(frame.module, Namespace()))

    def _note_calls(self, node: Node, frame: Frame) -> None:
        """Calls that import by name, and functions that make a module's names unknowable."""
        for each in program.walk(node):
            if each[0] == "Call":
                self.perhaps.add((frame.module, each[1], each[2]))
                if program.dotted(each[3]) in {"exec", "eval", "globals", "vars", "locals", "setattr"}:
                    self.spaces.get(frame.module, frame.own).dynamic = True

    def perhaps_bound(self, name: str, frame: Frame) -> None:
        frame.declared.get(name, frame.own).perhaps(name)

    def do_Assign(self, node: Node, frame: Frame) -> Steps:
        value = yield from self.value(node[4], frame)
        for target in node[3]:
            yield from self.assign(target, value, frame)

    def do_AnnAssign(self, node: Node, frame: Frame) -> Steps:
        if node[4]:
            value = yield from self.value(node[4], frame)
            yield from self.assign(node[3], value, frame)
        if frame.own is self.spaces.get(frame.module) or (frame.owner is not None and frame.own is frame.owner.space):
            yield from self.annotations(node[5], frame)

    def do_TypeAlias(self, node: Node, frame: Frame) -> Steps:
        yield from self.assign(node[3], UNKNOWN, frame)  # its value is computed when it is asked for

    def do_Expr(self, node: Node, frame: Frame) -> Steps:
        yield from self.value(node[3], frame)

    def do_Delete(self, node: Node, frame: Frame) -> Steps:
        for target in node[3]:
            if target[0] in {"Subscript", "Attribute"}:
                owner = yield from self.force((yield from self.value(target[3], frame)))
                given = (yield from self.value(target[4], frame)) if target[0] == "Subscript" else Constant(target[4])
                name = "__delitem__" if target[0] == "Subscript" else "__delattr__"
                yield from self.hooked(owner, (name,), [given], node, frame)
            if target[0] == "Name":
                space = frame.declared.get(target[3], frame.own)
                space.names.pop(target[3], None)
                space.maybe.discard(target[3])

    def do_Global(self, node: Node, frame: Frame) -> None:
        for name in node[3]:
            frame.declared[name] = self.spaces.get(frame.module, frame.own)

    def do_Nonlocal(self, node: Node, frame: Frame) -> None:
        for name in node[3]:
            frame.declared[name] = next((each for each in frame.around if name in each.names), frame.own)

    def do_Return(self, node: Node, frame: Frame) -> Steps:
        value = (yield from self.value(node[3], frame)) if node[3] else Constant(None)
        raise Return(value)

    def do_Raise(self, node: Node, frame: Frame) -> Steps:
        raised = node[3]
        if not raised:
            raise self.handled[-1] if self.handled else Raised("RuntimeError", node=node, module=frame.module)
        value = yield from self.force((yield from self.value(raised, frame)))
        named = program.dotted(raised[3] if raised[0] == "Call" else raised).rpartition(".")[2]
        parents: tuple[str, ...] = ()
        of = value.of if isinstance(value, Instance) else value
        if isinstance(of, ClassValue):
            named = of.name
            parents = tuple(
                each.name.rpartition(".")[2] for each in of.order() if isinstance(each, (ClassValue, External))
            )
        elif isinstance(of, (External, Made)):
            named = of.name.rpartition(".")[2]
        raise Raised(named or "Exception", parents=parents, node=node, module=frame.module)

    def do_Break(self, _: Node, __: Frame) -> None:
        raise Break

    def do_Continue(self, _: Node, __: Frame) -> None:
        raise Continue

    def do_Pass(self, _: Node, __: Frame) -> None:
        return

    def do_Assert(self, node: Node, frame: Frame) -> Steps:
        value = yield from self.value(node[3], frame)
        if (yield from self.truth(value, node, frame)) is False:
            raise Raised("AssertionError", node=node, module=frame.module)

    def do_If(self, node: Node, frame: Frame) -> Steps:
        known = conditions.evaluate(_tuples(node[4]), self.reach.python, self.reach.resolver.finds)
        value = yield from self.value(node[3], frame)
        if known is None:
            known = yield from self.truth(value, node, frame)
        if known is None:
            self.branches(node[5:7], frame)
        else:
            yield from self.block(node[5] if known else node[6], frame)

    def branches(self, blocks: Iterable[Iterable[Node]], frame: Frame) -> None:
        """Blocks of which one may run, or none."""
        for body in blocks:
            self.skip(body, frame)
            if leaves(body):
                frame.unsure = True

    def do_For(self, node: Node, frame: Frame) -> Steps:
        target, iterated, body, orelse = node[3:7]
        value = yield from self.force((yield from self.value(iterated, frame)))
        items = yield from self.listed(value, node, frame)
        if items is None or len(items) > _ROUNDS:
            for name in targets(target):
                self.perhaps_bound(name, frame)
            self.skip(body, frame)
            self.skip(orelse, frame)
            frame.unsure = frame.unsure or returns(body)
            return
        unsure = frame.unsure
        for item in items:
            yield from self.assign(target, item, frame)
            try:
                yield from self.block(body, frame)
            except Continue:
                continue
            except Break:
                frame.unsure = unsure
                return
        frame.unsure = unsure or (frame.unsure and returns(body))
        yield from self.block(orelse, frame)

    do_AsyncFor = do_For

    def do_While(self, node: Node, frame: Frame) -> Steps:
        test, body, orelse = node[3:6]
        for _ in range(_ROUNDS):
            known = yield from self.truth((yield from self.value(test, frame)), node, frame)
            if known is None or frame.unsure:
                break
            if not known:
                yield from self.block(orelse, frame)
                return
            try:
                yield from self.block(body, frame)
            except Continue:
                continue
            except Break:
                return
        self.skip(body, frame)
        self.skip(orelse, frame)
        frame.unsure = returns(body)

    def do_Match(self, node: Node, frame: Frame) -> Steps:
        subject = yield from self.force((yield from self.value(node[3], frame)))
        for at, case in enumerate(node[4]):
            pattern, guard, body = case[3:6]
            taken = fits(pattern, subject)
            if taken and guard:
                taken = yield from self.truth((yield from self.value(guard, frame)), node, frame)
            if taken is None:
                for other in node[4][at:]:
                    for name in captured(other[3]):
                        self.perhaps_bound(name, frame)
                self.branches([other[5] for other in node[4][at:]], frame)
                return
            if taken:
                for name in captured(pattern):
                    self.assign_name(name, subject, node, frame)
                yield from self.block(body, frame)
                return


def _tuples(value: Any) -> tuple[object, ...]:
    return tuple(_tuples(each) if isinstance(each, (list, tuple)) else each for each in value)
