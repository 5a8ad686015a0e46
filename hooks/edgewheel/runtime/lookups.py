"""Names and attributes while a Worker starts: what is known of their values."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from edgewheel.runtime.values import (
    UNKNOWN,
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
    Method,
    ModuleValue,
    Namespace,
    Raised,
    State,
    Value,
)
from edgewheel.sources import conditions

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from typing import Any

    from edgewheel.runtime.reach import Reach
    from edgewheel.runtime.tasks import Task
    from edgewheel.sources.records import Import, Node

    Steps = Generator[Task, str, Any]

_BUILTINS = frozenset(dir(builtins))
_STEPS = 400_000


class Lookups:
    """Assignments and look-ups."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self.version = Items("Tuple", [Constant(each) for each in (*reach.python, 99)])
        self.spaces: dict[str, Namespace] = {}
        self.replaying: set[str] = set()
        #: modules of which the rest may not be reached
        self.doubtful: set[str] = set()
        self.state = State([], [])
        #: what the project's code puts into `os.environ`, `*` for names that are not known
        self.environment: set[str] = set()
        #: (module, line, column, name) of the imports that were executed, and of those that may be
        self.executed: set[tuple[str, int, int, str]] = set()
        self.perhaps: set[tuple[str, int, int]] = set()
        self._items: dict[str, dict[tuple[int, int], list[Import]]] = {}
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

    def block(self, body: Iterable[Node], frame: Frame) -> Steps:
        raise NotImplementedError

    def replay(self, name: str) -> Steps:
        raise NotImplementedError

    def imports(self, node: Node, written: str, frame: Frame) -> Steps:
        raise NotImplementedError

    def perhaps_bound(self, name: str, frame: Frame) -> None:
        raise NotImplementedError

    def call(
        self, target: Value, arguments: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> Steps:
        raise NotImplementedError

    def listed(self, value: Value, node: Node, frame: Frame) -> Steps:
        raise NotImplementedError

    def run_pending(self, pending: Method, node: Node, frame: Frame) -> Steps:
        raise NotImplementedError

    def target(self, item: Import, module: str) -> str:
        raise NotImplementedError

    def class_made(self, made: ClassValue, keywords: dict[str | None, Value], node: Node, frame: Frame) -> Steps:
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

    def value(self, node: Node, frame: Frame) -> Steps:
        raise NotImplementedError

    def is_spent(self) -> bool:
        """Whether enough has been followed."""
        return self.steps > _STEPS

    def assign(self, target: Node, value: Value, frame: Frame) -> Steps:
        raise NotImplementedError

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
            return UNKNOWN if known is not None and known.kind == "namespace" else self._outside(f"{module}.{name}")
        if name in space.names:
            found = space.names[name]
            if found == Later(module, name):  # `from . import x` in the package itself
                return ModuleValue(f"{module}.{name}") if f"{module}.{name}" in self.reach.graph.specs else UNKNOWN
            return found
        inner = f"{module}.{name}"
        if self.reach.graph.state.get(inner) == "" and inner not in self.reach.unfinished:
            return ModuleValue(inner)
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
            return self._outside(f"{owner.name}.{name}")
        if isinstance(owner, Items) and owner is self.version and name in {"major", "minor"}:
            return owner.items[name == "minor"]
        if isinstance(owner, Constant) and not hasattr(owner.value, name):
            raise Raised("AttributeError", node=node, module=frame.module)
        if isinstance(owner, Made):
            return External(f"{owner.name}().{name}")
        if isinstance(owner, ClassValue):
            return (yield from self._class_attribute(owner, name, node, frame))
        if isinstance(owner, FunctionValue) and name in {"__name__", "__module__"}:
            return Constant(owner.node[3] if name == "__name__" else owner.module)
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

    def _class_attribute(self, owner: ClassValue, name: str, node: Node, frame: Frame) -> Steps:
        if name == "__name__":
            return Constant(owner.name)
        meta = owner.space.names.get("__metaclass__")
        for each in (*owner.order(), *([meta] if isinstance(meta, ClassValue) else [])):
            if isinstance(each, ClassValue) and name in each.space.names:
                found = each.space.names[name]
                if isinstance(found, FunctionValue):
                    return Method(found, owner) if found.how == "class" or each is meta else found
                return (yield from self._described(found, [Constant(None), owner], node, frame))
        return UNKNOWN

    def _described(self, found: Value, arguments: list[Value], node: Node, frame: Frame) -> Steps:
        """A value of a class, or what its `__get__` gives."""
        hook = self.method_of(found.of, "__get__") if isinstance(found, Instance) else None
        return found if hook is None else (yield from self.call(Method(hook, found), arguments, {}, node, frame))

    def _instance_attribute(self, owner: Instance, name: str, node: Node, frame: Frame) -> Steps:
        first = self.method_of(owner.of, "__getattribute__")
        if first is not None and first.node[1] not in {place[1] for place in self.running if place[0] == first.module}:
            return (yield from self.call(Method(first, owner), [Constant(name)], {}, node, frame))
        if name in owner.space.names:
            return owner.space.names[name]
        if name == "__class__":
            return owner.of
        for each in owner.of.order():
            if isinstance(each, ClassValue) and name in each.space.names:
                found = each.space.names[name]
                if not isinstance(found, FunctionValue):
                    return (yield from self._described(found, [owner, owner.of], node, frame))
                if found.how == "property":
                    return (yield from self.call(Method(found, owner), [], {}, node, frame))
                return found if found.how == "static" else Method(found, owner.of if found.how == "class" else owner)
        hook = self.method_of(owner.of, "__getattr__")
        if hook is not None:
            return (yield from self.call(Method(hook, owner), [Constant(name)], {}, node, frame))
        return UNKNOWN

    def method_of(self, owner: ClassValue, name: str) -> FunctionValue | None:
        """A method that the project defines."""
        for each in owner.order():
            if isinstance(each, ClassValue) and name in each.space.names:
                found = each.space.names[name]
                return found if isinstance(found, FunctionValue) else None
        return None

    def _outside(self, name: str) -> Value:
        """What is not the project's, by its dotted name: the few values that are known of every Worker, too."""
        if name == "sys.version_info":
            return self.version
        return Constant(conditions.VALUES[name]) if name in conditions.VALUES else External(name)
