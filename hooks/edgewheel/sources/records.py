"""What the text of one Python module says, as plain data: the same for equal texts, whatever the module's name."""

from __future__ import annotations

from typing import Any, NamedTuple

#: A statement or expression as nested sequences, see `program`.
Node = Any


class Block(NamedTuple):
    """What stands around an import and decides whether it runs.

    Kinds: `def` (a function or lambda: it runs at request time), `if` (`test` decides), `maybe` (only running it
    shows), `try` (its failure is caught), `reraised` (caught, and another error raised instead), `caught` (runs only
    where an import of that `try` failed), `else` (runs only where none did), `never` (for type checkers). `key` is the
    line of the `try` statement that `try`, `caught` and `else` belong to; `test` then names the errors that are caught.
    """

    kind: str
    key: int = 0
    test: tuple[object, ...] = ()


class Import(NamedTuple):
    """One module that a statement imports.

    `module` is as written, without the leading dots that `level` counts; `names` are those of a `from` statement
    (`("*",)` for all), none for a plain `import`. Lines and columns count from 1. `dynamic` is an `import_module`
    or `__import__` with a literal. `bound` are the local names, empty where the statement renames nothing; of a
    relative `import_module` it is the name that gives the package, `__name__` or `__package__`.
    """

    module: str
    names: tuple[str, ...]
    level: int
    line: int
    column: int
    blocks: tuple[Block, ...] = ()
    dynamic: bool = False
    bound: tuple[str, ...] = ()

    @property
    def written(self) -> str:
        """The module with its dots."""
        return "." * self.level + self.module


class PathChange(NamedTuple):
    """A directory put on `sys.path`: an expression of `paths`, None where it is unknown; `first` where it is put
    before all others.
    """

    line: int
    folder: str | None
    blocks: tuple[Block, ...] = ()
    first: bool = False


class Opened(NamedTuple):
    """One file that is opened: an expression of `paths`, line and column from 1. `how` is "file" for open() and
    pathlib, the function that asks for a resource of a package, or of a file that is written one of `written`.
    """

    path: str
    line: int
    column: int
    how: str = "file"


class Effect(NamedTuple):
    """One call that a module makes while it is imported: its name, what kind of thing it does, line and column from 1,
    and the expression of the top level. `through` is the function of the module that makes it, "" for the top level;
    `sure`: it is made on every path and what it raises is not caught.
    """

    name: str
    kind: str
    line: int
    column: int
    code: str
    through: str = ""
    sure: bool = False


class Kept(NamedTuple):
    """One object of JavaScript that stays reachable: the name that holds it, the call that makes it, line and column
    from 1, and "object" or "proxy".
    """

    name: str
    code: str
    line: int
    column: int
    kind: str


class Need(NamedTuple):
    """One thing that a module asks of its surroundings while it is imported; kinds and `name` as of `start_facts`.
    `code` is the expression, `through` the function of the module in which it stands, "" for the top level.
    """

    kind: str
    name: str
    code: str
    line: int
    column: int
    through: str = ""


class HandlerUse(NamedTuple):
    """One use of a parameter that the runtime leaves empty: class, method, parameter, the attribute of the instance
    that has it, the expression, line and column from 1. `depends` of a Workflow's step is one too.
    """

    owner: str
    method: str
    parameter: str
    instead: str
    code: str
    line: int
    column: int


class EnvUse(NamedTuple):
    """A member of `env` that is used without a guard: its name, the method that is called on it ("" for none), line and
    column from 1.
    """

    name: str
    method: str
    line: int
    column: int


class Bound(NamedTuple):
    """One way in which a name comes to stand for something.

    Kinds: `class` (with `bases`), `function`, `value` (with `value`), `module` (`import`; `module` is dotted),
    `name` (`from module import name`; `module` as written, with its dots) and `other` (loop variables, unpacked tuples,
    type aliases).
    """

    kind: str
    bases: tuple[Node, ...] = ()
    value: Node = None
    module: str = ""
    name: str = ""


class Star(NamedTuple):
    """`from module import *`, the module as written. `sure`: it runs whenever the module is imported."""

    module: str
    sure: bool


class Names(NamedTuple):
    """What a module's top level binds.

    `sure` are the names bound on every path through it, `late` those that functions bind by `global`; `listed` is a
    literal `__all__`, None without one; `dynamic`: it may bind more than can be read off (`globals()`, `exec`).
    """

    bound: dict[str, tuple[Bound, ...]]
    sure: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    stars: tuple[Star, ...] = ()
    listed: tuple[str, ...] | None = None
    dynamic: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the module may have more names than can be read off."""
        return self.dynamic or "__getattr__" in self.bound

    def has(self, name: str) -> bool:
        """Whether some path through the module binds the name."""
        return name in self.bound or name in self.late


class Record(NamedTuple):
    """One module. What only a syntax tree shows is there where `names` is not None.

    `paths`: changes of `sys.path`; `provided`: names put into `sys.modules` (`*` for ones that cannot be read off, `@`
    stands for the module's own name); `own_path`: it changes its `__path__`, so its submodules may come from anywhere.
    `binds`: names that the top level surely binds, as far as its lines show; `heads`: the first parts of the dotted
    names that the top level calls, decorates with or derives from, `?` for what the lines do not show. `hints`: the
    fields of which a syntax tree may show something. `fails`: no syntax tree could be made.
    `parses`: 1 where the grammar of this Python takes the text, 2 where all of its compiler does, 0 where nobody asked.
    """

    imports: tuple[Import, ...] = ()
    paths: tuple[PathChange, ...] = ()
    provided: frozenset[str] = frozenset()
    own_path: bool = False
    binds: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    names: Names | None = None
    opened: tuple[Opened, ...] = ()
    effects: tuple[Effect, ...] = ()
    kept: tuple[Kept, ...] = ()
    needs: tuple[Need, ...] = ()
    uses: tuple[HandlerUse, ...] = ()
    program: tuple[Node, ...] | None = None
    fails: bool = False
    parses: int = 0
    env: tuple[EnvUse, ...] = ()
    hints: frozenset[str] = frozenset()


IN_FUNCTION = Block("def")


def at_request(item: Import | PathChange) -> bool:
    """Whether it stands in a function, so that it runs with a request and not at the start."""
    return IN_FUNCTION in item.blocks


def absolute(written: str, importer: str, *, package: bool) -> str | None:
    """The dotted name of a module that a module (or package) named `importer` writes with its leading dots; None where
    the dots lead out of the top-level package.
    """
    module = written.lstrip(".")
    level = len(written) - len(module)
    if not level:
        return module
    parts = [part for part in importer.split(".") if part] if package else importer.split(".")[:-1]
    if level > len(parts):
        return None
    return ".".join([*parts[: len(parts) - level + 1], *([module] if module else [])])
