"""What a Worker's start executes of the project's code, followed as far as it is certain: expressions."""

from __future__ import annotations

import builtins
import operator
from typing import TYPE_CHECKING

from edgewheel.runtime.values import (
    UNKNOWN,
    Bound,
    ClassValue,
    Constant,
    Event,
    External,
    Frame,
    FunctionValue,
    Instance,
    Items,
    Later,
    Made,
    ModuleValue,
    Namespace,
    Raised,
    Value,
    is_true,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from typing import Any

    from edgewheel.runtime.reach import Reach, Task
    from edgewheel.sources.records import Import, Node

    Steps = Generator[Task, str, Any]

#: What `os.environ` has on Workers. facts: acceptance 3
ENVIRONMENT = frozenset(("HOME", "PATH", "PWD", "USER", "LOGNAME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "_"))
_BUILTINS = frozenset(dir(builtins))
_STEPS = 400_000


class Expressions:
    """Expressions of the project's modules, and the calls in them."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self.spaces: dict[str, Namespace] = {}
        self.replaying: set[str] = set()
        self.events: list[Event] = []
        #: the errors that are being handled, and those that the `try`s around expect
        self.handled: list[Raised] = []
        self.expected: list[list[Any]] = []
        #: the call at the top level of the module that is being imported
        self.outer: Node = None
        self.depth = 0
        self.running: list[tuple[str, int, int]] = []
        self.steps = 0
        self._bound: dict[tuple[str, int, int], frozenset[str]] = {}

    # what Start has

    def block(self, body: Iterable[Node], frame: Frame) -> Steps:
        raise NotImplementedError

    def replay(self, name: str) -> Steps:
        raise NotImplementedError

    def imports(self, node: Node, written: str, frame: Frame) -> Steps:
        raise NotImplementedError

    def perhaps_bound(self, name: str, frame: Frame) -> None:
        raise NotImplementedError

    def is_spent(self) -> bool:
        """Whether enough has been followed."""
        return self.steps > _STEPS

    # what the classes below have

    def call(
        self, target: Value, arguments: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> Steps:
        raise NotImplementedError

    def listed(self, value: Value, node: Node, frame: Frame) -> Steps:
        raise NotImplementedError

    def run_pending(self, pending: Bound, node: Node, frame: Frame) -> Steps:
        raise NotImplementedError

    def target(self, item: Import, module: str) -> str:
        raise NotImplementedError

    def note(
        self,
        name: str,
        node: Node,
        frame: Frame,
        arguments: list[Value],
        keywords: dict[str, Value],
        *,
        kind: str = "call",
        of: ClassValue | None = None,
    ) -> None:
        raise NotImplementedError

    def external(
        self, name: str, arguments: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> Steps:
        raise NotImplementedError

    # names

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
            if isinstance(owner, (Instance, ClassValue)):
                owner.space.bind(target[4], value)
            elif isinstance(owner, ModuleValue) and owner.name in self.spaces:
                self.spaces[owner.name].bind(target[4], value, target)
        elif kind == "Subscript":
            owner = yield from self.force((yield from self.value(target[3], frame)))
            key = yield from self.value(target[4], frame)
            self._set_item(owner, key, value)

    def _set_item(self, owner: Value, key: Value, value: Value) -> None:
        if isinstance(owner, Items) and owner.kind == "Dict":
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

    def lookup(self, name: str, frame: Frame) -> Value:
        spaces = [frame.declared[name]] if name in frame.declared else [frame.own, *frame.around]
        module = self.spaces.get(frame.module)
        for space in (*spaces, *([module] if module is not None else [])):
            if name in space.names:
                return space.names[name]
            if name in space.maybe:
                return UNKNOWN
            if space is frame.own and name in frame.locals:
                raise Raised("UnboundLocalError", node=("Name", frame.line, 0, name), module=frame.module)
        special = self._special(name, frame.module)
        if special is not None:
            return special
        return External(f"builtins.{name}") if name in _BUILTINS else UNKNOWN

    def _special(self, name: str, module: str) -> Value | None:
        spec = self.reach.graph.specs.get(module)
        package = module if spec is not None and spec.kind == "package" else module.rpartition(".")[0]
        texts = {"__name__": module, "__package__": package}
        if name in texts:
            return Constant(texts[name])
        if name == "__file__" and spec is not None:
            return Constant(f"/session/metadata/{spec.file}")
        return None

    # values

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
            hook = self.method_of(owner.of, "__getitem__")
            if hook is not None:
                return (yield from self.call(Bound(hook, owner), [key], {}, node, frame))
        if isinstance(owner, ClassValue):
            hook = self.method_of(owner, "__class_getitem__")
            if hook is not None:
                return (yield from self.call(Bound(hook, owner), [key], {}, node, frame))
            return owner
        return UNKNOWN

    def _of_external(self, owner: External, key: Value, node: Node, frame: Frame) -> Value:
        if owner.name == "sys.modules" and isinstance(key, Constant):
            return ModuleValue(str(key.value)) if key.value in self.reach.graph.specs else UNKNOWN
        if owner.name in {"os.environ", "sys.argv"}:
            known = isinstance(key, Constant)
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
    of_Set = of_List

    def of_Dict(self, node: Node, frame: Frame) -> Steps:
        keys, items, sure = [], [], True
        for key, each in zip(node[3], node[4], strict=True):
            keys.append((yield from self.value(key, frame)) if key else UNKNOWN)
            sure = sure and bool(key)
            items.append((yield from self.value(each, frame)))
        return Items("Dict", items, keys) if sure else UNKNOWN

    def of_JoinedStr(self, node: Node, frame: Frame) -> Steps:
        parts = []
        for each in node[3]:
            value = yield from self.value(each[3] if each[0] == "FormattedValue" else each, frame)
            parts.append((yield from self.force(value)))
        if all(isinstance(each, Constant) for each in parts):
            return Constant("".join(str(each.value) for each in parts))
        return UNKNOWN

    def of_BinOp(self, node: Node, frame: Frame) -> Steps:
        left = yield from self.force((yield from self.value(node[3], frame)))
        right = yield from self.force((yield from self.value(node[5], frame)))
        if node[4] == "Add" and isinstance(left, Items) and isinstance(right, Items) and left.kind == right.kind:
            return Items(left.kind, [*left.items, *right.items])
        if isinstance(left, Constant) and isinstance(right, Constant):
            return _computed(node[4], left.value, right.value)
        return UNKNOWN

    def of_BoolOp(self, node: Node, frame: Frame) -> Steps:
        found: Value = UNKNOWN
        for at, each in enumerate(node[4]):
            found = yield from self.force((yield from self.value(each, frame)))
            known = is_true(found)
            if known is None:
                return UNKNOWN  # what comes after may run or not
            if known is (node[3] == "Or") or at == len(node[4]) - 1:
                return found
        return found

    def of_UnaryOp(self, node: Node, frame: Frame) -> Steps:
        value = yield from self.force((yield from self.value(node[4], frame)))
        known = is_true(value)
        if node[3] == "Not":
            return UNKNOWN if known is None else Constant(not known)
        if node[3] == "USub" and isinstance(value, Constant) and isinstance(value.value, int):
            return Constant(-value.value)
        return UNKNOWN

    def of_Compare(self, node: Node, frame: Frame) -> Steps:
        left = yield from self.force((yield from self.value(node[3], frame)))
        values = []
        for each in node[5]:
            values.append((yield from self.force((yield from self.value(each, frame)))))
        return _compared(left, node[4][0], values[0]) if len(values) == 1 else UNKNOWN

    def of_IfExp(self, node: Node, frame: Frame) -> Steps:
        known = is_true((yield from self.force((yield from self.value(node[3], frame)))))
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
        if isinstance(value, Bound) and value.pending:
            return (yield from self.run_pending(value, node, frame))
        return UNKNOWN

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
        return Bound(FunctionValue(frame.module, made, (frame.own, *frame.around)), None, pending=True)

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
                kept = kept and is_true((yield from self.force((yield from self.value(test, frame)))))
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

    # attributes

    def force(self, value: Value) -> Steps:
        """A value itself, where it is one that is looked up when it is used."""
        rounds = 0
        while isinstance(value, Later) and rounds < 20:
            value = yield from self._of_module(value.module, value.name)
            rounds += 1
        return value if not isinstance(value, Later) else UNKNOWN

    def space(self, name: str) -> Steps:
        """The names of a module of the project that has been imported; None for any other."""
        spec = self.reach.graph.specs.get(name)
        if spec is None or not spec.file.endswith(".py") or self.reach.resolver.tree.is_vendored(spec.file):
            return None
        if name not in self.spaces:
            yield from self.replay(name)
        return self.spaces[name]

    def _of_module(self, module: str, name: str) -> Steps:
        space = yield from self.space(module)
        if space is None:
            spec = self.reach.graph.specs.get(f"{module}.{name}")
            if spec is not None:
                return ModuleValue(f"{module}.{name}")
            known = self.reach.graph.specs.get(module)
            return UNKNOWN if known is not None and known.kind == "namespace" else External(f"{module}.{name}")
        if name in space.names:
            found = space.names[name]
            if found == Later(module, name):  # `from . import x` in the package itself
                return ModuleValue(f"{module}.{name}") if f"{module}.{name}" in self.reach.graph.specs else UNKNOWN
            return found
        if f"{module}.{name}" in self.reach.graph.specs:
            return ModuleValue(f"{module}.{name}")
        special = self._special(name, module)
        if special is not None:
            return special
        hook = space.names.get("__getattr__")
        if isinstance(hook, FunctionValue):
            frame = Frame(module, space)
            return (yield from self.call(hook, [Constant(name)], {}, hook.node, frame))
        return UNKNOWN

    def attribute(self, owner: Value, name: str, node: Node, frame: Frame) -> Steps:
        owner = yield from self.force(owner)
        if isinstance(owner, ModuleValue):
            return (yield from self._module_attribute(owner.name, name, node, frame))
        if isinstance(owner, External):
            return External(f"{owner.name}.{name}")
        if isinstance(owner, ClassValue):
            return self._class_attribute(owner, name)
        if isinstance(owner, Instance) and owner.of.name == "globals()":
            owner.space.dynamic = owner.space.dynamic or name not in {"get", "keys", "items", "values"}
            return UNKNOWN
        if isinstance(owner, Instance):
            return (yield from self._instance_attribute(owner, name, node, frame))
        return UNKNOWN

    def _module_attribute(self, module: str, name: str, node: Node, frame: Frame) -> Steps:
        space = yield from self.space(module)
        if name == "__dict__" and space is not None:
            return Instance(ClassValue(module, "globals()", [], Namespace()), space)
        found = yield from self._of_module(module, name)
        lacks = (
            found is UNKNOWN
            and space is not None
            and space.done
            and not space.dynamic
            and name not in space.names
            and name not in space.maybe
            and not (name.startswith("__") and name.endswith("__"))
        )
        if lacks:
            raise Raised("AttributeError", node=node, module=frame.module)
        return found

    def _class_attribute(self, owner: ClassValue, name: str) -> Value:
        if name == "__name__":
            return Constant(owner.name)
        for each in owner.order():
            if isinstance(each, ClassValue) and name in each.space.names:
                found = each.space.names[name]
                if isinstance(found, FunctionValue):
                    return Bound(found, owner) if found.how == "class" else found
                return found
        return UNKNOWN

    def _instance_attribute(self, owner: Instance, name: str, node: Node, frame: Frame) -> Steps:
        if name in owner.space.names:
            return owner.space.names[name]
        if name == "__class__":
            return owner.of
        for each in owner.of.order():
            if isinstance(each, ClassValue) and name in each.space.names:
                found = each.space.names[name]
                if not isinstance(found, FunctionValue):
                    return found
                if found.how == "property":
                    return (yield from self.call(Bound(found, owner), [], {}, node, frame))
                return found if found.how == "static" else Bound(found, owner.of if found.how == "class" else owner)
        hook = self.method_of(owner.of, "__getattr__")
        if hook is not None:
            return (yield from self.call(Bound(hook, owner), [Constant(name)], {}, node, frame))
        return UNKNOWN

    def method_of(self, owner: ClassValue, name: str) -> FunctionValue | None:
        """A method that the project defines."""
        for each in owner.order():
            if isinstance(each, ClassValue) and name in each.space.names:
                found = each.space.names[name]
                return found if isinstance(found, FunctionValue) else None
        return None


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


def _compared(left: Value, how: str, right: Value) -> Value:
    if how in {"Is", "IsNot"} and Constant(None) in {left, right} and UNKNOWN not in {left, right}:
        if any(isinstance(each, (External, Made)) for each in (left, right)):
            return UNKNOWN
        return Constant((left == right) == (how == "Is"))
    if how in {"In", "NotIn"} and isinstance(left, Constant) and isinstance(right, Items):
        items = right.keys if right.kind == "Dict" else right.items
        if all(isinstance(each, Constant) for each in items):
            return Constant((left in items) == (how == "In"))
    if not isinstance(left, Constant) or not isinstance(right, Constant):
        return UNKNOWN
    try:
        return Constant(_COMPARED[how](left.value, right.value))
    except TypeError:
        return UNKNOWN
