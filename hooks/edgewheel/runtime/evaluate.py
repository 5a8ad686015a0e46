"""Expressions of the project's code while a Worker starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.runtime.operators import Operators
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
    Raised,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from edgewheel.runtime.tasks import Task
    from edgewheel.sources.records import Node

    Steps = Generator[Task, str, Any]

#: What `os.environ` has on Workers. facts: acceptance 3
ENVIRONMENT = frozenset(("HOME", "PATH", "PWD", "USER", "LOGNAME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "_"))


class Expressions(Operators):
    """What expressions come to; what they call is called."""

    def value(self, node: Node, frame: Frame) -> Steps:
        """What an expression comes to; what it calls is called."""
        if not node:
            return UNKNOWN
        kind = node[0]
        self.steps += 1
        frame.line = node[1] or frame.line
        if kind == "Constant":
            return Constant(node[3])
        if kind == "Name":
            return self.lookup(node[3], frame)
        method = getattr(self, f"of_{kind}", None)
        if method is not None:
            return (yield from method(node, frame))
        for each in node[3:]:
            if isinstance(each, (tuple, list)) and each:
                for inner in [each] if isinstance(each[0], str) else each:
                    if isinstance(inner, (tuple, list)) and inner and isinstance(inner[0], str):
                        yield from self.value(inner, frame)
        return UNKNOWN

    def of_Attribute(self, node: Node, frame: Frame) -> Steps:
        owner = yield from self.value(node[3], frame)
        return (yield from self.attribute(owner, node[4], node, frame))

    def of_Subscript(self, node: Node, frame: Frame) -> Steps:
        owner = yield from self.force((yield from self.value(node[3], frame)))
        if isinstance(owner, Items) and node[4][0] == "Slice" and owner.kind in {"List", "Tuple"}:
            ends = []
            for each in node[4][3:6]:
                ends.append((yield from self.value(each, frame)) if each else Constant(None))
            numbers = [each.value for each in ends if isinstance(each, Constant)]
            plain = len(numbers) == 3 and all(each is None or isinstance(each, int) for each in numbers)
            return Items(owner.kind, owner.items[slice(*numbers)]) if plain and numbers[2] != 0 else UNKNOWN
        key = yield from self.value(node[4], frame)
        if isinstance(owner, Items) and isinstance(key, Constant):
            if owner.kind == "Dict":
                for at in range(len(owner.keys) - 1, -1, -1):
                    if owner.keys[at] == key:
                        return owner.items[at]
            elif isinstance(key.value, int) and -len(owner.items) <= key.value < len(owner.items):
                return owner.items[key.value]
            return UNKNOWN
        if isinstance(owner, External):
            return self._of_external(owner, key, node, frame)
        if isinstance(owner, Instance):
            if owner.of.name == "globals()" and isinstance(key, Constant):
                return owner.space.names.get(str(key.value), UNKNOWN)
            return (yield from self.hooked(owner, ("__getitem__",), [key], node, frame)) or UNKNOWN
        if isinstance(owner, ClassValue):
            hook = self.method_of(owner, "__class_getitem__")
            if hook is not None:
                return (yield from self.call(Method(hook, owner), [key], {}, node, frame))
            return owner
        return UNKNOWN

    def _of_external(self, owner: External, key: Value, node: Node, frame: Frame) -> Value:
        if owner.name == "sys.modules" and isinstance(key, Constant):
            return ModuleValue(str(key.value)) if key.value in self.reach.graph.specs else UNKNOWN
        if owner.name in {"os.environ", "sys.argv"}:
            known = isinstance(key, Constant)
            if owner.name == "os.environ" and not self.environment.isdisjoint({"*", str(getattr(key, "value", "*"))}):
                return UNKNOWN
            if known and (owner.name == "os.environ" and str(key.value) in ENVIRONMENT):  # type: ignore[attr-defined]
                return UNKNOWN
            if known and owner.name == "sys.argv" and key.value == 0:  # type: ignore[attr-defined]
                return UNKNOWN
            self.note(owner.name, node, frame, [key], {}, kind="item")
            if known:
                raise Raised("KeyError" if owner.name == "os.environ" else "IndexError", node=node, module=frame.module)
        return (
            External(owner.name)
            if owner.name[:1].isupper() or owner.name.startswith(("typing.", "builtins."))
            else UNKNOWN
        )

    def of_List(self, node: Node, frame: Frame) -> Steps:
        items: list[Value] = []
        sure = True
        for each in node[3]:
            value = yield from self.value(each[3] if each[0] == "Starred" else each, frame)
            if each[0] != "Starred":
                items.append(value)
                continue
            inner = yield from self.listed((yield from self.force(value)), node, frame)
            items += inner or ()
            sure = sure and inner is not None
        return Items(node[0], items) if sure else UNKNOWN

    of_Tuple = of_List

    def of_Set(self, node: Node, frame: Frame) -> Steps:
        found = yield from self.of_List(node, frame)
        for each in found.items if isinstance(found, Items) else ():
            yield from self.hooked(each, ("__hash__",), [], node, frame)
        return found

    def of_Dict(self, node: Node, frame: Frame) -> Steps:
        keys, items, sure = [], [], True
        for key, each in zip(node[3], node[4], strict=True):
            keys.append((yield from self.value(key, frame)) if key else UNKNOWN)
            yield from self.hooked(keys[-1], ("__hash__",), [], node, frame)
            sure = sure and bool(key)
            items.append((yield from self.value(each, frame)))
        return Items("Dict", items, keys) if sure else UNKNOWN

    def of_JoinedStr(self, node: Node, frame: Frame) -> Steps:
        parts = []
        for each in node[3]:
            value = yield from self.value(each[3] if each[0] == "FormattedValue" else each, frame)
            value = yield from self.force(value)
            if each[0] == "FormattedValue":
                names = ("__repr__",) if each[4] == 114 else ("__format__", "__str__", "__repr__")[each[4] == 115 :]
                value = (yield from self.hooked(value, names, [Constant("")], each, frame)) or value
            parts.append(value)
        if all(isinstance(each, Constant) for each in parts):
            return Constant("".join(str(each.value) for each in parts))
        return UNKNOWN

    def of_BoolOp(self, node: Node, frame: Frame) -> Steps:
        found: Value = UNKNOWN
        for at, each in enumerate(node[4]):
            found = yield from self.force((yield from self.value(each, frame)))
            known = yield from self.truth(found, each, frame)
            if known is None:
                return UNKNOWN  # what comes after may run or not
            if known is (node[3] == "Or") or at == len(node[4]) - 1:
                return found
        return found

    def of_IfExp(self, node: Node, frame: Frame) -> Steps:
        known = yield from self.truth((yield from self.value(node[3], frame)), node, frame)
        if known is None:
            return UNKNOWN
        return (yield from self.value(node[4] if known else node[5], frame))

    def of_NamedExpr(self, node: Node, frame: Frame) -> Steps:
        value = yield from self.value(node[4], frame)
        holder = frame
        while holder.outside is not None:
            holder = holder.outside
        yield from self.assign(node[3], value, holder)
        return value

    def of_Lambda(self, node: Node, frame: Frame) -> Steps:
        defaults = []
        for each in node[3][5]:
            defaults.append((yield from self.value(each, frame)))
        body = (("Return", node[1], node[2], node[4]),)
        made = ("FunctionDef", node[1], node[2], "<lambda>", node[3], body, (), node[1])
        return FunctionValue(frame.module, made, (frame.own, *frame.around), defaults)

    def of_Await(self, node: Node, frame: Frame) -> Steps:
        value = yield from self.force((yield from self.value(node[3], frame)))
        if isinstance(value, Method) and value.pending:
            return (yield from self.run_pending(value, node, frame))
        return UNKNOWN
