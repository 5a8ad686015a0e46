"""A module's record from its syntax tree: exact, and for modules that `scan` cannot read or that need more than it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from edgewheel.sources import (
    catching,
    conditions,
    effects,
    env_uses,
    handler_uses,
    kept,
    names,
    opened,
    paths,
    program,
    start_facts,
    written,
)
from edgewheel.sources.hints import hints
from edgewheel.sources.names import Unparsed, parsed
from edgewheel.sources.records import IN_FUNCTION, Block, Import, PathChange, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAYBE = Block("maybe")

Blocks = tuple[Block, ...]


def read(source: bytes) -> Record:
    """The whole record of a module's bytes; with nothing but `fails` where this Python cannot parse them (EW209 judges
    that).
    """
    try:
        with parsed(source) as tree:
            return record(tree, source)
    except Unparsed:
        return Record(fails=True)


def record(tree: ast.Module, source: bytes) -> Record:
    """The record of a parsed module."""
    reader = _ImportReader(tree)
    reader.body(tree.body, ())
    bound = names.read(tree, has_global=b"global" in source)
    worth = hints(source)
    return Record(
        imports=tuple(reader.imports),
        paths=tuple(reader.paths),
        provided=frozenset(reader.provided),
        own_path=reader.own_path,
        binds=bound.sure,
        heads=frozenset("?"),
        names=bound,
        opened=(*opened.opened(tree), *written.written(tree)) if "opened" in worth else (),
        effects=tuple(effects.effects(tree)) if "effects" in worth else (),
        kept=tuple(kept.kept(tree)) if "kept" in worth else (),
        needs=tuple(start_facts.needs(tree)) if "needs" in worth else (),
        uses=tuple(handler_uses.uses(tree)) if "uses" in worth else (),
        program=program.pack(tree),
        parses=1,
        env=env_uses.uses(tree) if "env" in worth else (),
        hints=worth,
    )


class _ImportReader:
    """Imports, and what is done to the places where they are looked for: `sys.path`, `sys.modules`, `__path__`."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.imports: list[Import] = []
        self.paths: list[PathChange] = []
        self.provided: set[str] = set()
        self.own_path = False
        self.values: dict[str, str] | None = None

    def body(self, statements: list[ast.stmt], blocks: Blocks) -> None:
        for statement in statements:
            self.statement(statement, blocks)

    def statement(self, node: ast.stmt, blocks: Blocks) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self.plain(node, blocks)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.expressions([*node.decorator_list, *node.args.defaults, *_present(node.args.kw_defaults)], blocks)
            self.body(node.body, (*blocks, IN_FUNCTION))
        elif isinstance(node, ast.ClassDef):
            self.expressions([*node.decorator_list, *node.bases, *(each.value for each in node.keywords)], blocks)
            self.body(node.body, blocks)
        elif isinstance(node, ast.If):
            self.branch(node, blocks)
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            self.attempt(node, blocks)  # type: ignore[arg-type] # TryStar has the same parts
        else:
            self.other(node, blocks)

    def plain(self, node: ast.Import | ast.ImportFrom, blocks: Blocks) -> None:
        line, column = node.lineno, node.col_offset + 1
        if isinstance(node, ast.Import):
            for alias in node.names:
                own = (alias.asname,) if alias.asname else ()
                self.imports.append(Import(alias.name, (), 0, line, column, blocks, bound=own))
            return
        listed = tuple(alias.name for alias in node.names)
        renamed = any(alias.asname for alias in node.names)
        bound = tuple(alias.asname or alias.name for alias in node.names) if renamed else ()
        self.imports.append(Import(node.module or "", listed, node.level, line, column, blocks, bound=bound))

    def other(self, node: ast.stmt, blocks: Blocks) -> None:
        if isinstance(node, (ast.With, ast.AsyncWith)):
            self.expressions([item.context_expr for item in node.items], blocks)
            errors = tuple(error for item in node.items for error in catching.suppressed(item.context_expr))
            self.body(node.body, (*blocks, Block("try", node.lineno, errors)) if errors else blocks)
        elif isinstance(node, ast.Match):
            self.expressions([node.subject], blocks)
            for case in node.cases:
                self.body(case.body, (*blocks, _MAYBE))
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            self.expressions([node.test if isinstance(node, ast.While) else node.iter], blocks)
            self.body(node.body, blocks)
            self.body(node.orelse, (*blocks, _MAYBE))
        else:
            self.simple(node, blocks)

    def branch(self, node: ast.If, blocks: Blocks) -> None:
        self.expressions([node.test], blocks)
        test = conditions.parse(node.test)
        for body, condition in ((node.body, test), (node.orelse, conditions.negate(test))):
            known = conditions.is_known(condition)
            sure = conditions.evaluate(condition, (3, 0), lambda _: False) if known else None
            if sure is not False:
                self.body(body, blocks if sure else (*blocks, Block("if", 0, condition)))

    def attempt(self, node: ast.Try, blocks: Blocks) -> None:
        taken = list(zip(node.handlers, catching.shares(node.handlers), strict=True))
        softly = tuple(error for handler, errors in taken if not catching.raises(handler) for error in errors)
        raised = tuple(error for handler, errors in taken if catching.raises(handler) for error in errors)
        around = (Block("reraised", 0, raised), Block("try", node.lineno, softly))
        self.body(node.body, (*blocks, *(each for each in around if each.test)))
        for handler, errors in taken:
            own = Block("caught", node.lineno, errors) if errors and softly else _MAYBE
            self.body(handler.body, (*blocks, own))
        self.body(node.orelse, (*blocks, Block("else", node.lineno)) if softly else blocks)
        self.body(node.finalbody, blocks)

    def simple(self, node: ast.stmt, blocks: Blocks) -> None:
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                self.assigned(target, node.value, blocks)
        self.expressions([child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)], blocks)

    def expressions(self, nodes: list[ast.expr], blocks: Blocks) -> None:
        """Calls that import or change where imports are looked for; lambdas run with a request."""
        for node in nodes:
            if isinstance(node, (ast.Name, ast.Constant)):
                continue
            inner = (*blocks, IN_FUNCTION) if isinstance(node, ast.Lambda) else blocks
            if isinstance(node, ast.Call):
                self.call(conditions.dotted(node.func), node, blocks)
            children = [node.body] if isinstance(node, ast.Lambda) else list(_expressions_in(node))
            self.expressions(children, inner)

    def call(self, name: str, node: ast.Call, blocks: Blocks) -> None:
        if name in {"import_module", "importlib.import_module", "__import__"}:
            self.imported(node, blocks)
        elif name in {"sys.path.insert", "sys.path.append", "site.addsitedir"} and node.args:
            self.insert(node.args[-1], blocks, first=name == "sys.path.insert")
        elif name == "sys.path.extend" and node.args:
            values = node.args[0].elts if isinstance(node.args[0], (ast.List, ast.Tuple)) else [node.args[0]]
            for value in values:
                self.insert(value, blocks)
        elif name.startswith("__path__.") or name.endswith(("extend_path", "declare_namespace")):
            self.own_path = True
        elif name.startswith(("sys.modules.", "sys.meta_path.", "sys.path_hooks.")):
            if name in {"sys.modules.setdefault", "sys.modules.__setitem__"} and node.args:
                self.provided.add(_provides(node.args[0]))
            elif not name.endswith((".get", ".pop", ".items", ".keys", ".values", ".copy", ".remove")):
                self.provided.add("*")

    def imported(self, node: ast.Call, blocks: Blocks) -> None:
        first = node.args[0] if node.args else None
        if not isinstance(first, ast.Constant) or not isinstance(first.value, str) or not first.value:
            return
        module = first.value.lstrip(".")
        level = len(first.value) - len(module)
        start = [*node.args[1:2], *(each.value for each in node.keywords if each.arg == "package")]
        origin = conditions.dotted(start[0]) if start else ""
        if not level or origin in {"__package__", "__name__"}:
            bound = (origin,) if level else ()
            at = (node.lineno, node.col_offset + 1)
            self.imports.append(Import(module, (), level, *at, blocks, dynamic=True, bound=bound))

    def assigned(self, target: ast.expr, value: ast.expr | None, blocks: Blocks) -> None:
        name = conditions.dotted(target)
        if name == "__path__":
            self.own_path = True
        elif name == "sys.path" or (
            isinstance(target, ast.Subscript) and conditions.dotted(target.value) == "sys.path"
        ):
            self.replaced(value, blocks)
        elif isinstance(target, ast.Subscript) and conditions.dotted(target.value) == "sys.modules":
            self.provided.add(_provides(target.slice))

    def replaced(self, value: ast.expr | None, blocks: Blocks) -> None:
        """`sys.path[:0] = [...]`, `sys.path += [...]`, `sys.path = [...] + sys.path`."""
        if isinstance(value, ast.BinOp):
            self.replaced(value.left, blocks)
            self.replaced(value.right, blocks)
        elif isinstance(value, (ast.List, ast.Tuple)):
            for each in value.elts:
                inner = each.value if isinstance(each, ast.Starred) else each
                if conditions.dotted(inner) != "sys.path":
                    self.insert(inner, blocks, first=True)
        elif value is not None and conditions.dotted(value) != "sys.path":
            self.paths.append(PathChange(value.lineno, None, blocks))

    def insert(self, value: ast.expr, blocks: Blocks, *, first: bool = False) -> None:
        if self.values is None:
            self.values = paths.constants(self.tree.body)
        self.paths.append(PathChange(value.lineno, paths.expression(value, self.values), blocks, first))


def _provides(key: ast.expr) -> str:
    """The name in `sys.modules`; `@` is the module's own."""
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        return key.value
    if isinstance(key, ast.Name) and key.id == "__name__":
        return "@"
    if isinstance(key, ast.BinOp) and conditions.dotted(key.left) == "__name__":
        tail = key.right.value if isinstance(key.right, ast.Constant) else None
        return f"@{tail}" if isinstance(tail, str) else "@.*"
    return "*"


def _expressions_in(node: ast.AST) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, (ast.keyword, ast.comprehension, ast.FormattedValue, ast.arguments)):
            yield from _expressions_in(child)


def _present(nodes: list[ast.expr | None]) -> list[ast.expr]:
    return [node for node in nodes if node is not None]
