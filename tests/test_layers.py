"""The one-way order of the rooms, lazy imports included."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
ROOMS = (ROOT / "hooks", ROOT / "backend")
#: What a layer may import: itself and everything above it in this list. Names on one line do not see each other.
ORDER = (
    ("edgewheel.data", "edgewheel.findings"),
    ("edgewheel.documents", "edgewheel.sources", "edgewheel.logs"),
    ("edgewheel.requirements",),
    ("edgewheel.repository",),
    ("edgewheel.wrangler", "edgewheel.runtime"),
    ("edgewheel.layout",),
    ("edgewheel.deploy",),
    ("edgewheel.dependencies",),
    ("edgewheel.rules",),
    ("edgewheel.reports",),
    ("edgewheel.trim",),
    ("edgewheel.commands",),
    ("edgewheel.cli",),
    ("edgewheel.__main__",),
    ("edgewheel_build",),
)


#: What the moves have left to untangle.
PENDING = {
    "edgewheel.trim.proof imports edgewheel.commands.progress",
}


def modules() -> dict[str, Path]:
    found = {}
    for room in ROOMS:
        for path in room.rglob("*.py"):
            parts = path.relative_to(room).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path, known: dict[str, Path]) -> Iterator[str]:
    """Every module of the two rooms that a module imports anywhere, for typing only left out."""
    for node in ast.walk(_without_typing(ast.parse(path.read_text("utf-8")))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name}: a relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                if full in known:
                    yield full
                elif node.module in known:
                    yield str(node.module)


def _without_typing(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    return tree


def rank(module: str) -> tuple[int, str]:
    for height, layer in enumerate(ORDER):
        for name in layer:
            if module == name or module.startswith(f"{name}."):
                return height, name
    return -1, module  # the packages' own __init__


def test_rooms_are_no_packages() -> None:
    assert not [room for room in ROOMS if (room / "__init__.py").exists()]


def test_order_is_one_way() -> None:
    known = modules()
    wrong = []
    for name, path in known.items():
        height, layer = rank(name)
        for target in imports(name, path, known):
            target_height, target_layer = rank(target)
            if target_layer != layer and target_height >= height:
                wrong.append(f"{name} imports {target}")
    assert set(wrong) == PENDING


def test_commands_do_not_know_the_backend() -> None:
    known = modules()
    assert not [
        name
        for name, path in known.items()
        if name.startswith("edgewheel.") and any(t.startswith("edgewheel_build") for t in imports(name, path, known))
    ]


def test_no_cycles() -> None:
    known = modules()
    graph = {name: set(imports(name, path, known)) - {name} for name, path in known.items()}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            pytest.fail(" -> ".join((*path[path.index(name) :], name)))
        if name not in done:
            for target in sorted(graph[name]):
                visit(target, (*path, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


def test_nothing_prints_or_exits_below_the_edge() -> None:
    edge = ("edgewheel.commands", "edgewheel.cli", "edgewheel.__main__", "edgewheel_build")
    wrong = [
        f"{name}:{node.lineno}"
        for name, path in modules().items()
        if not name.startswith(edge)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "sys.exit", "exit", "quit"}
    ]
    assert wrong == []
