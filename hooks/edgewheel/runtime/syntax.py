"""A module's imports from its syntax tree: exact, and for modules that `scan` does not dare to read."""

from __future__ import annotations

import ast
import gc
import warnings
from typing import TYPE_CHECKING

from edgewheel.runtime import conditions, paths
from edgewheel.runtime.records import IN_FUNCTION, Block, Import, PathChange, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Their handlers catch a failing import.
_CATCHING = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
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
        self.paths: list[PathChange] = []
        self.provided: set[str] = set()
        self.own_path = False
        self.values: dict[str, str] | None = None

    def read(self) -> Record:
        self.body(self.tree.body, ())
        return Record(tuple(self.imports), tuple(self.paths), frozenset(self.provided), self.own_path)

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
            caught = any(_suppresses(item.context_expr) for item in node.items)
            self.body(node.body, (*blocks, Block("try", node.lineno)) if caught else blocks)
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
        catching = [handler for handler in node.handlers if _catches(handler)]
        softly = any(not _raises(handler) for handler in catching)
        around = [Block("try", node.lineno)] if softly else [Block("reraised")] if catching else []
        self.body(node.body, (*blocks, *around))
        for handler in node.handlers:
            if handler in catching:
                self.body(handler.body, (*blocks, Block("caught", node.lineno)) if softly else (*blocks, _MAYBE))
            else:
                self.body(handler.body, (*blocks, _MAYBE))
        self.body(node.orelse, (*blocks, Block("else", node.lineno)) if softly else blocks)
        self.body(node.finalbody, blocks)

    def simple(self, node: ast.stmt, blocks: Blocks) -> None:
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                self.assigned(target, node, blocks)
        self.expressions([child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)], blocks)

    def assigned(self, target: ast.expr, node: ast.Assign | ast.AugAssign | ast.AnnAssign, blocks: Blocks) -> None:
        name = conditions.dotted(target)
        if name == "__path__":
            self.own_path = True
        elif name == "sys.path" or (
            isinstance(target, ast.Subscript) and conditions.dotted(target.value) == "sys.path"
        ):
            self.replaced(node.value, blocks)
        elif isinstance(target, ast.Subscript) and conditions.dotted(target.value) == "sys.modules":
            self.provided.add(self.provides(target.slice))

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

    def provides(self, key: ast.expr) -> str:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return key.value
        own = _module_name(self.name)
        if isinstance(key, ast.Name) and key.id == "__name__":
            return own
        if isinstance(key, ast.BinOp) and conditions.dotted(key.left) == "__name__":
            tail = key.right.value if isinstance(key.right, ast.Constant) else None
            return f"{own}{tail}" if isinstance(tail, str) else f"{own}.*"
        return "*"

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
                self.provided.add(self.provides(node.args[0]))
            elif not name.endswith((".get", ".pop", ".items", ".keys", ".values", ".copy", ".remove")):
                self.provided.add("*")

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

    def insert(self, value: ast.expr, blocks: Blocks, *, first: bool = False) -> None:
        if self.values is None:
            self.values = paths.constants(self.tree.body, self.name)
        folder = paths.evaluate(value, self.name, self.values)
        self.paths.append(PathChange(value.lineno, folder, blocks, first))


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


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(conditions.dotted(each).rpartition(".")[2] in _CATCHING for each in types)


def _raises(handler: ast.ExceptHandler) -> bool:
    """Whether the handler always raises: then the import is not optional."""
    return any(isinstance(statement, ast.Raise) for statement in handler.body)


def _suppresses(manager: ast.expr) -> bool:
    return (
        isinstance(manager, ast.Call)
        and conditions.dotted(manager.func).rpartition(".")[2] == "suppress"
        and any(conditions.dotted(each).rpartition(".")[2] in _CATCHING for each in manager.args)
    )


def _present(nodes: list[ast.expr | None]) -> list[ast.expr]:
    return [node for node in nodes if node is not None]


def _module_name(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
