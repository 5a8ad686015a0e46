"""Calls of Python's built-in functions while a Worker starts."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

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
    from collections.abc import Generator
    from typing import Any

    from edgewheel.runtime.tasks import Task
    from edgewheel.sources.records import Node

    Steps = Generator[Task, str, Any]

#: Functions that go through what they are given at once.
_CONSUMING = frozenset(
    ("list", "tuple", "set", "frozenset", "sorted", "dict", "any", "all", "sum", "min", "max", "next")
)
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


class Builtins(Calls):
    """The built-in functions that run the project's code, or whose result is known."""

    def _builtin(
        self, name: str, arguments: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> Steps:
        given = []
        for each in arguments:
            given.append((yield from self.force(each)))
        if given and isinstance(given[0], Instance) and name in _ASKING:
            found = yield from self.hooked(given[0], _ASKING[name], [], node, frame)
            if found is not None:
                return found if name in {"iter", "next", "abs", "reversed"} else UNKNOWN
        if name == "iter" and len(given) == 1:
            return given[0] if isinstance(given[0], (Items, Method)) else UNKNOWN
        if name == "type" and len(given) == 3:
            return (yield from self._made_class(given, keywords, node, frame))
        if name in {"exec", "eval"}:
            self.spaces.get(frame.module, frame.own).dynamic = True
            return UNKNOWN
        if name == "globals" or (
            name in {"vars", "locals"} and not given and frame.own is self.spaces.get(frame.module)
        ):
            return Instance(
                ClassValue(frame.module, "globals()", [], Namespace()), self.spaces.get(frame.module, frame.own)
            )
        if name == "__import__":
            return (yield from self._dunder_import(given, keywords, node, frame))
        if name in {"getattr", "hasattr"} and len(given) >= 2:
            return (yield from self._getattr(name, given, node, frame))
        if name == "setattr" and len(given) == 3:
            self._setattr(given)
            return Constant(None)
        if name in HOW.values() or f"builtins.{name}" in HOW:
            if given and isinstance(given[0], FunctionValue):
                given[0].how = HOW[f"builtins.{name}"]
            return given[0] if given else UNKNOWN
        if name in _CONSUMING and given:
            return (yield from self._consumed(name, given, keywords, node, frame))
        if name in {"map", "filter"} and len(given) >= 2:
            return (yield from self._lazily(given, node, frame))
        if (
            name == "range"
            and given
            and all(isinstance(each, Constant) and isinstance(each.value, int) for each in given)
        ):
            numbers = range(*[each.value for each in given if isinstance(each, Constant)][:3])
            return (
                Items("List", [Constant(each) for each in numbers[:201]])
                if given[-1] != Constant(0) or len(given) < 3
                else UNKNOWN
            )
        if name in {"enumerate", "reversed", "zip"} and given:
            return (yield from self._rearranged(name, given, node, frame))
        if name == "len" and given and isinstance(given[0], (Items, Constant)):
            value = given[0]
            inside = value.items if isinstance(value, Items) else value.value
            return Constant(len(inside)) if isinstance(inside, (list, str)) else UNKNOWN
        if name in {"str", "int", "bool"} and len(given) == 1 and isinstance(given[0], Constant):
            try:
                return Constant({"str": str, "int": int, "bool": bool}[name](given[0].value))
            except (TypeError, ValueError):
                return UNKNOWN
        if name in {"issubclass", "isinstance"} and len(given) == 2:
            return _is_kind(
                given[0].of.bases[0]
                if name == "isinstance" and isinstance(given[0], Instance) and given[0].of.bases
                else given[0],
                given[1],
            )
        if name == "callable" and given and isinstance(given[0], (FunctionValue, ClassValue)):
            return Constant(value=True)
        if name == "type" and len(given) == 1 and isinstance(given[0], Instance):
            return given[0].of
        if name == "print":
            return Constant(None)
        if name in {"SystemExit", "exit", "quit"}:
            return External("builtins.SystemExit")
        if name == "open":
            self.note("open", node, frame, given, keywords)
        return External(f"builtins.{name}") if name.endswith(("Error", "Exception", "Warning")) else UNKNOWN

    def _made_class(self, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame) -> Steps:
        """A class by `type(name, bases, names)`."""
        name, bases, names = given
        if not isinstance(name, Constant) or not isinstance(bases, Items) or not isinstance(names, Items):
            return UNKNOWN
        parents = []
        for each in bases.items:
            parents.append((yield from self.force(each)))
        known = zip(names.keys, names.items, strict=True)
        space = Namespace({str(key.value): each for key, each in known if isinstance(key, Constant)})
        made = ClassValue(frame.module, str(name.value), parents, space, node)
        yield from self.class_made(made, dict(keywords.items()), node, frame)
        return made

    def _dunder_import(self, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame) -> Steps:
        name = given[0] if given else keywords.get("name", UNKNOWN)
        level = given[4] if len(given) > 4 else keywords.get("level", Constant(0))
        if not isinstance(name, Constant) or not isinstance(name.value, str) or level != Constant(0):
            return UNKNOWN
        yield from self.imports(node, name.value, frame)
        listed = given[3] if len(given) > 3 else keywords.get("fromlist", Items("List", []))
        whole = is_true(listed)
        return (
            ModuleValue(name.value)
            if whole
            else UNKNOWN
            if whole is None
            else ModuleValue(name.value.partition(".")[0])
        )

    def _getattr(self, name: str, given: list[Value], node: Node, frame: Frame) -> Steps:
        owner, attribute = given[0], given[1]
        if not isinstance(attribute, Constant) or not isinstance(attribute.value, str):
            return UNKNOWN
        space = (yield from self.space(owner.name)) if isinstance(owner, ModuleValue) else None
        if name == "hasattr" and space is not None and attribute.value in space.names.keys() - space.maybe:
            return Constant(value=True)
        try:
            found = yield from self.attribute(owner, attribute.value, node, frame)
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

    def _consumed(self, name: str, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame) -> Steps:
        if name == "next" and isinstance(given[0], Method) and given[0].pending:
            yield from self.run_pending(given[0], node, frame)
            return UNKNOWN
        items = yield from self.listed(given[0], node, frame)
        if items is None:
            return UNKNOWN
        if "key" in keywords:
            yield from self._mapped(keywords["key"], [Items("List", items)], node, frame)
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

    def _lazily(self, given: list[Value], node: Node, frame: Frame) -> Steps:
        """`map` and `filter`: the calls are made by what goes through the result."""
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

    def _mapped(self, function: Value, given: list[Value], node: Node, frame: Frame, *, values: int = 1) -> Steps:
        items = yield from self.listed(given[0], node, frame)
        function = yield from self.force(function)
        for item in (items or [])[values - 1 :]:
            yield from self.call(function, [UNKNOWN] * (values - 1) + [item], {}, node, frame)

    def _rearranged(self, name: str, given: list[Value], node: Node, frame: Frame) -> Steps:
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


def _is_kind(value: Value, kinds: Value) -> Value:
    """Whether one of Python's own error classes is another one, or one of others."""
    found = []
    for each in (value, *(kinds.items if isinstance(kinds, Items) else [kinds])):
        known = getattr(builtins, each.name.removeprefix("builtins."), None) if isinstance(each, External) else None
        if not isinstance(known, type) or not issubclass(known, BaseException):
            return UNKNOWN
        found.append(known)
    return Constant(issubclass(found[0], tuple(found[1:])))
