"""The projects that the benchmark measures on, written to a temporary folder."""

from __future__ import annotations

import random
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
"""
MAIN = (
    "from core.m0 import value\nfrom workers import WorkerEntrypoint\n\n\nclass Default(WorkerEntrypoint):\n    pass\n"
)
MODULE = '''"""Module {n}."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from {package}m{other} import value as other_value


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
    main = MAIN.replace("core.", package)
    write(top / "wrangler.toml", WRANGLER)
    write(top / "src" / "main.py", main)
    write(top / "src" / "__init__.py", "")
    write(top / "src" / "core" / "__init__.py", "")
    for n in range(modules):
        text = MODULE.format(n=n, other=n - 1 if n else 1, package=package)
        write(top / "src" / "core" / f"m{n}.py", text)
    write(top / "pyproject.toml", build + PROJECT)
    return top


def vendored(top: Path, *, files: int, size: int) -> Path:
    """Python files of `size` bytes in python_modules, in packages of fifty, half of them hard to compress."""
    chance = random.Random(7)
    text = MODULE.format(n=0, other=1, package="core.").encode()
    for n in range(files):
        noise = chance.randbytes(size // 4).hex().encode()
        body = (text * (size // len(text) + 1))[: size // 2] + b"\n#" + noise
        write(top / "python_modules" / f"p{n // 50}" / f"m{n}.py", body[:size])
    return top
