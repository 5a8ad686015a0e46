"""What a module uses of `env`, the object that holds a Worker's bindings: `self.env.DB.prepare(…)`.

`env` is `self.env` of a class whose env is the runtime's, a parameter or a local of that name, `workers.env`, and the
`scope["env"]` of an ASGI request. What the code provides for the absence of is left out: names that it asks `hasattr`,
`getattr` with a default or `in` for, and uses in a `try` that takes an AttributeError.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from edgewheel.sources.catching import caught, expects
from edgewheel.sources.records import EnvUse

if TYPE_CHECKING:
    from collections.abc import Iterator

_CATCHING = {"AttributeError", "Exception", "BaseException"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def uses(tree: ast.Module) -> tuple[EnvUse, ...]:
    """The uses in a module, by line; each place once."""
    guarded = set(_guarded(tree))
    found = [each for each in _Scope(_imported(tree), {}).body(tree.body) if each.name not in guarded]
    called = {(each.line, each.column) for each in found if each.method}
    kept = {each for each in found if each.method or (each.line, each.column) not in called}
    return tuple(sorted(kept, key=lambda each: (each.line, each.column, each.method)))


def _imported(tree: ast.Module) -> frozenset[str]:
    """The names of the module that are `workers.env`."""
    return frozenset(
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "workers" and not node.level
        for alias in node.names
        if alias.name == "env"
    )


def _guarded(tree: ast.Module) -> Iterator[str]:
    """The names whose absence the code asks for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) > 1:
            asks = node.func.id == "hasattr" or (node.func.id == "getattr" and len(node.args) > 2)
            name = node.args[1]
        elif isinstance(node, ast.Compare):
            asks, name = any(isinstance(each, ast.In | ast.NotIn) for each in node.ops), node.left
        else:
            continue
        if asks and isinstance(name, ast.Constant) and isinstance(name.value, str):
            yield name.value


class _Scope:
    """One function, class or module: which names are `env`, and which hold one of its members."""

    def __init__(self, names: frozenset[str], held: dict[str, EnvUse], *, own_env: bool = False) -> None:
        self.names = set(names)
        self.held = dict(held)
        #: whether `self.env` is the runtime's
        self.own_env = own_env

    def body(self, statements: list[ast.stmt]) -> Iterator[EnvUse]:
        for statement in statements:
            yield from self.statement(statement)

    def statement(self, node: ast.stmt) -> Iterator[EnvUse]:
        if isinstance(node, _FUNCTIONS):
            yield from self.function(node)
        elif isinstance(node, ast.ClassDef):
            yield from self.class_(node)
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            yield from self.attempt(node)  # type: ignore[arg-type] # TryStar has the same parts
        elif isinstance(node, ast.With | ast.AsyncWith) and any(map(_suppresses, node.items)):
            return
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            yield from self.assigned(node)
        else:
            for child in ast.iter_child_nodes(node):
                yield from self.statement(child) if isinstance(child, ast.stmt) else self.expression(child)

    def attempt(self, node: ast.Try) -> Iterator[EnvUse]:
        guarded = any(expects(handler, _CATCHING) for handler in node.handlers)
        found = list(self.body(node.body))
        yield from () if guarded else found
        for handler in node.handlers:
            yield from self.body(handler.body)
        yield from self.body([*node.orelse, *node.finalbody])

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[EnvUse]:
        for each in (*node.decorator_list, *node.args.defaults):
            yield from self.expression(each)
        given = {each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
        inner = _Scope(frozenset(self.names - given), self.held, own_env=self.own_env)
        inner.held = {name: use for name, use in self.held.items() if name not in given}
        if "env" in given:
            inner.names.add("env")
        yield from inner.body(node.body)

    def class_(self, node: ast.ClassDef) -> Iterator[EnvUse]:
        inner = _Scope(frozenset(self.names), self.held, own_env=_has_own_env(node))
        made = _Scope(frozenset((*self.names, *_parameters(node))), {}, own_env=inner.own_env)
        for each in ast.walk(node):  # `self.db = self.env.DB` in one method, `self.db.prepare()` in another
            target = each.targets[0] if isinstance(each, ast.Assign) else None
            if isinstance(each, ast.Assign) and isinstance(target, ast.Attribute) and _is_self(target):
                use = made.member(each.value)
                inner.held |= {f"self.{target.attr}": use} if use is not None else {}
        yield from inner.body(node.body)

    def assigned(self, node: ast.Assign | ast.AnnAssign) -> Iterator[EnvUse]:
        value = node.value
        assert value is not None  # noqa: S101 - the caller has looked
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        yield from self.expression(value)
        if isinstance(target, ast.Name):
            self.names.discard(target.id)
            self.held.pop(target.id, None)
            inner = value.value if isinstance(value, ast.Await) else value
            if self.is_env(inner):
                self.names.add(target.id)
            elif (use := self.member(inner)) is not None:
                self.held[target.id] = use

    def expression(self, node: ast.AST) -> Iterator[EnvUse]:
        if isinstance(node, ast.Lambda):
            yield from self.expression(node.body)
            return
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            use = self.member(node.func.value) or self.held.get(_name(node.func.value))
            if use is not None:
                yield use._replace(method=node.func.attr)
        elif (use := self.member(node)) is not None:
            yield use
        for child in ast.iter_child_nodes(node):
            yield from self.expression(child)

    def member(self, node: ast.AST) -> EnvUse | None:
        """The use that `env.NAME` is."""
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and self.is_env(node.value):
            return EnvUse(node.attr, "", node.lineno, node.col_offset + 1)
        return None

    def is_env(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.names
        if isinstance(node, ast.Attribute):
            is_own = node.attr == "env" and _name(node.value) == "self" and self.own_env
            return is_own or _name(node) == "workers.env"
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            scope = node.value
            named = scope.attr if isinstance(scope, ast.Attribute) else _name(scope)
            return node.slice.value == "env" and named == "scope"
        return False


def _parameters(node: ast.ClassDef) -> set[str]:
    """`env`, where it is a parameter of a method."""
    arguments = (each.args for each in node.body if isinstance(each, _FUNCTIONS))
    return {each.arg for given in arguments for each in (*given.args, *given.kwonlyargs) if each.arg == "env"}


def _has_own_env(node: ast.ClassDef) -> bool:
    """Whether the `self.env` of a class is the runtime's: inherited, or its constructor's parameter `env`."""
    given = [
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Assign | ast.AnnAssign) and each.value is not None
        for target in (each.targets if isinstance(each, ast.Assign) else [each.target])
        if isinstance(target, ast.Attribute) and target.attr == "env" and _is_self(target)
    ]
    return all(_name(each) == "env" for each in given) if given else bool(node.bases)


def _is_self(node: ast.Attribute) -> bool:
    return _name(node.value) == "self"


def _suppresses(item: ast.withitem) -> bool:
    """Whether it is `suppress(AttributeError)`."""
    call = item.context_expr
    if not isinstance(call, ast.Call) or _name(call.func).rpartition(".")[2] != "suppress":
        return False
    names = caught(ast.ExceptHandler(ast.Tuple(call.args, ast.Load()), None, []))
    return bool(names and names & _CATCHING)


def _name(node: ast.AST) -> str:
    """A dotted name, "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = _name(node.value)
        return f"{head}.{node.attr}" if head else ""
    return ""
