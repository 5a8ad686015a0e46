"""Files that were right, spoiled at random: a value changed, a piece of text lost, doubled or put in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import tomlkit

from edgewheel.documents.document import parse_text

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

#: What a name in the project may hold to be taken for a command of the job's log, or of the terminal.
HOSTILE = (
    *("a\n::error file=x::forged", "\r::stop-commands::x", "\u2028::warning::forged", "\x85::error::forged"),
    *(
        "\x1b[2J",
        "\x1b]8;;http://x\x07y",
        "\x9b31m",
        "\u202egnp.exe",
        "\u2066x",
        "\x00",
        "\x07",
        "%0A::error::x",
        "a|b",
        "`x`",
    ),
)
PIECES = [
    *("[", "[[", "]", '"', "'", "\n", "=", ".", ",", "{", "}", "#", "\\", "\0", "\r\n", "\t", "é", "\u2028"),
    *("\x1b[31m", "[tool.edgewheel]\n", "[[rules]]\n", "[env.x]\n", 'type = "Text"\n', 'globs = ["**/*.txt"]\n'),
    *("1979-05-27", "inf", "import src.x\n", "from . import y\n", "from .... import z\n", "class A(", "def f():\n"),
    *("    ", "async ", "lambda:", '__import__("x")\n', 'sys.path.insert(0, "x")\n', "-r a.txt\n", "-c b.txt\n"),
    *(" --hash=sha256:00\n", "; extra == 'x'"),
    *HOSTILE,
]
WORDS = [
    *("", "x", "src/main.py", "**/*.txt", "..", "/abs", "é", "\x1b[31m", "%X%", "${A}", "2026-10-01", "Text", "a\nb"),
    *("PythonModule", "src", ".", "pytest", "*" * 30, "python_workers", "1 MiB", "EW101"),
    *HOSTILE,
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
