"""Cases and examples, spoiled at random: every command ends with an exit code, in time, and without an escape sequence.

Any number by hand: `python -m tests.test_broken_files 2000 SEED`.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import tomlkit
from tests import casefile

from edgewheel.cli import main
from edgewheel.documents.document import parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
TREES = [
    *[case for path in sorted((HERE / "cases").glob("EW*.md")) for case in casefile.read(path)],
    *([HERE.parent / "examples" / "forge" / "backend"] * 40),
]
COMMANDS = [
    *(["check"], ["check", "--format", "json"], ["check", "--format", "sarif"], ["check", "--format", "github"]),
    *(["check", "--fix"], ["check", "--diff"], ["check", "--env", "a"], ["init"], ["stage", "--dry-run"]),
    *([name, "--format", "json"] for name in ("bundle", "prove", "deps", "trim")),
]
SPOILED = (".toml", ".json", ".jsonc", ".txt", ".lock", ".py")
#: seconds; a command that takes longer hangs
PATIENCE = 60.0
PIECES = [
    *("[", "[[", "]", '"', "'", "\n", "=", ".", ",", "{", "}", "#", "\\", "\0", "\r\n", "\t", "é", "\u2028"),
    *("\x1b[31m", "[tool.edgewheel]\n", "[[rules]]\n", "[env.x]\n", 'type = "Text"\n', 'globs = ["**/*.txt"]\n'),
    *("1979-05-27", "inf", "import src.x\n", "from . import y\n", "from .... import z\n", "class A(", "def f():\n"),
    *("    ", "async ", "lambda:", '__import__("x")\n', 'sys.path.insert(0, "x")\n', "-r a.txt\n", "-c b.txt\n"),
    *(" --hash=sha256:00\n", "; extra == 'x'"),
]
WORDS = [
    *("", "x", "src/main.py", "**/*.txt", "..", "/abs", "é", "\x1b[31m", "%X%", "${A}", "2026-10-01", "Text", "a\nb"),
    *("PythonModule", "src", ".", "pytest", "*" * 30, "python_workers", "1 MiB", "EW101"),
]
NAMES = [
    *("name", "main", "rules", "env", "a", "python_modules", "exclude", "build", "command", "watch_dir", "base_dir"),
    *("type", "compatibility_date", "compatibility_flags", "globs", "fallthrough", "vars", "assets", "directory"),
    *("durable_objects", "bindings", "binding", "class_name", "script_name", "workflows", "queues", "migrations"),
    *("tool", "edgewheel", "select", "size", "budget", "strip", "project", "dependencies", "optional-dependencies"),
    *("dependency-groups", "requires-python"),
]


def value(pick: random.Random, depth: int = 0) -> Any:
    kind = pick.randrange(4 if depth < 3 else 2)
    if kind == 0:
        return pick.choice(WORDS)
    if kind == 1:
        return pick.choice([0, 1, -1, 2**40, 1.5, True, False])
    if kind == 2:
        return [value(pick, depth + 1) for _ in range(pick.randrange(4))]
    return {pick.choice(NAMES): value(pick, depth + 1) for _ in range(pick.randrange(4))}


def keys(data: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every key and item."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, below in items:
        yield (*above, key)
        yield from keys(below, (*above, key))


def spoil_data(pick: random.Random, data: dict[str, Any]) -> None:
    """One value changed, taken away or added."""
    *path, last = pick.choice([*keys(data), (pick.choice(NAMES),)])
    table: Any = data
    for key in path:
        table = table[key]
    if last in table if isinstance(table, dict) else pick.random() < 0.3:
        del table[last]
    if isinstance(table, list):
        table.append(value(pick))
    else:
        table[pick.choice([last, pick.choice(NAMES)])] = value(pick)


def spoil_text(pick: random.Random, text: str) -> str:
    for _ in range(pick.randint(1, 4)):
        start = pick.randrange(len(text) + 1)
        end = min(len(text), start + pick.randrange(40))
        middle = pick.choice(["", pick.choice(PIECES), text[start:end] * 2, text[start:end] + pick.choice(PIECES)])
        text = text[:start] + middle + text[end:]
    return text


def spoil(pick: random.Random, path: Path) -> None:
    raw = path.read_bytes()
    text = raw.decode("utf-8", "replace")
    if path.suffix == ".toml" and pick.random() < 0.5:
        data = parse_text(path.name, text).data
        for _ in range(pick.randint(1, 3)):
            spoil_data(pick, data)
        if path.name == "wrangler.toml" and pick.random() < 0.3:
            path.unlink()
            path.with_suffix(".jsonc").write_text("// spoiled\n" + json.dumps(data, default=str), "utf-8")
        else:
            path.write_text(tomlkit.dumps(data), "utf-8")
    elif pick.random() < 0.05:
        path.write_bytes(raw[: pick.randrange(len(raw) + 1)] + bytes([pick.randrange(256)]))
    else:
        path.write_bytes(spoil_text(pick, text).encode("utf-8", "surrogatepass"))


def broken(number: int, top: Path) -> Iterator[tuple[list[str], str]]:
    """Runs some commands on one spoiled tree; yields each with what is wrong with its end."""
    pick = random.Random(number)
    chosen = pick.choice(TREES)
    if isinstance(chosen, Path):
        shutil.copytree(chosen, top, symlinks=True)
    else:
        top.mkdir()
        casefile.make(chosen, top)
    files = [path for path in sorted(top.rglob("*")) if path.suffix in SPOILED and path.is_file()]
    for path in pick.sample(files, min(len(files), 2)):
        spoil(pick, path)
    before = Path.cwd()
    os.chdir(top)
    try:
        for arguments in pick.sample(COMMANDS, 3):
            said, start = io.StringIO(), time.monotonic()
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                code = main(arguments)
            if code not in {0, 1, 2}:
                yield arguments, f"exit {code}"
            if time.monotonic() - start > PATIENCE:
                yield arguments, "hangs"
            if "\x1b" in said.getvalue():
                yield arguments, "an escape sequence in the output"
    finally:
        os.chdir(before)


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_spoiled_files(first: int, tmp_path: Path) -> None:
    for number in range(first, first + 20):
        assert list(broken(number, tmp_path / str(number))) == [], number


def by_hand(count: int, seed: int) -> None:
    for number in range(seed * 1_000_000, seed * 1_000_000 + count):
        with tempfile.TemporaryDirectory() as folder:
            try:
                for arguments, wrong in broken(number, Path(folder) / "tree"):
                    print(number, arguments, wrong)  # noqa: T201
            except Exception:  # noqa: BLE001 - each is told, the rest goes on
                print(number, traceback.format_exc(limit=-2))  # noqa: T201


if __name__ == "__main__":
    by_hand(int(sys.argv[1]), int(sys.argv[2]))
