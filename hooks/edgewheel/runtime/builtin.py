"""Calls of Python's built-in functions while a Worker starts: two tables, of what runs code and of what is known."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.runtime.calls import HOW, Calls
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
    Namespace,
    Raised,
    Value,
    is_true,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

    from edgewheel.runtime.tasks import Task
    from edgewheel.sources.records import Node

    Steps = Generator[Task, str, Any]

#: Functions that go through what they are given at once.
_CONSUMING = frozenset(
    ("list", "tuple", "set", "frozenset", "sorted", "dict", "any", "all", "sum", "min", "max", "next")
)
_CODE = (FunctionValue, ClassValue)
#: Functions that give what the method gives; of the others it only decides.
_RETURNING = frozenset(("iter", "next", "abs", "reversed"))
#: Functions that ask an object's class, and the methods that they call: the first that it has.
_ASKING = {
    **{name: (f"__{name}__",) for name in ("repr", "len", "hash", "bytes", "iter", "next", "abs", "reversed", "dir")},
    "str": ("__str__", "__repr__"),
    "print": ("__str__", "__repr__"),
    "bool": ("__bool__", "__len__"),
    "format": ("__format__", "__str__", "__repr__"),
    "int": ("__int__", "__index__"),
    "round": ("__round__",),
}


class OutsideCall(NamedTuple):
    """A call of what is not the project's: its arguments, as far as they are known, and where it stands."""

    name: str
    given: list[Value]
    keywords: dict[str, Value]
    node: Node
    frame: Frame


class Builtins(Calls):
    """The built-in functions that run the project's code, or whose result is known."""

    def builtin(self, name: str, arguments: list[Value], keywords: dict[str, Value], node: Node, frame: Frame) -> Steps:
        """What a call of a built-in function gives."""
        given = []
        for each in arguments:
            given.append((yield from self.force(each)))
        if given and isinstance(given[0], Instance) and name in _ASKING:
            found = yield from self.hooked(given[0], _ASKING[name], [], node, frame)
            if found is not None:
                return found if name in _RETURNING else UNKNOWN
        call = OutsideCall(name, given, keywords, node, frame)
        least, runs = _RUNNING.get(name, (0, None))
        if runs is not None and len(given) >= least:
            return (yield from runs(self, call))
        if name in _KNOWN:
            return _KNOWN[name](given or [UNKNOWN])
        if name in {"exec", "eval"}:
            self.spaces.get(frame.module, frame.own).dynamic = True
        elif name in {"globals", "vars", "locals"}:
            return self._names(call)
        elif name == "setattr" and len(given) == 3:
            self._setattr(given)
            return Constant(None)
        elif name == "open":
            self.note("open", node, frame, given, keywords)
        return External(f"builtins.{name}") if name.endswith(("Error", "Exception", "Warning")) else UNKNOWN

    def _names(self, call: OutsideCall) -> Value:
        """`globals()`, and what is the same at the top level of a module."""
        frame = call.frame
        if call.name != "globals" and (call.given or frame.own is not self.spaces.get(frame.module)):
            return UNKNOWN
        return Instance(
            ClassValue(frame.module, "globals()", [], Namespace()), self.spaces.get(frame.module, frame.own)
        )

    def made_class(self, call: OutsideCall) -> Steps:
        """A class by `type(name, bases, names)`."""
        name, bases, names = call.given[:3]
        if not isinstance(name, Constant) or not isinstance(bases, Items) or not isinstance(names, Items):
            return UNKNOWN
        parents = []
        for each in bases.items:
            parents.append((yield from self.force(each)))
        known = zip(names.keys, names.items, strict=True)
        space = Namespace({str(key.value): each for key, each in known if isinstance(key, Constant)})
        made = ClassValue(call.frame.module, str(name.value), parents, space, call.node)
        yield from self.class_made(made, dict(call.keywords.items()), call.node, call.frame)
        return made

    def dunder_import(self, call: OutsideCall) -> Steps:
        """`__import__("a.b")` is `a`, and `a.b` where names are asked for."""
        given, keywords = call.given, call.keywords
        name = given[0] if given else keywords.get("name", UNKNOWN)
        level = given[4] if len(given) > 4 else keywords.get("level", Constant(0))
        if not isinstance(name, Constant) or not isinstance(name.value, str) or level != Constant(0):
            return UNKNOWN
        yield from self.imports(call.node, name.value, call.frame)
        listed = given[3] if len(given) > 3 else keywords.get("fromlist", Items("List", []))
        whole = is_true(listed)
        if whole is None:
            return UNKNOWN
        return ModuleValue(name.value if whole else name.value.partition(".")[0])

    def getattr(self, call: OutsideCall) -> Steps:
        """`getattr` and `hasattr`."""
        name, given = call.name, call.given
        owner, attribute = given[0], given[1]
        if not isinstance(attribute, Constant) or not isinstance(attribute.value, str):
            return UNKNOWN
        space = (yield from self.space(owner.name)) if isinstance(owner, ModuleValue) else None
        if name == "hasattr" and space is not None and attribute.value in space.names.keys() - space.maybe:
            return Constant(value=True)
        try:
            found = yield from self.attribute(owner, attribute.value, call.node, call.frame)
        except Raised as error:
            if error.error != "AttributeError":
                raise
            if name == "hasattr":
                return Constant(value=False)
            if len(given) < 3:
                raise
            return given[2]
        if name == "hasattr":
            return UNKNOWN if found is UNKNOWN or isinstance(found, External) else Constant(value=True)
        return UNKNOWN if isinstance(found, External) and len(given) > 2 else found

    def _setattr(self, given: list[Value]) -> None:
        owner, name, value = given
        space = self.spaces.get(owner.name) if isinstance(owner, ModuleValue) else None
        if isinstance(owner, (Instance, ClassValue)):
            space = owner.space
        if space is not None:
            if isinstance(name, Constant):
                space.bind(str(name.value), value)
            else:
                space.dynamic = True

    def consumed(self, call: OutsideCall) -> Steps:
        """Functions that go through what they are given at once."""
        name, given, keywords, node, frame = call
        if name == "next" and isinstance(given[0], Method) and given[0].pending:
            yield from self.run_pending(given[0], node, frame)
            return UNKNOWN
        items = yield from self.listed(given[0], node, frame)
        if items is None:
            return UNKNOWN
        if "key" in keywords:
            yield from self.mapped(keywords["key"], [Items("List", items)], node, frame)
        if name in {"list", "tuple", "set"}:
            return Items({"list": "List", "tuple": "Tuple", "set": "Set"}[name], items)
        if name == "sorted" and not keywords and all(isinstance(each, Constant) for each in items):
            try:
                return Items("List", [Constant(each) for each in sorted(each.value for each in items)])
            except TypeError:
                return UNKNOWN
        if name in {"any", "all"}:
            known = [is_true(each) for each in items]
            return UNKNOWN if None in known else Constant((any if name == "any" else all)(known))
        return UNKNOWN

    def lazily(self, call: OutsideCall) -> Steps:
        """`map` and `filter`: the calls are made by what goes through the result."""
        given, node, frame = call.given, call.node, call.frame
        items = yield from self.listed(given[1], node, frame)
        function = given[0]
        if items is None or len(given) > 2 or not isinstance(function, (FunctionValue, Method, ClassValue)):
            return UNKNOWN
        name = ("Name", node[1], node[2], " function")
        calls = tuple(
            ("Call", node[1], node[2], name, (("Name", node[1], node[2], f" {at}"),), (), 0, 0)
            for at in range(len(items))
        )
        body = (("Return", node[1], node[2], ("List", node[1], node[2], calls)),)
        made = ("FunctionDef", node[1], node[2], "<map>", ("arguments", 0, 0, (), (), (), (), None, None), body, (), 0)
        space = Namespace({" function": function, **{f" {at}": item for at, item in enumerate(items)}})
        return Method(FunctionValue(frame.module, made, (space, frame.own, *frame.around)), None, pending=True)

    def mapped(self, function: Value, given: list[Value], node: Node, frame: Frame, *, values: int = 1) -> Steps:
        """A function called with each item, which is the argument behind `values - 1` others."""
        items = yield from self.listed(given[0], node, frame)
        function = yield from self.force(function)
        for item in (items or [])[values - 1 :]:
            yield from self.call(function, [UNKNOWN] * (values - 1) + [item], {}, node, frame)

    def rearranged(self, call: OutsideCall) -> Steps:
        """`zip`, `enumerate` and `reversed` of lists whose items are known."""
        name, given, node, frame = call.name, call.given, call.node, call.frame
        lists = []
        for each in given if name == "zip" else given[:1]:
            lists.append((yield from self.listed(each, node, frame)))
        if any(each is None for each in lists):
            return UNKNOWN
        if name == "reversed":
            return Items("List", lists[0][::-1])
        if name == "enumerate":
            return Items("List", [Items("Tuple", [Constant(at), each]) for at, each in enumerate(lists[0])])
        return Items("List", [Items("Tuple", list(each)) for each in zip(*lists, strict=False)])

    def wrapped(self, call: OutsideCall) -> Steps:
        """`staticmethod`, `classmethod` and `property`: the function itself, called in another way."""
        yield from ()
        if isinstance(call.given[0], FunctionValue):
            call.given[0].how = HOW[f"builtins.{call.name}"]
        return call.given[0]


def _range(given: list[Value]) -> Value:
    numbers = [each.value for each in given if isinstance(each, Constant) and isinstance(each.value, int)]
    if not numbers or len(numbers) < len(given) or (len(numbers) > 2 and not numbers[2]):
        return UNKNOWN
    return Items("List", [Constant(each) for each in range(*numbers[:3])[:201]])


def _length(given: list[Value]) -> Value:
    value = given[0]
    held = value.items if isinstance(value, Items) else value.value if isinstance(value, Constant) else None
    return Constant(len(held)) if isinstance(held, (list, str)) else UNKNOWN


def _converted(to: type[str | int | bool]) -> Callable[[list[Value]], Value]:
    def converted(given: list[Value]) -> Value:
        if len(given) != 1 or not isinstance(given[0], Constant):
            return UNKNOWN
        try:
            return Constant(to(given[0].value))
        except (TypeError, ValueError):
            return UNKNOWN

    return converted


def _is_instance(given: list[Value]) -> Value:
    value = given[0]
    of = value.of.bases[0] if isinstance(value, Instance) and value.of.bases else value
    return _is_kind([of, *given[1:]])


def _is_kind(given: list[Value]) -> Value:
    """Whether one of Python's own error classes is another one, or one of others."""
    if len(given) != 2:
        return UNKNOWN
    value, kinds = given
    found = []
    for each in (value, *(kinds.items if isinstance(kinds, Items) else [kinds])):
        known = getattr(builtins, each.name.removeprefix("builtins."), None) if isinstance(each, External) else None
        if not isinstance(known, type) or not issubclass(known, BaseException):
            return UNKNOWN
        found.append(known)
    return Constant(issubclass(found[0], tuple(found[1:])))


_RUNNING: dict[str, tuple[int, Callable[[Builtins, OutsideCall], Steps]]] = {
    "type": (3, Builtins.made_class),
    "__import__": (0, Builtins.dunder_import),
    **dict.fromkeys(("getattr", "hasattr"), (2, Builtins.getattr)),
    **dict.fromkeys(("staticmethod", "classmethod", "property"), (1, Builtins.wrapped)),
    **dict.fromkeys(_CONSUMING, (1, Builtins.consumed)),
    **dict.fromkeys(("map", "filter"), (2, Builtins.lazily)),
    **dict.fromkeys(("enumerate", "reversed", "zip"), (1, Builtins.rearranged)),
}
_KNOWN: dict[str, Callable[[list[Value]], Value]] = {
    "iter": lambda given: given[0] if len(given) == 1 and isinstance(given[0], (Items, Method)) else UNKNOWN,
    "range": _range,
    "len": _length,
    "str": _converted(str),
    "int": _converted(int),
    "bool": _converted(bool),
    "type": lambda given: given[0].of if len(given) == 1 and isinstance(given[0], Instance) else UNKNOWN,
    "callable": lambda given: Constant(value=True) if isinstance(given[0], _CODE) else UNKNOWN,
    "isinstance": _is_instance,
    "issubclass": _is_kind,
    "print": lambda _: Constant(None),
    **dict.fromkeys(("SystemExit", "exit", "quit"), lambda _: External("builtins.SystemExit")),
}
