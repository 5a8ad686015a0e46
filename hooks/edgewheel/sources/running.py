"""What runs when a module is imported: its expressions in order, and those of its own functions that they call."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.sources import conditions
from edgewheel.sources.catching import expects

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator


class Running(NamedTuple):
    """An expression that runs at import. `through` is the function of the module in which it stands, "" for the top
    level, and `call` the expression of the top level that calls it.
    """

    node: ast.expr
    through: str = ""
    call: ast.Call | None = None


def at_import(tree: ast.Module, errors: Collection[str]) -> Iterator[Running]:
    """Every expression that surely runs when the module is imported, where none of the errors would be caught."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in expressions(tree.body, errors, sure=True):
        yield Running(node)
        if isinstance(node, ast.Call):
            yield from _inside(node, node, functions, errors, frozenset())


def _inside(
    call: ast.Call,
    outer: ast.Call,
    functions: dict[str, ast.FunctionDef],
    errors: Collection[str],
    above: frozenset[str],
) -> Iterator[Running]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    function = functions.get(name)
    if function is None or name in above or _yields(function):
        return
    for node in expressions(function.body, errors, sure=True):
        yield Running(node, name, outer)
        if isinstance(node, ast.Call):
            yield from _inside(node, outer, functions, errors, above | {name})


def _yields(function: ast.FunctionDef) -> bool:
    """Whether calling it runs nothing of its body yet."""
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function))


def expressions(body: list[ast.stmt], errors: Collection[str], *, sure: bool = False) -> Iterator[ast.expr]:
    """The expressions that running statements evaluates: not those in functions and lambdas, in branches that never
    run, or in a `try` that catches one of the errors. With `sure` also not those that only a run shows to be evaluated:
    branches, loops, what follows `and` and `or`.
    """
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            defaults = [*statement.args.defaults, *(each for each in statement.args.kw_defaults if each)]
            yield from _in([*statement.decorator_list, *defaults], sure=sure)
        elif isinstance(statement, ast.If):
            yield from _in([statement.test], sure=sure)
            for branch in _branches(statement, sure=sure):
                yield from expressions(branch, errors, sure=sure)
        else:
            yield from _in(_own(statement), sure=sure)
            for inner in _bodies(statement, errors, sure=sure):
                yield from expressions(inner, errors, sure=sure)
        if sure and isinstance(statement, ast.Return | ast.Raise):
            return


def _branches(statement: ast.If, *, sure: bool) -> Iterator[list[ast.stmt]]:
    test = conditions.parse(statement.test)
    known = test[1] if test[0] == "known" else None
    if known is True or (known is None and not sure):
        yield statement.body
    if known is False or (known is None and not sure):
        yield statement.orelse


def _own(statement: ast.stmt) -> Iterator[ast.expr]:
    """The expressions of a statement itself."""
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.withitem):
            yield child.context_expr
        elif isinstance(child, ast.keyword):
            yield child.value


def _bodies(statement: ast.stmt, errors: Collection[str], *, sure: bool) -> Iterator[list[ast.stmt]]:
    """The statements inside a statement."""
    if isinstance(statement, ast.Try):
        if not any(expects(handler, errors) for handler in statement.handlers):
            yield statement.body
        if not sure:
            yield from (handler.body for handler in statement.handlers)
        yield from (statement.orelse, statement.finalbody)
    elif isinstance(statement, ast.Match):
        yield from () if sure else (case.body for case in statement.cases)
    elif isinstance(statement, ast.With | ast.AsyncWith):
        if not any(_suppresses(item.context_expr, errors) for item in statement.items):
            yield statement.body
    elif hasattr(statement, "body") and not (sure and isinstance(statement, ast.For | ast.AsyncFor | ast.While)):
        yield [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.stmt)]


def _suppresses(manager: ast.expr, errors: Collection[str]) -> bool:
    if not isinstance(manager, ast.Call) or conditions.dotted(manager.func).rpartition(".")[2] != "suppress":
        return False
    return any(conditions.dotted(each).rpartition(".")[2] in errors for each in manager.args)


def _in(nodes: Iterator[ast.expr] | list[ast.expr], *, sure: bool) -> Iterator[ast.expr]:
    """Each expression before those inside it; a generator in a generator would hand each through all that are above."""
    waiting = [iter(nodes)]
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
        elif not isinstance(node, ast.Lambda):
            yield node
            if not isinstance(node, ast.Name | ast.Constant):
                waiting.append(_inner(node, sure=sure))


def _inner(node: ast.expr, *, sure: bool) -> Iterator[ast.expr]:
    if sure and isinstance(node, ast.BoolOp):
        return iter(node.values[:1])
    if sure and isinstance(node, ast.IfExp):
        return iter([node.test])
    if sure and isinstance(node, ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
        return iter([node.generators[0].iter])
    return _children(node)


def _children(node: ast.expr) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.keyword):
            yield child.value
        elif isinstance(child, ast.comprehension):
            yield from (child.iter, *child.ifs)


def origins(tree: ast.Module) -> dict[str, str]:
    """Local name -> what it stands for by an import anywhere in the module: `environ` is `os.environ`. Worked out once
    a tree, which keeps it.
    """
    known: dict[str, str] | None = tree.__dict__.get("origins")
    if known is None:
        known = tree.__dict__["origins"] = _origins(tree)
    return known


def _origins(tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in statements(tree.body):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                found[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found


def statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements of a body, those inside others too; expressions, which are most of a tree, are not walked."""
    waiting = [iter(body)]
    while waiting:
        statement = next(waiting[-1], None)
        if statement is None:
            waiting.pop()
            continue
        yield statement
        parts = [getattr(statement, field, ()) for field in ("finalbody", "orelse")]
        parts += [part.body for field in ("handlers", "cases") for part in getattr(statement, field, ())]
        waiting += [iter(part) for part in (*parts, getattr(statement, "body", ())) if part]


def full_name(node: ast.expr, known: dict[str, str]) -> str:
    """`os.environ.get` of `environ.get`; "" for what no import of the module gives."""
    head, _, tail = conditions.dotted(node).partition(".")
    if head not in known:
        return ""
    return f"{known[head]}.{tail}" if tail else known[head]
