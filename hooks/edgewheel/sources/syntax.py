"""A module's imports from its syntax tree: exact, and for modules that `scan` does not dare to read."""

from __future__ import annotations

import ast
import gc
import warnings
from typing import TYPE_CHECKING

from edgewheel.sources import catching, conditions
from edgewheel.sources.places import Places
from edgewheel.sources.records import IN_FUNCTION, Block, Import, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAYBE = Block("maybe")

Blocks = tuple[Block, ...]


def parse(source: bytes) -> ast.Module | None:
    """The syntax tree; None where this Python cannot parse it (EW209 judges that)."""
    collects = gc.isenabled()
    gc.disable()  # a tree is nothing but new objects, none of them garbage: collecting takes three times the parsing
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    finally:
        if collects:
            gc.enable()


def record(tree: ast.Module, *, name: str) -> Record:
    """The record of a parsed module; `name` is its name in the upload, for paths built from `__file__`."""
    return _Reader(name, tree).read()


class _Reader:
    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name = name
        self.tree = tree
        self.imports: list[Import] = []
        self.places = Places(name, tree)

    def read(self) -> Record:
        self.body(self.tree.body, ())
        places = self.places
        return Record(tuple(self.imports), tuple(places.paths), frozenset(places.provided), places.own_path)

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
        names = tuple(alias.name for alias in node.names)
        if isinstance(node, ast.Import):
            self.imports += [Import(name, (), 0, line, column, blocks) for name in names]
        else:
            self.imports.append(Import(node.module or "", names, node.level, line, column, blocks))

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
            sure = conditions.evaluate(condition, (3, 0), lambda _: False) if _is_known(condition) else None
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
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                self.places.assigned(target, node, blocks)
        self.expressions([child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)], blocks)

    def expressions(self, nodes: list[ast.expr], blocks: Blocks) -> None:
        """Calls that import or change where imports are looked for; lambdas run with a request."""
        for node in nodes:
            if isinstance(node, (ast.Name, ast.Constant)):
                continue
            inner = (*blocks, IN_FUNCTION) if isinstance(node, ast.Lambda) else blocks
            if isinstance(node, ast.Call):
                self.call(node, blocks)
            children = [node.body] if isinstance(node, ast.Lambda) else list(_expressions_in(node))
            self.expressions(children, inner)

    def call(self, node: ast.Call, blocks: Blocks) -> None:
        name = conditions.dotted(node.func)
        if name in {"import_module", "importlib.import_module", "__import__"}:
            self.imported(node, blocks)
        else:
            self.places.called(name, node, blocks)

    def imported(self, node: ast.Call, blocks: Blocks) -> None:
        first = node.args[0] if node.args else None
        if not isinstance(first, ast.Constant) or not isinstance(first.value, str) or not first.value:
            return
        module = first.value.lstrip(".")
        level = len(first.value) - len(module)
        if level and not self.is_own_package(node):
            return
        self.imports.append(Import(module, (), level, node.lineno, node.col_offset + 1, blocks, dynamic=True))

    def is_own_package(self, node: ast.Call) -> bool:
        """Whether a relative `import_module` starts from the package of the module that it stands in."""
        package = (
            node.args[1]
            if len(node.args) > 1
            else next((each.value for each in node.keywords if each.arg == "package"), None)
        )
        if package is None or conditions.dotted(package) not in {"__package__", "__name__"}:
            return False
        return conditions.dotted(package) == "__package__" or self.name.endswith("/__init__.py")


def _expressions_in(node: ast.AST) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, (ast.keyword, ast.comprehension, ast.FormattedValue, ast.arguments)):
            yield from _expressions_in(child)


def _is_known(condition: conditions.Condition) -> bool:
    """Whether it needs neither the Python nor the upload."""
    return condition[0] not in {"python", "spec"} and all(
        _is_known(part) for part in condition[1:] if isinstance(part, tuple)
    )


def _present(nodes: list[ast.expr | None]) -> list[ast.expr]:
    return [node for node in nodes if node is not None]
