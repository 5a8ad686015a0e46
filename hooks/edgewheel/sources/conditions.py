"""Conditions that decide which imports run, and when: `TYPE_CHECKING`, the platform, the Python version, `find_spec`.

A condition is a tuple: `("known", bool)`, `("unknown",)`, `("python", operator, version, numbers compared)`,
`("spec", module)`, `("not", condition)`, `("and", *conditions)`, `("or", *conditions)`.
"""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edgewheel.sources.records import Block, Import

Condition = tuple[object, ...]

_UNKNOWN: Condition = ("unknown",)
#: facts: Pyodide 0.26 to 314, observed
VALUES = {"sys.platform": "emscripten", "os.name": "posix", "sys.implementation.name": "cpython"}
#: Of the third number of a version only "some" is known.
_LATEST = 99
_NEWEST = (3, 14)
_OPERATORS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


def parse(test: ast.expr) -> Condition:
    """The condition of an `if`, `("unknown",)` for what only running it shows."""
    if isinstance(test, ast.Constant):
        return ("known", bool(test.value))
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return negate(parse(test.operand))
    if isinstance(test, ast.BoolOp):
        return ("and" if isinstance(test.op, ast.And) else "or", *(parse(each) for each in test.values))
    if dotted(test).rpartition(".")[2] == "TYPE_CHECKING":
        return ("known", False)
    if isinstance(test, ast.Call):
        return _call(test)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _compare(test.left, test.ops[0], test.comparators[0])
    return _UNKNOWN


def negate(condition: Condition) -> Condition:
    return cast("Condition", condition[1]) if condition[0] == "not" else ("not", condition)


def evaluate(condition: Condition, python: tuple[int, int], found: Callable[[str], bool]) -> bool | None:
    """Whether it holds under that Python, where `found` says whether a module is found; None: only running it shows."""
    kind, *rest = condition
    if kind == "known":
        return bool(rest[0])
    if kind == "python":
        sign, version, width = cast("tuple[str, tuple[int, ...], int]", rest)
        return _ordered((*python, _LATEST)[:width], sign, version)
    if kind == "spec":
        return found(str(rest[0]))
    parts = [evaluate(cast("Condition", part), python, found) for part in rest]
    if kind == "not":
        return None if parts[0] is None else not parts[0]
    if kind == "and":
        return False if False in parts else None if None in parts else True
    if kind == "or":
        return True if True in parts else None if None in parts else False
    return None


def is_known(condition: Condition) -> bool:
    """Whether it needs neither the Python nor the upload."""
    return condition[0] not in {"python", "spec"} and all(
        is_known(part) for part in condition[1:] if isinstance(part, tuple)
    )


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a chain of attributes, empty for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    return ""


def _call(test: ast.Call) -> Condition:
    name, first = dotted(test.func), test.args[0] if test.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return _UNKNOWN
    if name.rpartition(".")[2] == "find_spec" and "." not in first.value:
        return ("spec", first.value)
    if name == "sys.platform.startswith":
        return ("known", VALUES["sys.platform"].startswith(first.value))
    return _UNKNOWN


def _compare(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Condition:
    name = dotted(left)
    if name == "__name__" and isinstance(right, ast.Constant) and right.value == "__main__":
        return ("known", isinstance(operator, ast.NotEq)) if isinstance(operator, (ast.Eq, ast.NotEq)) else _UNKNOWN
    whole = dotted(left.value) if isinstance(left, ast.Subscript) else name
    if whole in {"sys.version_info", "sys.version_info.major"}:
        return _version(left, operator, right)
    if name in VALUES and isinstance(operator, (ast.Eq, ast.NotEq)) and isinstance(right, ast.Constant):
        return ("known", (VALUES[name] == right.value) == isinstance(operator, ast.Eq))
    if (
        name in VALUES
        and isinstance(operator, (ast.In, ast.NotIn))
        and isinstance(right, (ast.Tuple, ast.List, ast.Set))
    ):
        values = {each.value if isinstance(each, ast.Constant) else None for each in right.elts}
        return ("known", (VALUES[name] in values) == isinstance(operator, ast.In))
    if dotted(right) == "sys.modules" and isinstance(left, ast.Constant) and left.value == "pyodide":
        return ("known", isinstance(operator, ast.In))
    if isinstance(right, ast.Constant) and right.value is None and isinstance(operator, (ast.Is, ast.IsNot)):
        inner = parse(left)  # `find_spec("x") is None`
        if inner[0] == "spec":
            return inner if isinstance(operator, ast.IsNot) else negate(inner)
    return _UNKNOWN


def _version(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Condition:
    sign = _OPERATORS.get(type(operator))
    numbers = [right] if isinstance(right, ast.Constant) else right.elts if isinstance(right, ast.Tuple) else []
    values = tuple(each.value for each in numbers if isinstance(each, ast.Constant) and isinstance(each.value, int))
    if sign is None or not values or len(values) != len(numbers):
        return _UNKNOWN
    if isinstance(left, ast.Attribute) and left.attr == "major":
        return ("known", _ordered((3,), sign, values))
    if isinstance(left, ast.Subscript):
        index = left.slice
        if isinstance(index, ast.Constant) and index.value == 0:
            return ("known", _ordered((3,), sign, values))
        if isinstance(index, ast.Slice) and index.lower is None and isinstance(index.upper, ast.Constant):
            return ("python", sign, values, index.upper.value)
        return _UNKNOWN
    return ("python", sign, values, 3)


def _ordered(left: tuple[int, ...], sign: str, right: tuple[int, ...]) -> bool:
    return {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
        "==": left == right,
        "!=": left != right,
    }[sign]


def is_for_typing(item: Import) -> bool:
    """Whether only a type checker sees an import, or another platform or Python than any of Workers'."""
    return any(
        block.kind == "never" or (block.kind == "if" and evaluate(block.test, _NEWEST, lambda _: True) is False)
        for block in item.blocks
    )


class Run(NamedTuple):
    """When a statement runs ("start", "later", "" for never), and what catches its failure, innermost last: the line
    of a `try` and the errors of an import that it catches. `names` are all that is caught, by name, where it is known:
    None for a bare `except`.
    """

    when: str
    guards: tuple[tuple[int, tuple[object, ...]], ...] = ()
    names: tuple[tuple[str, ...] | None, ...] = ()

    def catcher(self, error: str) -> int | None:
        """The innermost `try` that catches an error."""
        found = next((key for key, errors in reversed(self.guards) if error in errors), None)
        return 0 if found is None and any(_catches(names, error) for names in self.names) else found

    @property
    def edge(self) -> str:
        """The kind of the edge to what is imported: "start", "later", "guarded" or "later-guarded"."""
        if not self.guards:
            return self.when
        return "later-guarded" if self.when == "later" else "guarded"


def _catches(names: tuple[str, ...] | None, error: str) -> bool:
    if names is None or error in names:
        return True
    kinds = [getattr(builtins, each, None) for each in names]
    raised = getattr(builtins, error, Exception)  # one of the project's own
    return isinstance(raised, type) and issubclass(raised, tuple(each for each in kinds if isinstance(each, type)))


_AT_START = Run("start")


def run_of(
    blocks: tuple[Block, ...], left: Mapping[int, str], python: tuple[int, int], finds: Callable[[str], bool]
) -> Run:
    """When what stands in these blocks runs. `left` maps the ones that an error has left already to that error."""
    if not blocks:
        return _AT_START
    when, guards = "start", []
    for block in blocks:
        if block.kind in {"def", "maybe"}:
            when = "later"
        elif block.kind == "if":
            known = evaluate(block.test, python, finds)
            if known is False:
                return Run("")
            when = when if known else "later"
        elif _is_skipped(block, left):
            return Run("")
        elif block.kind == "try":
            guards.append((block.key, block.test))
        elif block.kind == "reraised" and when == "later":  # it says what is missing; at the start nobody hears it
            guards.append((0, block.test))
    return Run(when, tuple(guards))


def _is_skipped(block: Block, left: Mapping[int, str]) -> bool:
    if block.kind == "caught":
        return left.get(block.key) not in block.test
    return block.kind in {"try", "else"} and block.key in left
