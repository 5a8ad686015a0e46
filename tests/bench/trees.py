"""The projects that the benchmark measures on, written to a temporary folder."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

WRANGLER = """\
name = "bench"
main = "src/main.py"
compatibility_date = "2026-11-01"
compatibility_flags = ["python_workers"]
"""
PROJECT = """\
[project]
name = "bench"
version = "1"
requires-python = ">=3.12"
dependencies = ["workers-runtime-sdk"]

[tool.deptry]
known_first_party = ["core", "src", "workers"]
"""
MAIN = """\
from core.m{last} import value
from workers import Response, WorkerEntrypoint


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return Response(str(value("a")))
"""
#: Each module imports the one before it, so that main reaches all of them.
MODULE = '''"""Module {n}."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

{chain}


@dataclass(frozen=True)
class Record{n}:
    """One record."""

    name: str
    size: int = {n}

    def as_json(self) -> str:
        return json.dumps({{"name": self.name, "size": self.size}})


def value(key: str, default: Any = None) -> Any:
    """A value by its key."""
    table = {{"a": 1, "b": [1, 2, 3], "c": {{"d": "e"}}}}
    if key in table:
        return table[key]
    try:
        return int(key) + {n}
    except ValueError:
        return default


def fresh() -> Record{n}:
    return Record{n}(str(uuid.uuid4()))


def describe(record: Record{n}) -> str:
    parts = [f"{{name}}={{getattr(record, name)!r}}" for name in ("name", "size")]
    return ", ".join(parts)
'''


def write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def worker(top: Path, *, modules: int, namespace: str = "", build: str = "") -> Path:
    """A Worker with this many modules; `build` is its `[build-system]` and what goes with it."""
    package = f"{namespace}.core." if namespace else "core."
    main = MAIN.replace("core.", package).replace("{last}", str(modules - 1))
    write(top / "wrangler.toml", WRANGLER)
    write(top / "src" / "main.py", main)
    write(top / "src" / "__init__.py", "")
    write(top / "src" / "core" / "__init__.py", "")
    for n in range(modules):
        write(top / "src" / "core" / f"m{n}.py", module(n, package))
    write(top / "pyproject.toml", build + PROJECT)
    return top


def module(n: int, package: str) -> str:
    """The text of one module, which imports the one before it."""
    chain = f"from {package}m{n - 1} import value as other_value" if n else "import os.path"
    return MODULE.format(n=n, chain=chain)


def workers(top: Path, *, count: int, modules: int) -> Path:
    """A repository of this many Workers with this many modules each, no two of which have one text."""
    for number in range(count):
        folder = worker(top / f"worker{number}", modules=modules)
        for n in range(modules):
            path = folder / "src" / "core" / f"m{n}.py"
            write(path, f'{path.read_text("utf-8")}\n\nWORKER = "worker{number}"\n')
    return top


def change(top: Path) -> None:
    """Changes one module, each time anew."""
    path = next(top.rglob("m0.py"))
    write(path, f"{path.read_text('utf-8')}\n\nCHANGED_{time.monotonic_ns()} = True\n")


def vendored(top: Path, *, files: int, size: int) -> Path:
    """Python files of `size` bytes in python_modules, in packages of fifty, half of them hard to compress."""
    chance = random.Random(7)
    text = module(0, "core.").encode()
    for n in range(files):
        noise = chance.randbytes(size // 4).hex().encode()
        body = (text * (size // len(text) + 1))[: size // 2] + b"\n#" + noise
        write(top / "python_modules" / f"p{n // 50}" / f"m{n}.py", body[:size])
    return top
