"""Objects of JavaScript that stay reachable from a module's globals once it is imported.

facts: acceptance 2: the runtime's snapshot refuses each of them but a global's own path
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from edgewheel.sources.records import Kept
from edgewheel.sources.running import expressions, full_name, origins

if TYPE_CHECKING:
    from collections.abc import Iterator

_FFI = ("pyodide.ffi.", "pyodide.ffi.wrappers.")
#: Functions of JavaScript's that give an object whatever they get.
_MAKERS = frozenset(
    f"js.{name}"
    for name in (
        *("Object.fromEntries", "Object.assign", "Object.create", "Object.entries", "Object.keys", "Object.values"),
        *("Array.of", "Array.from", "Uint8Array.from", "Response.json", "Response.redirect", "Response.error"),
        *("AbortSignal.timeout", "AbortSignal.abort", "URL.parse", "RegExp", "Object", "Array", "Error"),
    )
)


def kept(tree: ast.Module) -> Iterator[Kept]:
    """The objects that a global, an attribute of a class or a default argument surely holds when the import is done."""
    reader = _KeptReader(tree)
    for name, value, node in reader.held(tree.body):
        if name.partition(".")[0] not in reader.gone:
            made = reader.made(value)
            if made is not None:
                yield Kept(name, ast.unparse(made), node.lineno, node.col_offset + 1, reader.kind(made))


class _KeptReader:
    def __init__(self, tree: ast.Module) -> None:
        self.names = origins(tree)
        self.functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        #: names that the top level deletes or binds again
        self.gone = _rebound(tree.body)

    def held(self, body: list[ast.stmt], inside: str = "") -> Iterator[tuple[str, ast.expr, ast.expr]]:
        """The names that statements bind for good: dotted name, value and where it stands."""
        for statement in body:
            for name, value in _bound(statement):
                yield f"{inside}{name}", value, value
            if isinstance(statement, ast.ClassDef):
                yield from self.held(statement.body, f"{inside}{statement.name}.")
            elif isinstance(statement, ast.With | ast.Try):
                yield from self.held(statement.body, inside)

    def made(self, value: ast.expr, depth: int = 0) -> ast.Call | None:
        """The call that makes the object, of a value that surely holds one; None for any other value."""
        if isinstance(value, ast.List | ast.Tuple | ast.Set):
            return next((found for each in value.elts if (found := self.made(each, depth)) is not None), None)
        if isinstance(value, ast.Dict):
            return next((found for each in value.values if (found := self.made(each, depth)) is not None), None)
        if not isinstance(value, ast.Call):
            return None
        return value if self.kind(value) else self.returned(value, depth)

    def returned(self, call: ast.Call, depth: int) -> ast.Call | None:
        """The same for what a function of this module returns, where it has one way out."""
        function = self.functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
        if function is None or function.decorator_list or depth > 4:
            return None
        ends = [node for node in ast.walk(function) if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom)]
        last = function.body[-1]
        if len(ends) != 1 or not isinstance(last, ast.Return) or last.value is None:
            return None
        return call if self.made(last.value, depth + 1) is not None else None

    def kind(self, call: ast.Call) -> str:
        """What a call surely makes: "object", "proxy", or "" where it may be anything else."""
        name = full_name(call.func, self.names)
        if name.startswith("js.") and (name.endswith(".new") or name in _MAKERS):
            return "object"
        if name == "js.JSON.parse":
            return "object" if _is_text(call, "{[") else ""
        if name.startswith(_FFI):
            tail = name.rpartition(".")[2]
            if tail == "create_proxy":
                return "proxy"
            if tail == "to_js" and call.args and isinstance(call.args[0], ast.Dict | ast.List | ast.Set | ast.Tuple):
                return "object"
            if tail == "to_js" and call.args and isinstance(call.args[0], ast.Constant):
                return "object" if isinstance(call.args[0].value, bytes) else ""
        return ""


def _bound(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """The names that a statement binds with their values; a function holds its defaults."""
    if isinstance(statement, ast.Assign):
        yield from ((target.id, statement.value) for target in statement.targets if isinstance(target, ast.Name))
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
        yield statement.target.id, statement.value
    elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        for default in (*statement.args.defaults, *filter(None, statement.args.kw_defaults)):
            yield statement.name, default


def _is_text(call: ast.Call, first: str) -> bool:
    value = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
    return isinstance(value, str) and value.lstrip()[:1] in tuple(first)


def _rebound(body: list[ast.stmt]) -> frozenset[str]:
    """Names that do not hold their first value to the end: deleted, or bound more than once."""
    bound: list[str] = []
    gone: set[str] = set()
    for node in (inner for statement in body for inner in ast.walk(statement)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del):
            gone.add(node.id)
        elif isinstance(node, ast.Global):
            gone.update(_called_globals(node, body))
    for statement in body:
        for target in _targets(statement):
            (gone.add if target in bound else bound.append)(target)
    return frozenset(gone)


def _called_globals(node: ast.Global, body: list[ast.stmt]) -> Iterator[str]:
    """The names of a `global` in a module that calls functions of its own while it is imported."""
    if any(isinstance(each, ast.Call) for each in expressions(body, ())):
        yield from node.names


def _targets(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
