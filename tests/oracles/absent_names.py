# ruff: noqa: E501 - programs for other Pythons
"""Writes `data/absent_names.json`: what CPython's standard library has and that of a Python on Workers lacks.

    python -m tests.oracles.absent_names PYTHON...

Every public module is imported in each of the given CPythons (any of 3.10 to 3.14) and their names asked of each Pyodide
by getattr: 3.14 makes some lazily, so that dir() does not show them. Of Pyodide's own modules the names that are there,
and of the SDK's `workers` those of the newest release on PyPI.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests import tools
from tests.oracles.random_modules import PYODIDES

ROOT = Path(__file__).parent.parent.parent
#: Modules that do something when they are imported, or that end the interpreter.
UNASKED = frozenset(("this", "antigravity", "idlelib", "test", "pty", "tty", "lib2to3", "turtledemo", "turtle"))
#: Pyodide's own, of which code imports names.
OWN = ("pyodide", "pyodide.code", "pyodide.ffi", "pyodide.http", "pyodide.webloop")
#: Seen in no CPython that is at hand, or in declarations of types only. facts: acceptance 4
BY_HAND = {
    "3.14": {"concurrent.futures": ["InterpreterPoolExecutor"]},
    "": {"js": ["D1Database", "Env", "KVNamespace", "document", "localStorage", "window"]},
}
#: Before 3.14 the runtime loads the parts of Python's library that OpenSSL gives, and npm's Pyodide does not.
LOADED = re.compile("ssl|https|tls|pbkdf2|scrypt", re.IGNORECASE)
DRIVER = """
import { readFileSync } from "node:fs";
const [, , folder, code, given] = process.argv;
const { loadPyodide } = await import("file://" + folder + "/pyodide.mjs");
const python = await loadPyodide({ indexURL: folder + "/", stdout() {}, stderr() {} });
python.globals.set("given", readFileSync(given, "utf8"));
console.log("@" + python.runPython(readFileSync(code, "utf8")));
process.exit(0);
"""
LISTED = """
import importlib, json, sys, types, warnings
warnings.simplefilter("ignore")
found = {}
for name in json.load(sys.stdin):
    try:
        module = importlib.import_module(name)
    except BaseException:
        continue
    names = {*dir(module), *getattr(module, "__all__", ())}
    public = (each for each in names if not each.startswith("_"))
    found[name] = sorted(each for each in public if not isinstance(getattr(module, each, json), types.ModuleType))
print(json.dumps(found))
"""
LACKING = """
import importlib, json, warnings
warnings.simplefilter("ignore")
lacking = {}


def has(module, name):
    try:
        getattr(module, name)
    except BaseException:  # lazily imported, and that fails
        return False
    return True


for name, names in json.loads(given)["names"].items():
    try:
        module = importlib.import_module(name)
    except BaseException:
        continue
    lacking[name] = [each for each in names if not has(module, each)]
own = {name: sorted(each for each in dir(importlib.import_module(name)) if each[0] != "_") for name in json.loads(given)["own"]}
json.dumps([{name: names for name, names in lacking.items() if names}, own])
"""


def of_cpython(command: str, modules: list[str]) -> dict[str, list[str]]:
    done = subprocess.run(
        [command, "-I", "-c", LISTED], input=json.dumps(modules), capture_output=True, text=True, check=True
    )
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def of_pyodide(python: str, names: dict[str, list[str]]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        given = json.dumps({"names": names, "own": OWN})
        for name, text in (("driver.mjs", DRIVER), ("code.py", LACKING), ("given.json", given)):
            (Path(folder) / name).write_text(text, "utf-8")
        package = str(tools.pyodide(PYODIDES[python]))
        done = subprocess.run(
            ["node", f"{folder}/driver.mjs", package, f"{folder}/code.py", f"{folder}/given.json"],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith("@"))[1:])


def of_sdk() -> tuple[str, list[str]]:
    """The version of the newest workers-runtime-sdk, and the names of its `workers`: bound, or given by its hook."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["uv", "pip", "install", "--quiet", "--no-deps", "--python-version", "3.13", "--target", folder]
        subprocess.run([*command, "workers-runtime-sdk"], check=True)
        (info,) = Path(folder).glob("workers_runtime_sdk-*.dist-info")
        tree = ast.parse(Path(folder, "workers", "__init__.py").read_text("utf-8"))
    found = {
        alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    found |= {
        str(each.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.List)
        for each in node.elts
        if isinstance(each, ast.Constant)
    }
    return info.name.split("-")[1].removesuffix(".dist"), sorted(name for name in found if not name.startswith("_"))


def main(commands: list[str]) -> None:
    library = json.loads((ROOT / "hooks/edgewheel/data/stdlib.json").read_text("utf-8"))["pythons"]
    tops = {name for table in library.values() for name in table["modules"]} - UNASKED
    inner = {
        f"{top}.{name}"
        for table in library.values()
        for top in table["submodules"]
        for name in table["submodules"][top]
    }
    public = sorted(name for name in tops | inner if not name.startswith("_") and "._" not in name and "__" not in name)
    known: dict[str, set[str]] = {}
    for command in commands:
        for module, names in of_cpython(command, public).items():
            known.setdefault(module, set()).update(names)
    absent, own = {}, {}
    for python in PYODIDES:
        lacking, own[python] = of_pyodide(python, {module: sorted(names) for module, names in known.items()})
        for extra in (BY_HAND.get(python, {}), BY_HAND[""]):
            for module, names in extra.items():
                lacking[module] = sorted({*lacking.get(module, ()), *names})
        if python != "3.14":
            lacking = {module: [name for name in names if not LOADED.search(name)] for module, names in lacking.items()}
        absent[python] = {module: names for module, names in sorted(lacking.items()) if names}
    version, names_of_sdk = of_sdk()
    for python in PYODIDES:
        own[python]["workers"] = names_of_sdk
    whole = {
        "as_of": time.strftime("%Y-%m-%d"),
        "source": "getattr in Pyodide 0.26.4, 0.28.3 and 314.0.7 on the public names of CPython 3.10 to 3.13; "
        f"workers-runtime-sdk {version} of PyPI",
        "about": "`absent`: by Python on Workers and module, the names that a CPython has and it lacks; `own`: all names "
        "of Pyodide's own modules and of the SDK's `workers`. Made by tests/oracles/absent_names.py.",
        "absent": absent,
        "own": own,
    }
    lines = json.dumps(whole, separators=(",", ":")).replace('],"', '],\n"')
    (ROOT / "hooks/edgewheel/data/absent_names.json").write_text(lines + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
