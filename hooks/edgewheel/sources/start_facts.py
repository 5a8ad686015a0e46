"""What a module asks of its surroundings while it is imported and no Worker has: the environment, arguments, metadata,
time zones, required settings.

facts: acceptance 3: nothing fills `os.environ`, `sys.argv` has one item, the project is never installed, and there are
no time zones without `tzdata`
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from edgewheel.sources.records import Need
from edgewheel.sources.running import at_import, full_name, origins

if TYPE_CHECKING:
    from collections.abc import Iterator

_METADATA = frozenset(f"importlib.metadata.{name}" for name in ("version", "metadata", "distribution", "requires"))
_SETTINGS = frozenset(("pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings"))
_NUMBERS = frozenset(("int", "float", "len", "json.loads", "pathlib.Path", "open"))
CATCHING = {
    "environ": frozenset(("KeyError", "LookupError", "Exception", "BaseException")),
    "unset": frozenset(("Exception", "BaseException")),
    "none": frozenset(("TypeError", "AttributeError", "Exception", "BaseException")),
    "argv": frozenset(("IndexError", "LookupError", "Exception", "BaseException")),
    "metadata": frozenset(("PackageNotFoundError", "ModuleNotFoundError", "ImportError", "Exception", "BaseException")),
    "zone": frozenset(("ZoneInfoNotFoundError", "KeyError", "LookupError", "Exception", "BaseException")),
    "settings": frozenset(("ValidationError", "ValueError", "Exception", "BaseException")),
}


def needs(tree: ast.Module) -> Iterator[Need]:
    """What the import surely asks for and does not get. Kind "set" is a key that the module puts into `os.environ`
    itself, "*" for keys that cannot be read off.
    """
    reader = _NeedReader(tree)
    found = dict.fromkeys((*reader.expressions(), *reader.refusals(tree.body), *reader.sets()))
    yield from found


class _NeedReader:
    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.names = origins(tree)
        #: module-level names that hold the value of an unset variable, with its key
        self.unset: dict[str, str] = {}
        for statement in tree.body:
            target, value = _assigned(statement)
            key = self.asked(value) if value is not None else ""
            if target:
                self.unset.pop(target, None)
            if target and key:
                self.unset[target] = key
        self.classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}

    def expressions(self) -> Iterator[Need]:
        for kind, errors in CATCHING.items():
            for running in at_import(self.tree, errors):
                if (name := self.need(kind, running.node)) is not None:
                    node = running.node
                    yield Need(kind, name, ast.unparse(node), node.lineno, node.col_offset + 1, running.through)

    def need(self, kind: str, node: ast.expr) -> str | None:
        """What an expression asks for, of one kind; None where it is none of that."""
        if kind in {"environ", "argv"}:
            return self.subscript(kind, node)
        if kind == "none" and isinstance(node, ast.Attribute):
            return self.asked(node.value) or None
        if not isinstance(node, ast.Call):
            return None
        name = full_name(node.func, self.names) or (node.func.id if isinstance(node.func, ast.Name) else "")
        first = node.args[0] if node.args else None
        text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
        if kind == "none" and name in _NUMBERS and first is not None:
            return self.asked(first) or None
        if kind == "metadata":
            return text if name in _METADATA else None
        if kind == "zone":
            return text if name == "zoneinfo.ZoneInfo" else None
        if kind == "settings" and not node.args and not node.keywords:
            return ", ".join(self.required(name)) or None
        return None

    def subscript(self, kind: str, node: ast.expr) -> str | None:
        if not isinstance(node, ast.Subscript) or not isinstance(node.ctx, ast.Load):
            return None
        name = full_name(node.value, self.names)
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if kind == "environ" and name == "os.environ" and isinstance(key, str):
            return key
        return str(key) if kind == "argv" and name == "sys.argv" and isinstance(key, int) and key > 0 else None

    def asked(self, node: ast.expr) -> str:
        """The key of a variable that is asked for without a default, so that the answer is None."""
        if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords:
            return ""
        key = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
        known = full_name(node.func, self.names) in {"os.getenv", "os.environ.get"}
        return key if known and isinstance(key, str) else ""

    def refusals(self, body: list[ast.stmt]) -> Iterator[Need]:
        """`if not os.getenv("KEY"): raise …` and `assert`, with the name of the value in between or without."""
        for statement in body:
            key = ""
            if isinstance(statement, ast.If) and any(isinstance(each, ast.Raise) for each in statement.body):
                key = self.surely(statement.test)
            elif isinstance(statement, ast.Assert):
                key = self.falsy(statement.test)
            if key:
                line, column = statement.lineno, statement.col_offset + 1
                yield Need("unset", key, ast.unparse(statement).partition("\n")[0], line, column)

    def surely(self, test: ast.expr) -> str:
        """The key of the variable whose absence makes a test true."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self.falsy(test.operand)
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
            return next(filter(None, map(self.surely, test.values)), "")
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            right = test.comparators[0]
            if isinstance(test.ops[0], ast.Is | ast.Eq) and isinstance(right, ast.Constant) and right.value is None:
                return self.value(test.left)
            if isinstance(test.ops[0], ast.NotIn) and full_name(right, self.names) == "os.environ":
                return test.left.value if _is_text(test.left) else ""  # type: ignore[attr-defined]
        return ""

    def falsy(self, test: ast.expr) -> str:
        """The key of the variable whose absence makes a test false."""
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            return next(filter(None, map(self.falsy, test.values)), "")
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            right = test.comparators[0]
            if isinstance(test.ops[0], ast.IsNot) and isinstance(right, ast.Constant) and right.value is None:
                return self.value(test.left)
            if isinstance(test.ops[0], ast.In) and full_name(right, self.names) == "os.environ":
                return test.left.value if _is_text(test.left) else ""  # type: ignore[attr-defined]
            return ""
        if isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "all" and test.args:
            items = test.args[0].elts if isinstance(test.args[0], ast.List | ast.Tuple) else []
            return next(filter(None, map(self.value, items)), "")
        return self.value(test)

    def value(self, node: ast.expr) -> str:
        return self.unset.get(node.id, "") if isinstance(node, ast.Name) else self.asked(node)

    def required(self, name: str) -> list[str]:
        """The fields without a default of a settings class of this module; none where something else may fill them."""
        node = self.classes.get(name)
        if node is None or node.keywords or node.decorator_list or len(node.bases) != 1:
            return []
        base = full_name(node.bases[0], self.names) or (
            node.bases[0].id if isinstance(node.bases[0], ast.Name) and node.bases[0].id != name else ""
        )
        methods = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
        if methods & {"__init__", "settings_customise_sources", "customise_sources", "__new__"}:
            return []
        if any(isinstance(each, ast.FunctionDef) and each.decorator_list for each in node.body):
            return []  # a validator may fill them
        if base not in _SETTINGS and not self.settings_base(base):
            return []
        found = self.required(base) if base in self.classes else []
        return [*found, *(each for each in map(_required_field, node.body) if each)]

    def settings_base(self, name: str) -> bool:
        node = self.classes.get(name)
        return node is not None and any(
            full_name(base, self.names) in _SETTINGS or self.settings_base(getattr(base, "id", ""))
            for base in node.bases
            if getattr(base, "id", "") != name
        )

    def sets(self) -> Iterator[Need]:
        """What the module puts into `os.environ` anywhere."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                if full_name(node.value, self.names) == "os.environ":
                    yield Need("set", node.slice.value if _is_text(node.slice) else "*", "", 0, 0)  # type: ignore[attr-defined]
            elif isinstance(node, ast.Call):
                name = full_name(node.func, self.names)
                if name == "os.environ.setdefault" and node.args and _is_text(node.args[0]):
                    yield Need("set", node.args[0].value, "", 0, 0)  # type: ignore[attr-defined]
                elif name in {"os.environ.update", "os.environ.setdefault"}:
                    yield Need("set", "*", "", 0, 0)
            elif isinstance(node, ast.AugAssign) and full_name(node.target, self.names) == "os.environ":
                yield Need("set", "*", "", 0, 0)


def _assigned(statement: ast.stmt) -> tuple[str, ast.expr | None]:
    """The one name that a statement binds, and its value."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target: ast.expr = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        target = statement.target
    else:
        return "", None
    return (target.id, statement.value) if isinstance(target, ast.Name) else ("", None)


def _required_field(statement: ast.stmt) -> str:
    """The name of a field of pydantic's that has no default; "" for anything else."""
    if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
        return ""
    name, value = statement.target.id, statement.value
    if name.startswith("_") or name == "model_config" or "ClassVar" in ast.unparse(statement.annotation):
        return ""
    if "Annotated" in ast.unparse(statement.annotation):
        return ""
    if value is None:
        return name
    if isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] == "Field":
        first = value.args[0] if value.args else None
        given = {each.arg for each in value.keywords}
        is_open = first is None or (isinstance(first, ast.Constant) and first.value is ...)
        return name if is_open and not given & {"default", "default_factory", None} else ""
    return ""


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
