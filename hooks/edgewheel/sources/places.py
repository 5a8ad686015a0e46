"""What a module's code does to the places where modules are looked for: `sys.path`, `sys.modules`, `__path__`."""

from __future__ import annotations

import ast

from edgewheel.runtime.tree import module_name
from edgewheel.sources import conditions, paths
from edgewheel.sources.records import Block, PathChange

Blocks = tuple[Block, ...]


class Places:
    """Filled by one reading of a module; `name` is its name in the upload."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name = name
        self.tree = tree
        self.paths: list[PathChange] = []
        self.provided: set[str] = set()
        self.own_path = False
        self.values: dict[str, str] | None = None

    def assigned(self, target: ast.expr, node: ast.Assign | ast.AugAssign | ast.AnnAssign, blocks: Blocks) -> None:
        """An assignment to this target."""
        name = conditions.dotted(target)
        if name == "__path__":
            self.own_path = True
        elif name == "sys.path" or (
            isinstance(target, ast.Subscript) and conditions.dotted(target.value) == "sys.path"
        ):
            self._replaced(node.value, blocks)
        elif isinstance(target, ast.Subscript) and conditions.dotted(target.value) == "sys.modules":
            self.provided.add(self._provides(target.slice))

    def called(self, name: str, node: ast.Call, blocks: Blocks) -> None:
        """A call of a function of this dotted name."""
        if name in {"sys.path.insert", "sys.path.append", "site.addsitedir"} and node.args:
            self._insert(node.args[-1], blocks, first=name == "sys.path.insert")
        elif name == "sys.path.extend" and node.args:
            values = node.args[0].elts if isinstance(node.args[0], (ast.List, ast.Tuple)) else [node.args[0]]
            for value in values:
                self._insert(value, blocks)
        elif name.startswith("__path__.") or name.endswith(("extend_path", "declare_namespace")):
            self.own_path = True
        elif name.startswith(("sys.modules.", "sys.meta_path.", "sys.path_hooks.")):
            if name in {"sys.modules.setdefault", "sys.modules.__setitem__"} and node.args:
                self.provided.add(self._provides(node.args[0]))
            elif not name.endswith((".get", ".pop", ".items", ".keys", ".values", ".copy", ".remove")):
                self.provided.add("*")

    def _replaced(self, value: ast.expr | None, blocks: Blocks) -> None:
        """`sys.path[:0] = [...]`, `sys.path += [...]`, `sys.path = [...] + sys.path`."""
        if isinstance(value, ast.BinOp):
            self._replaced(value.left, blocks)
            self._replaced(value.right, blocks)
        elif isinstance(value, (ast.List, ast.Tuple)):
            for each in value.elts:
                inner = each.value if isinstance(each, ast.Starred) else each
                if conditions.dotted(inner) != "sys.path":
                    self._insert(inner, blocks, first=True)
        elif value is not None and conditions.dotted(value) != "sys.path":
            self.paths.append(PathChange(value.lineno, None, blocks))

    def _provides(self, key: ast.expr) -> str:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return key.value
        own = module_name(self.name)
        if isinstance(key, ast.Name) and key.id == "__name__":
            return own
        if isinstance(key, ast.BinOp) and conditions.dotted(key.left) == "__name__":
            tail = key.right.value if isinstance(key.right, ast.Constant) else None
            return f"{own}{tail}" if isinstance(tail, str) else f"{own}.*"
        return "*"

    def _insert(self, value: ast.expr, blocks: Blocks, *, first: bool = False) -> None:
        if self.values is None:
            self.values = paths.constants(self.tree.body, self.name)
        folder = paths.evaluate(value, self.name, self.values)
        self.paths.append(PathChange(value.lineno, folder, blocks, first))
