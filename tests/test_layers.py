"""The one-way order of the rooms, lazy imports included."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgewheel.rules.registry import book

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
ROOMS = (ROOT / "hooks", ROOT / "backend")
#: What a room may import: itself and the rooms above it in this list. Rooms on one line do not see each other.
#: `docs/architecture.md` draws the same.
ORDER = (
    ("edgewheel.findings", "edgewheel.data"),
    ("edgewheel.documents", "edgewheel.sources", "edgewheel.logs"),
    ("edgewheel.requirements",),
    ("edgewheel.repository",),
    ("edgewheel.wrangler", "edgewheel.runtime"),
    ("edgewheel.layout",),
    ("edgewheel.deploy",),
    ("edgewheel.dependencies",),
    ("edgewheel.trim",),
    ("edgewheel.rules",),
    ("edgewheel.reports",),
    ("edgewheel.commands",),
    ("edgewheel.cli",),
    ("edgewheel.__main__",),
    ("edgewheel_build",),
)
#: Lines that a file may have, and that of a table or a state machine that no cut makes clearer.
LONGEST, LONGEST_TABLE = 300, 400
TABLES = {"edgewheel.documents.toml", "edgewheel.runtime.real.probe"}
#: What is left to cut; nothing may be added.
TOO_LONG = {"edgewheel.deploy"}


def modules() -> dict[str, Path]:
    found = {}
    for room in ROOMS:
        for path in room.rglob("*.py"):
            parts = path.relative_to(room).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path, known: dict[str, Path], *, at_run_time: bool = False) -> Iterator[str]:
    """Every module of the two rooms that a module imports anywhere."""
    for node in ast.walk(_without_typing(tree(path)) if at_run_time else tree(path)):
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


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _without_typing(module: ast.Module) -> ast.Module:
    body = [
        node for node in module.body if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    ]
    return ast.Module(body, [])


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
    assert wrong == []


def test_commands_do_not_know_the_backend() -> None:
    known = modules()
    assert not [
        name
        for name, path in known.items()
        if name.startswith("edgewheel.") and any(t.startswith("edgewheel_build") for t in imports(name, path, known))
    ]


def test_no_cycles() -> None:
    known = modules()
    graph = {name: set(imports(name, path, known, at_run_time=True)) - {name} for name, path in known.items()}
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
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "sys.exit", "exit", "quit"}
    ]
    assert wrong == []


def test_no_class_name_for_two_things() -> None:
    places = defaultdict(list)
    for name, path in modules().items():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(name)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_a_rules_file_is_named_as_the_rule() -> None:
    wrong = [
        (entry.code, entry.module)
        for entry in book()
        if entry.module.rpartition(".")[2] != entry.name.replace("-", "_")
    ]
    assert wrong == []


def test_files_are_read_in_one_sitting() -> None:
    lines = {name: path.read_text("utf-8").count("\n") for name, path in modules().items()}
    assert {
        name: count
        for name, count in lines.items()
        if count > (LONGEST_TABLE if name in TABLES else LONGEST) and name not in TOO_LONG
    } == {}


def test_one_rule_loads_what_it_needs(tmp_path: Path) -> None:
    """`check --select EW301` is what a hook costs before it has begun."""
    (tmp_path / "wrangler.toml").write_text('name = "w"\nmain = "src/main.py"\n', "utf-8")
    code = (
        "import sys; from edgewheel.cli import main; main(['check', '--select', 'EW301'])\n"
        "print(*[name for name in sys.modules if name.split('.')[0] == 'edgewheel'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()[-1].split()) <= 60


def test_the_picture_in_the_docs_is_this_order() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    picture = text.split("```text\n", 1)[1].split("```", 1)[0]
    drawn = [tuple(sorted(line[:34].split(" · "))) for line in picture.splitlines()]
    kept = [tuple(sorted(name.removeprefix("edgewheel.") for name in line)) for line in ORDER]
    assert [tuple(sorted(name.strip() for name in line)) for line in drawn] == kept
