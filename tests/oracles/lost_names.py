"""Writes `data/lost_names.json`: what the standard library of one Python on Workers has and the next one lacks.

    python -m tests.oracles.lost_names

Every public module is imported in each Pyodide; a name counts as there when getattr gives it (3.14 makes some lazily).
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from tests import tools

ROOT = Path(__file__).parent.parent.parent
#: Modules that do something when they are imported, or that end the interpreter.
UNASKED = frozenset(("this", "antigravity", "idlelib", "test", "pty", "tty"))
#: Packages whose submodules are asked too.
ASKED = frozenset(
    ("asyncio", "collections", "concurrent", "email", "http", "importlib", "json", "logging", "os", "unittest")
)
ASKED |= {"urllib", "xml", "zoneinfo"}
PYODIDES = {"3.12": "0.26.4", "3.13": "0.28.3", "3.14": "314.0.7"}
#: What getattr gives and dir() does not list, and what the runtime has in `_hashlib` that npm's Pyodide leaves out.
_LAZY = {
    "ast": ["Bytes", "Ellipsis", "NameConstant", "Num", "Str"],
    "hashlib": ["pbkdf2_hmac", "scrypt"],
    "importlib.abc": ["ResourceReader", "Traversable", "TraversableResources"],
}
HIDDEN = {"3.12": _LAZY, "3.13": _LAZY}
DRIVER = """
import { readFileSync, writeFileSync } from "node:fs";
const [, , folder, code, given] = process.argv;
const { loadPyodide } = await import("file://" + folder + "/pyodide.mjs");
const python = await loadPyodide({ indexURL: folder + "/", stdout() {}, stderr() {} });
python.globals.set("given", readFileSync(given, "utf8"));
writeFileSync(given, python.runPython(readFileSync(code, "utf8")));
process.exit(0);
"""
LISTED = """
import importlib, json, types, warnings
warnings.simplefilter("ignore")
found = {}
for name in json.loads(given):
    try:
        module = importlib.import_module(name)
    except BaseException:
        continue
    listed = getattr(module, "__all__", None)
    own = {each for each in dir(module) if getattr(getattr(module, each, None), "__module__", "") == name}
    names = own | set(dir(module) if listed is None else listed)
    found[name] = sorted(
        each
        for each in names
        if not each.startswith("_") and not isinstance(getattr(module, each, module), types.ModuleType)
        and (each in own or listed is not None or not hasattr(getattr(module, each), "__module__"))
    )
json.dumps(found)
"""
LACKING = """
import importlib, json, types, warnings
warnings.simplefilter("ignore")
found = {}
for name, names in json.loads(given).items():
    try:
        module = importlib.import_module(name)
    except BaseException:
        continue
    gone = [each for each in names if not hasattr(module, each)]
    if gone:
        found[name] = gone
json.dumps(found)
"""


def ask(python: str, code: str, given: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("driver.mjs", DRIVER), ("code.py", code), ("given.json", json.dumps(given))):
            (Path(folder) / name).write_text(text, "utf-8")
        command = [str(tools.node()), f"{folder}/driver.mjs", str(tools.pyodide(PYODIDES[python]))]
        subprocess.run([*command, f"{folder}/code.py", f"{folder}/given.json"], capture_output=True, check=True)
        return json.loads((Path(folder) / "given.json").read_text("utf-8"))


def main() -> None:
    library = json.loads((ROOT / "hooks/edgewheel/data/stdlib.json").read_text("utf-8"))["pythons"]
    steps = {}
    for old, new in (("3.13", "3.14"), ("3.12", "3.13")):
        tops = [name for name in library[old]["modules"] if not name.startswith("_") and name not in UNASKED]
        inner = [f"{top}.{name}" for top, names in library[old]["submodules"].items() for name in names]
        public = [name for name in inner if not re.search(r"\._|^_|\.main$", name) and name.partition(".")[0] in ASKED]
        there = ask(old, LISTED, [*tops, *(public if old != "3.12" else ())])  # 0.26 ends on one of them
        modules = {name for name in there if "." not in name}
        for name, hidden in HIDDEN[old].items():
            there[name] = sorted({*there.get(name, ()), *hidden})
        lost = ask(new, LACKING, there)
        # what a module had only because it imported it is no name of its own
        steps[new] = {name: [each for each in names if each not in modules] for name, names in sorted(lost.items())}
        if new == "3.13":
            steps[new].pop("hashlib", None)  # the runtime's 3.13 has them
        steps[new] = {name: names for name, names in steps[new].items() if names}
    whole = {
        "as_of": time.strftime("%Y-%m-%d"),
        "source": "getattr on the public names of the standard library in Pyodide 0.26.4, 0.28.3 and 314.0.7",
        "about": "By Python: public names that the Python before it has on Workers and it lacks, by module. Made by "
        "tests/oracles/lost_names.py.",
        "names": steps,
    }
    (ROOT / "hooks/edgewheel/data/lost_names.json").write_text(json.dumps(whole, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
