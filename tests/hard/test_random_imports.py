"""Random trees of modules that import each other: the analysis says what the importing Python says.

Any number by hand: `python -m tests.test_random_imports 2000 SEED` prints the trees on which they differ.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

NAMES = ("a", "b", "c", "util", "core")
CONFIG = (
    'name = "w"\nmain = "src/main.py"\ncompatibility_date = "2025-01-01"\ncompatibility_flags = ["python_workers"]\n'
)
#: Imports main as the runtime does: the standard library, what is vendored, the project. Prints how that ends, at
#: the innermost statement of the project's own.
REAL = """
import json, sys, traceback
root = sys.argv[1]
sys.path = [each for each in sys.path if each and "site-packages" not in each]
sys.path += [f"{root}/python_modules", f"{root}/src"]
sys.dont_write_bytecode = True
try:
    import main
    print(json.dumps(None))
except ImportError as error:
    own = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(f"{root}/src/")]
    print(json.dumps([own[-1].filename[len(root) + 1:], own[-1].lineno, type(error).__name__, str(error)]))
"""


def tree(pick: random.Random) -> dict[str, str]:
    """Modules that import only what comes after them in an order, so that no circle decides."""
    files: list[str] = []

    def fill(folder: str, depth: int) -> None:
        for name in pick.sample(NAMES, pick.randint(1, 3)):
            if depth >= 2 or pick.random() < 0.5:
                files.append(f"{folder}{name}.py")
                continue
            files.extend([f"{folder}{name}/__init__.py"] if pick.random() < 0.6 else [])
            fill(f"{folder}{name}/", depth + 1)

    fill("src/", 0)
    if pick.random() < 0.4:
        fill("python_modules/", 1)
    modules = sorted({above for path in files for above in upwards(dotted(path))})
    order = {name: at for at, name in enumerate(pick.sample(modules, len(modules)))}
    found = {path: source(pick, path, order) for path in files}
    heads = "".join(f"import {name}\n" for name in pick.sample(modules, min(2, len(modules))))
    return found | {"src/main.py": heads + source(pick, "src/main.py", order), "wrangler.toml": CONFIG}


def dotted(path: str) -> str:
    return path.partition("/")[2].removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def upwards(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


def source(pick: random.Random, path: str, order: dict[str, int]) -> str:
    own = dotted(path)
    around = upwards(own)
    later = [
        name
        for name in order
        if name not in around and all(each in around or order[each] > order.get(own, -1) for each in upwards(name))
    ]
    lines = [guarded(pick, statement(pick, path, pick.choice(later))) for _ in range(pick.randrange(4)) if later]
    if pick.random() < 0.8:
        lines.insert(pick.choice([0, len(lines)]), "VALUE = 1")
    return "".join(f"{line}\n" for line in lines)


def statement(pick: random.Random, path: str, target: str) -> str:
    parent, _, last = target.rpartition(".")
    gone = f"gone_{pick.randrange(1000)}"
    forms = [
        f"import {target}",
        f"import {target} as z",
        f"from {target} import VALUE",
        f"from {target} import {gone}",
    ]
    forms += [
        f"import {target}.{gone}",
        f"from {target}.{gone} import x",
        *([f"from {parent} import {last}"] * 3 if parent else []),
    ]
    own = dotted(path)
    package = own.split(".") if path.endswith("/__init__.py") else own.split(".")[:-1]
    names = target.split(".")
    shared = 0
    while package[shared : shared + 1] == names[shared : shared + 1] != []:
        shared += 1
    dots, rest = "." * (len(package) - shared + 1 + (pick.random() < 0.1)), names[shared:]
    if rest:
        forms += [
            f"from {dots}{'.'.join(rest)} import VALUE",
            *[f"from {dots}{'.'.join(rest[:-1])} import {rest[-1]}"] * 2,
        ]
    return pick.choice(forms)


def guarded(pick: random.Random, line: str) -> str:
    errors = pick.choice(["ImportError", "ModuleNotFoundError", "Exception", ""])
    chance = pick.random()
    if chance < 0.15 and errors:
        return f"try:\n    {line}\nexcept {errors}:\n    pass"
    if chance < 0.2:
        return f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    {line}"
    return f"def f():\n    {line}" if chance < 0.27 else line


def differs(number: int, top: Path) -> str:
    """What the two say of a tree, "" where it is the same."""
    for name, text in tree(random.Random(number)).items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    done = subprocess.run([sys.executable, "-I", "-c", REAL, str(top)], capture_output=True, text=True, check=True)
    real: list[Any] | None = json.loads(done.stdout)
    if real is not None and "circular import" in real[3]:  # a vendored module of a name that is here too closes one
        return ""
    proof = proved(top)
    told = [[each["path"], each["line"], each["error"]] for each in proof["failures"] if each["at"] == "start"]
    same = proof["imports"] if real is None else not proof["imports"] and real[:3] in told
    return "" if same else f"{real} against {told}"


def proved(top: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "edgewheel", "prove", "--format", "json"]
    found: dict[str, Any] = json.loads(subprocess.run(command, cwd=top, capture_output=True, check=False).stdout)
    return found


@pytest.mark.parametrize("first", range(0, 60, 10))
def test_random_imports(first: int, tmp_path: Path) -> None:
    for number in range(first, first + 10):
        assert differs(number, tmp_path / str(number)) == "", number


def by_hand(count: int, seed: int) -> None:
    for number in range(seed * 1_000_000, seed * 1_000_000 + count):
        with tempfile.TemporaryDirectory() as folder:
            if wrong := differs(number, Path(folder).resolve()):
                print(number, wrong)  # noqa: T201


if __name__ == "__main__":
    by_hand(int(sys.argv[1]), int(sys.argv[2]))
