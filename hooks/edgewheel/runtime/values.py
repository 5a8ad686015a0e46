"""What the start of a Worker is about, as far as it can be known without running it: the values of names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

    from edgewheel.sources.records import Import, Node


class Value:
    """Nothing is known of it."""


UNKNOWN = Value()
_ENUMS = {f"enum.{each}" for each in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag")}


@dataclass(frozen=True)
class Constant(Value):
    """A string, number, truth value or None."""

    value: Any


@dataclass(frozen=True, eq=False)
class Items(Value):
    """A list, tuple, set or dict (its values) that is written out. `keys` are those of a dict."""

    kind: str
    items: list[Value]
    keys: list[Value] = field(default_factory=list)


@dataclass(frozen=True)
class ModuleValue(Value):
    """A module by its dotted name."""

    name: str


@dataclass(frozen=True)
class External(Value):
    """What a module of Python's, the platform's or a package's gives, by its dotted name: `random.random`."""

    name: str


@dataclass(frozen=True)
class Made(Value):
    """What calling an external gives, and where: `name` as of `External`."""

    name: str
    module: str
    line: int
    column: int


@dataclass(frozen=True)
class Later(Value):
    """A name of a module that is looked up when it is used."""

    module: str
    name: str


@dataclass(eq=False)
class Namespace:
    """The names of a module, class or call. `maybe` are those that only some paths bind; `dynamic`: it may have more
    than is known; `done`: nothing is added any more.
    """

    names: dict[str, Value] = field(default_factory=dict)
    maybe: set[str] = field(default_factory=set)
    dynamic: bool = False
    done: bool = False
    #: name -> line and column of the statement that bound it last
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def bind(self, name: str, value: Value, node: Node = None) -> None:
        self.names[name] = value
        self.maybe.discard(name)
        if node is not None:
            self.places[name] = (node[1], node[2])

    def perhaps(self, name: str) -> None:
        """Notes that only running it shows what the name is."""
        if name not in self.names:
            self.maybe.add(name)
        self.names[name] = UNKNOWN


@dataclass(eq=False)
class Frame:
    """Where statements run: their module, their names, those of the functions around, and of a call what is global."""

    module: str
    own: Namespace
    around: tuple[Namespace, ...] = ()
    declared: dict[str, Namespace] = field(default_factory=dict)
    #: what runs from here on may not be reached
    unsure: bool = False
    #: the names that the function binds somewhere, and the line that runs
    locals: frozenset[str] = frozenset()
    line: int = 0
    #: of a comprehension, where it stands: `:=` binds there
    outside: Frame | None = None
    #: the class in which the running function is defined, and its first argument, for `super()`
    owner: ClassValue | None = None
    first: Value = UNKNOWN
    #: the names of the functions that are running, outermost first
    calls: tuple[str, ...] = ()


@dataclass(eq=False)
class FunctionValue(Value):
    """A function or lambda of the project. `how` is "", `static`, `class`, `property` or `context`."""

    module: str
    node: Node
    around: tuple[Namespace, ...]
    defaults: list[Value] = field(default_factory=list)
    keyword_defaults: list[Value] = field(default_factory=list)
    owner: ClassValue | None = None
    how: str = ""
    #: of a property
    setter: FunctionValue | None = None


@dataclass(eq=False)
class ClassValue(Value):
    """A class of the project."""

    module: str
    name: str
    bases: list[Value]
    space: Namespace
    node: Node = None
    decorators: tuple[str, ...] = ()
    #: of an enumeration
    members: list[Value] = field(default_factory=list)

    def order(self) -> list[Value]:
        """The classes in which a name is looked up, itself first."""
        found: list[Value] = [self]
        for base in self.bases:
            found += [each for each in (base.order() if isinstance(base, ClassValue) else [base]) if each not in found]
        return found

    @property
    def is_enum(self) -> bool:
        return any(isinstance(each, External) and each.name in _ENUMS for each in self.order())

    @property
    def is_open(self) -> bool:
        """Whether a base is not the project's."""
        return any(
            not isinstance(each, ClassValue) and each not in {External("object"), External("abc.ABC")}
            for each in self.order()
        )


@dataclass(eq=False)
class Instance(Value):
    """What calling a class of the project gives."""

    of: ClassValue
    space: Namespace = field(default_factory=Namespace)


@dataclass(frozen=True, eq=False)
class Method(Value):
    """A method with the object that it belongs to; `generator` and `coroutine` are calls that have not run yet."""

    function: FunctionValue
    first: Value | None
    arguments: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    pending: bool = False


#: Errors and what else catches them.
_PARENTS = {
    "ModuleNotFoundError": ("ImportError",),
    "KeyError": ("LookupError",),
    "IndexError": ("LookupError",),
    "ZoneInfoNotFoundError": ("KeyError", "LookupError"),
    "PackageNotFoundError": ("ModuleNotFoundError", "ImportError"),
    "FileNotFoundError": ("OSError", "IOError", "EnvironmentError"),
    "PermissionError": ("OSError", "IOError", "EnvironmentError"),
    "NotImplementedError": ("RuntimeError",),
    "RecursionError": ("RuntimeError",),
}


class Event(NamedTuple):
    """A call of, or a look-up in, something outside the project that the start makes.

    `name` is dotted, `written` as the code has it; `module` is the one that is being imported, `line` and the
    others are the place of the expression at its top level; `through` is the function of the project that makes it.
    `own` is the place of the call itself (module, line, column). `arguments` are what is known of them; `expected`
    holds the names that the `except`s around it catch, None for a bare one.
    """

    name: str
    written: str
    module: str
    line: int
    column: int
    end: tuple[int, int]
    through: str
    own: tuple[str, int, int]
    arguments: tuple[object, ...]
    keywords: tuple[str, ...]
    expected: tuple[tuple[str, ...] | None, ...]
    kind: str = "call"


class Raised(Exception):  # noqa: N818 - it is what the project's code raises
    """An error of the project's code: its class's name, those of its parents, and where it was raised."""

    #: the import that failed with it, and where
    item: Import | None = None
    frame: Frame | None = None

    def __init__(self, error: str, *, parents: tuple[str, ...] = (), node: Node = None, module: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.parents = (*_PARENTS.get(error, ()), *parents)
        self.node = node
        self.module = module

    def is_caught_by(self, names: Collection[str] | None) -> bool:
        """Whether an `except` with these names takes it; None: a bare one."""
        if names is None:
            return True
        return bool({self.error, *self.parents, "BaseException"} & set(names)) or (
            "Exception" in names and self.error not in {"SystemExit", "KeyboardInterrupt", "GeneratorExit"}
        )


class Return(Exception):  # noqa: N818 - it is a way through the code
    """The end of a function, with its value."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class Break(Exception):  # noqa: N818 - it is a way through the code
    """The end of a loop."""


class Continue(Exception):  # noqa: N818 - it is a way through the code
    """The end of a loop's round."""


def is_true(value: Value) -> bool | None:
    """The truth of a value; None where only running it shows."""
    if isinstance(value, Constant):
        return bool(value.value)
    if isinstance(value, Items):
        return bool(value.items)
    if isinstance(value, (ModuleValue, FunctionValue, ClassValue)):
        return True
    return None


class State(NamedTuple):
    """What the module that is being imported has come to: restored when an import of it is done. `expected` is how many
    `try`s stood around the import of the module itself.
    """

    guards: list[tuple[int, tuple[object, ...]]]
    failed: list[str]
    expected: int = 0
