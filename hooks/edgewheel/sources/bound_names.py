"""What a module binds at its top level when it is imported, read from its syntax tree and not run."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Bound(NamedTuple):
    """One way in which a name comes to stand for something.

    Kinds: `class` (with `bases`), `function`, `value` (with `value`), `module` (`import`; `module` is dotted),
    `name` (`from module import name`) and `other` (loop variables, unpacked tuples, type aliases).
    """

    kind: str
    bases: tuple[ast.expr, ...] = ()
    value: ast.expr | None = None
    module: str = ""
    name: str = ""


class Star(NamedTuple):
    """`from module import *`. `sure`: it is run whenever the module is imported."""

    module: str
    sure: bool


class Names(NamedTuple):
    """The names of one module. `sure` are those bound on every path through it; `listed` is a literal `__all__`."""

    bound: dict[str, list[Bound]]
    sure: frozenset[str]
    stars: tuple[Star, ...]
    listed: tuple[str, ...] | None


def read(text: bytes, module: str, *, package: bool) -> Names:
    """The names of a module's source; SyntaxError or ValueError where it cannot be parsed.

    `module` is its dotted name, to which relative imports are resolved; `package`: it is an `__init__.py`.
    """
    reader = _Reader(module if package else module.rpartition(".")[0])
    with warnings.catch_warnings():  # the project's own escapes and the like are not this command's to tell
        warnings.simplefilter("ignore")
        body = ast.parse(text).body
    sure = reader.block(body)
    stars = tuple(Star(star, f"* {star}" in (sure or ())) for star in dict.fromkeys(reader.stars))
    return Names(reader.bound, frozenset(sure or ()), stars, reader.listed)


class _Reader:
    """Walks statements in order. A block gives the names bound for certain at its end; None: it is never reached."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.bound: dict[str, list[Bound]] = {}
        self.stars: list[str] = []
        self.listed: tuple[str, ...] | None = None

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
            return self.bind(node.name, Bound("class", bases=tuple(node.bases)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
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
            if isinstance(node.target, ast.Name) and node.target.id == "__all__":
                self.listed = (*self.listed, *more) if self.listed and (more := _strings(node.value)) else None
            return set()
        if hasattr(ast, "TypeAlias") and isinstance(node, ast.TypeAlias):
            return self.targets(node.name)
        return self.compound(node)

    def compound(self, node: ast.stmt) -> set[str] | None:
        if isinstance(node, ast.If):
            return self.branches(node)
        if isinstance(node, ast.Try) or (hasattr(ast, "TryStar") and isinstance(node, ast.TryStar)):
            return self.attempts(node.body, [each.body for each in node.handlers], node.orelse, node.finalbody)
        if isinstance(node, ast.With | ast.AsyncWith):
            names = set().union(*(self.targets(each.optional_vars) for each in node.items if each.optional_vars))
            inner = self.block(node.body)
            return None if inner is None else names | inner
        if isinstance(node, ast.For | ast.AsyncFor):
            self.targets(node.target)
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            self.block([*node.body, *node.orelse])
        if isinstance(node, ast.Match):
            for case in node.cases:
                self.block(case.body)
        return set()

    def branches(self, node: ast.If) -> set[str] | None:
        taken = _always(node.test)
        if taken is not None:
            return self.block(node.body if taken else node.orelse)
        return _either([self.block(node.body), self.block(node.orelse)])

    def attempts(
        self,
        body: Sequence[ast.stmt],
        handlers: Sequence[Sequence[ast.stmt]],
        otherwise: Sequence[ast.stmt],
        finally_: Sequence[ast.stmt],
    ) -> set[str] | None:
        ways = [self.block([*body, *otherwise]), *(self.block(handler) for handler in handlers)]
        names, after = _either(ways), self.block(finally_)
        return None if names is None or after is None else names | after

    def imported(self, node: ast.Import) -> set[str]:
        names = set()
        for alias in node.names:
            top = alias.name.partition(".")[0]
            names |= self.bind(alias.asname or top, Bound("module", module=alias.name if alias.asname else top))
        return names

    def imported_from(self, node: ast.ImportFrom) -> set[str]:
        module = node.module or ""
        if node.level:
            parents = self.package.split(".")
            base = ".".join(parents[: len(parents) - node.level + 1])
            module = ".".join(filter(None, (base, module)))
        names = set()
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(module)
                names.add(f"* {module}")
            else:
                names |= self.bind(alias.asname or alias.name, Bound("name", module=module, name=alias.name))
        return names

    def assigned(self, targets: Sequence[ast.expr], value: ast.expr) -> set[str]:
        names = set()
        for target in targets:
            if isinstance(target, ast.Name):
                if target.id == "__all__":
                    self.listed = _strings(value)
                names |= self.bind(target.id, Bound("value", value=value))
            else:
                names |= self.targets(target)
        return names

    def targets(self, target: ast.expr) -> set[str]:
        """The plain names in a target; of attributes and items none, since those bind nothing here."""
        return set().union(*(self.bind(name, Bound("other")) for name in _plain(target)))

    def bind(self, name: str, how: Bound) -> set[str]:
        self.bound.setdefault(name, []).append(how)
        return {name}


def _plain(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Starred):
        yield from _plain(target.value)
    elif isinstance(target, ast.Tuple | ast.List):
        for each in target.elts:
            yield from _plain(each)


def _either(ways: Iterable[set[str] | None]) -> set[str] | None:
    reached = [way for way in ways if way is not None]
    return set.intersection(*reached) if reached else None


def _always(test: ast.expr) -> bool | None:
    """What a condition is in the deployed Worker, where that is known: nobody type-checks there, and the entry is
    imported, not run as a script.
    """
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _always(test.operand)
        return None if inner is None else not inner
    if isinstance(test, ast.Constant):
        return bool(test.value)
    name = ast.unparse(test)
    if name.rpartition(".")[2] == "TYPE_CHECKING" or name == "__name__ == '__main__'":
        return False
    return None


def _strings(value: ast.expr) -> tuple[str, ...] | None:
    """A literal list or tuple of strings; None for anything that has to be run."""
    if not isinstance(value, ast.List | ast.Tuple):
        return None
    found = [each.value for each in value.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return tuple(found) if len(found) == len(value.elts) else None
