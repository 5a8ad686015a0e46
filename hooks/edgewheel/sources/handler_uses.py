"""What the handlers of classes do with parameters that the runtime leaves empty, and steps in the beta's form.

facts: acceptance 1: a class handler gets `env` and `ctx` as None; `step.do(depends=…)` is the beta's
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from edgewheel.sources.records import HandlerUse
from edgewheel.sources.running import full_name, origins, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

_HANDLERS = frozenset(("fetch", "scheduled", "queue", "email", "tail", "trace"))
#: The attribute of the instance that has what each parameter lacks, by position behind the event.
_INSTEAD = ("env", "ctx")


def uses(tree: ast.Module) -> Iterator[HandlerUse]:
    """The uses of an empty parameter in handlers of WorkerEntrypoint's classes, one a parameter, and of `depends`."""
    names = origins(tree)
    classes = {node.name: node for node in statements(tree.body) if isinstance(node, ast.ClassDef)}
    for node in classes.values():
        base = _base(node, classes, names, ())
        for method in (each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)):
            if base == "WorkerEntrypoint" and method.name in _HANDLERS:
                yield from _empty(node.name, method)
            elif base == "WorkflowEntrypoint" and method.name == "run":
                yield from _depends(node.name, method)


def _base(node: ast.ClassDef, classes: dict[str, ast.ClassDef], names: dict[str, str], above: tuple[str, ...]) -> str:
    """The class of the platform that a class derives from, through others of the module; "" for none."""
    for base in node.bases:
        full = full_name(base, names)
        if full.startswith(("workers.", "cloudflare.workers.")):
            return full.rpartition(".")[2]
        name = base.id if isinstance(base, ast.Name) else ""
        if name in classes and name not in above:
            return _base(classes[name], classes, names, (*above, name))
    return ""


def _empty(owner: str, method: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[HandlerUse]:
    if any(ast.unparse(each).rpartition(".")[2] == "staticmethod" for each in method.decorator_list):
        return
    given = [*method.args.posonlyargs, *method.args.args][2:4]
    for position, parameter in enumerate(given):
        name = parameter.arg
        if _is_guarded(method, name):
            continue
        for node in (inner for statement in method.body for inner in ast.walk(statement)):
            if _is_use(node, name):
                assert isinstance(node, ast.expr)  # noqa: S101 - what `_is_use` takes
                at = (node.lineno, node.col_offset + 1)
                yield HandlerUse(owner, method.name, name, _INSTEAD[position], ast.unparse(node), *at)
                break


def _is_use(node: ast.AST, name: str) -> bool:
    """Whether a node asks something of the parameter, so that None fails there."""
    inner = node.value if isinstance(node, ast.Attribute | ast.Subscript) else None
    return isinstance(inner, ast.Name) and inner.id == name and isinstance(inner.ctx, ast.Load)


def _is_guarded(method: ast.AST, name: str) -> bool:
    """Whether the method binds the parameter anew or tests it somewhere."""
    for node in ast.walk(method):
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
            return True
        tests = (
            [node.test]
            if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert)
            else node.values
            if isinstance(node, ast.BoolOp)
            else []
        )
        for inner in (each for test in tests for each in ast.walk(test)):
            if isinstance(inner, ast.Name) and inner.id == name and not _below_attribute(inner, tests):
                return True
        asks = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"hasattr", "getattr"}
        if asks and any(isinstance(each, ast.Name) and each.id == name for each in node.args):  # type: ignore[attr-defined]
            return True
    return False


def _below_attribute(name: ast.Name, tests: list[ast.expr]) -> bool:
    """Whether a test asks an attribute of the name and not the name itself: `if env.DEBUG`."""
    inside = [node for test in tests for node in ast.walk(test)]
    return any(isinstance(node, ast.Attribute | ast.Subscript) and node.value is name for node in inside)


def _depends(owner: str, method: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[HandlerUse]:
    given = [*method.args.posonlyargs, *method.args.args]
    step = given[2].arg if len(given) > 2 else ""
    for node in ast.walk(method):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "do":
            keyword = next((each for each in node.keywords if each.arg == "depends"), None)
            if keyword is not None and isinstance(node.func.value, ast.Name) and node.func.value.id == step:
                at = (keyword.value.lineno, keyword.value.col_offset + 1)
                yield HandlerUse(owner, method.name, "depends", "", ast.unparse(node), *at)
