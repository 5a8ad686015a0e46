"""Names that nothing binds: told where a run surely comes to them, in no doubtful case."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.projects import write

from edgewheel.cli import main
from edgewheel.sources.unbound import Unbound, unbound

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "wrangler.toml": 'name = "w"\nmain = "src/main.py"\ncompatibility_date = "2026-10-01"\n'
    'compatibility_flags = ["python_workers"]\n',
    "src/main.py": "from workers import WorkerEntrypoint\nimport other\nclass Default(WorkerEntrypoint):\n"
    "    async def fetch(self, request): ...\n",
}


@pytest.mark.parametrize(
    "text",
    [
        *("lost", "x = lost.y", "@lost\ndef f(): ...", "def f(a=lost): ...", "class A(lost): ...", "x = f'{lost}'"),
        *("def f():\n    lost\nf()", "print(lost)", "x = [each for each in lost]", "class A:\n    b = lost"),
        *("if lost: ...", "with lost: ...", "for each in lost: ...", "import os\nlost.environ", "x = lost if 1 else 2"),
    ],
)
def test_used_for_certain(text: str) -> None:
    found = unbound(text.replace("x = lost if 1 else 2", "x = 1 if lost else 2").encode())
    assert found is not None
    assert found.name == "lost"


@pytest.mark.parametrize(
    "text",
    [
        *("x = 1\ny = x", "def f(a): return a\nf(1)", "class A:\n    b = 1\n    c = b", "[x for x in []]"),
        *("try:\n    lost\nexcept NameError:\n    ...", "x: lost = 1", "def f(a: lost): ...", "from m import *\nlost"),
        *("globals()['lost'] = 1\nlost", "lambda: lost", "def f(): lost", "if 1 > x: lost\nx = 1", "x or lost\nx = 1"),
        *("match 1:\n    case x: ...\nx", "with open('a') as f: f", "for i in []: ...\ni", "(y := 1)\ny"),
        *("print(__name__, __file__, __debug__, ExceptionGroup)", "def f():\n    global g\n    g = 1\nf()\ng", "def ("),
    ],
)
def test_bound_somewhere_or_in_doubt(text: str) -> None:
    assert unbound(text.encode()) is None


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("X = lost\n", [("other.py", 1, "name 'lost' is not defined")]),
        ("X = 1\n", []),
        ("import builtins\nX = lost\n", []),
    ],
)
def test_prove_says_that_main_does_not_import(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], other: str, expected: list[tuple[str, int, str]]
) -> None:
    root = write(tmp_path / "w", {**FILES, "src/other.py": other})
    assert main(["prove", str(root), "--format", "json"]) == bool(expected)
    answer = json.loads(capsys.readouterr().out)
    assert [(each["path"].rpartition("/")[2], each["line"], each["message"]) for each in answer["failures"]] == expected
    assert answer["accepted"] is (not expected)


@pytest.mark.parametrize(
    "text", ["x = " + "+".join(["1"] * 3000), "import enum\nenum.IntEnum._convert_('Kind', __name__, bool)\nKind.A"]
)
def test_too_deep_to_read_or_named_from_elsewhere(text: str) -> None:
    assert unbound(text.encode()) is None


def test_the_line() -> None:
    assert unbound(b"import os\n\nos.environ\nx = lost\n") == Unbound("lost", 4)
