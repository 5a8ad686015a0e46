"""What a module binds at its top level when it is imported, read from its syntax tree and not run."""

from __future__ import annotations

import ast
import gc
import os
import warnings
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from edgewheel.sources import conditions, program
from edgewheel.sources.before import endless
from edgewheel.sources.conditions import dotted
from edgewheel.sources.records import Bound, Names, Star

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: Every module has these.
MODULE_ATTRIBUTES = frozenset(
    (
        *("__name__", "__doc__", "__package__", "__loader__", "__spec__", "__path__", "__file__", "__cached__"),
        *("__builtins__", "__dict__"),
    )
)
_DYNAMIC_CALLS = {"globals", "vars", "locals", "exec", "setattr", "eval"}


class Unparsed(Exception):  # noqa: N818 - the text is at fault, and EW209 judges that
    """A text that the running Python cannot parse, or whose tree is too deep to be read."""


@contextmanager
def parsed(source: bytes) -> Iterator[ast.Module]:
    """The syntax tree of a module's bytes, and the time to read it in; Unparsed for whatever goes wrong in there."""
    if endless(source):
        raise Unparsed
    collects = gc.isenabled()
    gc.disable()  # a tree is nothing but new objects, none of them garbage: collecting takes three times the parsing
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Unparsed from None
    finally:
        if collects:
            gc.enable()


def read(tree: ast.Module, *, has_global: bool = True) -> Names:
    """All that a parsed module binds when it is imported in the runtime; `has_global`: it may have such statements."""
    reader = _NameReader()
    sure = reader.block(tree.body) or set()
    late = (
        {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names} if has_global else ()
    )
    return Names(
        {name: tuple(ways) for name, ways in reader.bound.items()},
        frozenset(name for name in sure if not name.startswith("* ")),
        frozenset(late),
        tuple(Star(star, f"* {star}" in sure) for star in dict.fromkeys(reader.stars)),
        reader.listed,
        reader.dynamic,
    )


@cache
def stdlib_names(module: str) -> frozenset[str] | None:
    """What a top-level module of the running Python's standard library binds, read from its source and not imported;
    None where that cannot be read off.
    """
    from importlib.machinery import PathFinder

    spec = PathFinder.find_spec(module, [os.path.dirname(os.__file__)])
    if spec is None or not spec.origin or not spec.origin.endswith(".py"):
        return None
    with open(spec.origin, "rb") as file:
        found = read(ast.parse(file.read()))
    return None if found.is_open or found.stars else frozenset(found.bound) | found.late


class _NameReader:
    """Walks statements in order. A block gives the names bound for certain at its end; None: it is never reached."""

    def __init__(self) -> None:
        self.bound: dict[str, list[Bound]] = {}
        self.stars: list[str] = []
        self.listed: tuple[str, ...] | None = None
        self.dynamic = False

    def block(self, body: Iterable[ast.stmt]) -> set[str] | None:
        sure: set[str] = set()
        for statement in body:
            if isinstance(statement, ast.Raise):
                return None
            if isinstance(statement, ast.Delete):
                gone = {each.id for each in statement.targets if isinstance(each, ast.Name)}
                self.bound = {name: ways for name, ways in self.bound.items() if name not in gone}
                sure -= gone
            else:
                names = self.statement(statement)
                if names is None:
                    return None
                sure |= names
        return sure

    def statement(self, node: ast.stmt) -> set[str] | None:
        if isinstance(node, ast.ClassDef):
            self.expressions(*node.decorator_list)
            return self.bind(node.name, Bound("class", tuple(program.packed(base) for base in node.bases)))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.expressions(*node.decorator_list)
            return self.bind(node.name, Bound("function"))
        if isinstance(node, ast.Import):
            return self.imported(node)
        if isinstance(node, ast.ImportFrom):
            return self.imported_from(node)
        if isinstance(node, ast.Assign):
            return self.assigned(node.targets, node.value)
        if isinstance(node, ast.AnnAssign):
            return self.assigned([node.target], node.value) if node.value else set()
        if isinstance(node, ast.AugAssign):
            if dotted(node.target) == "__all__":
                more = _strings(node.value)
                self.listed = (*self.listed, *more) if self.listed is not None and more is not None else None
            return self.expressions(node.value)
        if type(node).__name__ == "TypeAlias":
            return self.targets(node.name)  # type: ignore[attr-defined] # known to newer Pythons only
        return self.compound(node)

    def compound(self, node: ast.stmt) -> set[str] | None:
        if isinstance(node, ast.If):
            return self.branches(node)
        if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            return self.attempts(node)  # type: ignore[arg-type] # TryStar has the same parts
        if isinstance(node, (ast.With, ast.AsyncWith)):
            names = self.expressions(*(each.context_expr for each in node.items))
            names = names.union(*(self.targets(each.optional_vars) for each in node.items if each.optional_vars))
            inner = self.block(node.body)
            return None if inner is None else names | inner
        if isinstance(node, (ast.For, ast.AsyncFor)):
            self.targets(node.target)
        if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            sure = self.expressions(node.test if isinstance(node, ast.While) else node.iter)
            self.block([*node.body, *node.orelse])
            return sure
        if isinstance(node, ast.Match):
            for case in node.cases:
                for name in _captured(case.pattern):
                    self.bind(name, Bound("other"))
                self.block(case.body)
            return self.expressions(node.subject)
        return self.expressions(*(child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)))

    def branches(self, node: ast.If) -> set[str] | None:
        test = conditions.parse(node.test)
        sure = conditions.evaluate(test, (3, 0), lambda _: True) if conditions.is_known(test) else None
        names = self.expressions(node.test)
        if sure is not None:
            inner = self.block(node.body if sure else node.orelse)
        else:
            inner = _either([self.block(node.body), self.block(node.orelse)])
        return None if inner is None else names | inner

    def attempts(self, node: ast.Try) -> set[str] | None:
        ways = [self.block([*node.body, *node.orelse]), *(self.block(handler.body) for handler in node.handlers)]
        names, after = _either(ways), self.block(node.finalbody)
        return None if names is None or after is None else names | after

    def imported(self, node: ast.Import) -> set[str]:
        names = set()
        for alias in node.names:
            top = alias.name.partition(".")[0]
            names |= self.bind(alias.asname or top, Bound("module", module=alias.name if alias.asname else top))
        return names

    def imported_from(self, node: ast.ImportFrom) -> set[str]:
        module = "." * node.level + (node.module or "")
        names = set()
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(module)
                names.add(f"* {module}")
            else:
                names |= self.bind(alias.asname or alias.name, Bound("name", module=module, name=alias.name))
        return names

    def assigned(self, targets: Sequence[ast.expr], value: ast.expr) -> set[str]:
        names = self.expressions(value)
        for target in targets:
            if isinstance(target, ast.Name):
                if target.id == "__all__":
                    self.listed = _strings(value)
                kept = None if isinstance(value, ast.Constant) else program.packed(value)
                names |= self.bind(target.id, Bound("value", value=kept))
            else:
                self.expressions(target)
                names |= self.targets(target)
        return names

    def targets(self, target: ast.expr) -> set[str]:
        """The plain names in a target; of attributes and items none, since those bind nothing here."""
        return {name for each in _plain(target) for name in self.bind(each, Bound("other"))}

    def expressions(self, *nodes: ast.expr) -> set[str]:
        """The names that `:=` binds; what makes a module's names unknowable is noted."""
        names: set[str] = set()
        for node in nodes:
            if isinstance(node, (ast.Name, ast.Constant)):
                continue
            for each in ast.walk(node):
                if isinstance(each, ast.NamedExpr):
                    self.targets(each.target)
                    names |= set(_plain(each.target)) if each is node else set()
                elif (
                    (isinstance(each, ast.Call) and dotted(each.func) in _DYNAMIC_CALLS)
                    or (isinstance(each, ast.Attribute) and each.attr == "__dict__")
                    or (isinstance(each, ast.Subscript) and dotted(each.value) == "sys.modules")
                ):
                    self.dynamic = True
        return names

    def bind(self, name: str, how: Bound) -> set[str]:
        self.bound.setdefault(name, []).append(how)
        return {name}


def _plain(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Starred):
        yield from _plain(target.value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for each in target.elts:
            yield from _plain(each)


def _captured(pattern: ast.pattern) -> Iterator[str]:
    for each in ast.walk(pattern):
        name = getattr(each, "name", None) or getattr(each, "rest", None)
        if isinstance(name, str):
            yield name


def _either(ways: Iterable[set[str] | None]) -> set[str] | None:
    reached = [way for way in ways if way is not None]
    return set.intersection(*reached) if reached else None


def _strings(value: ast.expr) -> tuple[str, ...] | None:
    """A literal list or tuple of strings; None for anything that has to be run."""
    if not isinstance(value, (ast.List, ast.Tuple)):
        return None
    found = [each.value for each in value.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return tuple(found) if len(found) == len(value.elts) else None
