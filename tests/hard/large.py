"""Projects below 1 MB with one thing that is very long, very deep or very many: no command takes over 2 s of CPU.

A shape says where the thing stands, a unit what it is made of. Each command runs in a process of its own, ended when
it has taken twice its time.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests import projects

from edgewheel.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: What a project below 1 MB may take, in seconds of CPU.
MOST = 2.0
MAIN = (
    "from workers import WorkerEntrypoint\nclass Default(WorkerEntrypoint):\n    async def fetch(self, request): ...\n"
)
CONFIG = (
    'name = "w"\nmain = "src/main.py"\ncompatibility_date = "2026-10-01"\ncompatibility_flags = ["python_workers"]\n'
)
PYPROJECT = '[project]\nname = "w"\nversion = "1"\n'
UNITS = (
    *(
        "x",
        "1",
        " ",
        "\t",
        ".",
        ",",
        "-",
        "_",
        "/",
        "*",
        "**/",
        "a/",
        "../",
        "a*",
        "[",
        "a[",
        "]",
        "{",
        "a{",
        "{a,",
        "}",
    ),
    *(
        "(",
        "a(",
        ")",
        "()",
        "'",
        '"',
        "\\",
        "\\'",
        '\\"',
        "\\x",
        "#",
        "# coding:",
        " #",
        "a #",
        "!",
        "?",
        "a?",
        "|",
        "a|",
    ),
    *(
        "=",
        "==",
        "a=",
        "<",
        ">=1,",
        ";",
        "a;",
        "; ",
        "&&",
        "a && ",
        "$(",
        "${a}",
        "`",
        ":",
        "a: ",
        "@",
        "a.",
        "a,",
        "a b ",
    ),
    *(
        "é",
        "\u2028",
        "\x1b[",
        "import ",
        "from ",
        "def ",
        "class ",
        "f'{",
        "not ",
        "lambda: ",
        "if ",
        "%",
        "::",
        "~",
        "^",
    ),
)


def text(value: str) -> str:
    """A string of TOML, JSON and Python alike."""
    return json.dumps(value, ensure_ascii=False)


#: shape -> (file, text around the long thing; `%` stands for it, `&` for it in quotes), the commands that meet it
LONG: dict[str, tuple[str, str, str]] = {
    "comment": ("src/main.py", MAIN + "# %\n", "check prove"),
    "first line": ("src/main.py", "#%\n" + MAIN, "check"),
    "code": ("src/main.py", MAIN + "%\n", "check prove"),
    "value": ("src/main.py", MAIN + "x = %\n", "check"),
    "call": ("src/main.py", MAIN + "open(%)\n", "check"),
    "string": ("src/main.py", MAIN + "x = &\n", "check"),
    "docstring": ("src/main.py", MAIN + '"""%"""\n', "check"),
    "imported": ("src/main.py", MAIN + "import %\n", "check prove"),
    "from": ("src/main.py", MAIN + "from % import x\n", "check"),
    "decorator": ("src/main.py", MAIN + "@%\ndef f(): ...\n", "check"),
    "parameters": ("src/main.py", MAIN + "def f(%): ...\n", "check"),
    "bases": ("src/main.py", MAIN + "class A(%): ...\n", "check"),
    "vendored": ("python_modules/a/__init__.py", "x = 1\nimport b # %\n%\n", "check trim"),
    "requirement": ("requirements-runtime.txt", "%\n", "check deps"),
    "requirement's rest": ("requirements-runtime.txt", "x%\n", "check"),
    "extra": ("requirements-runtime.txt", "x[%]\n", "check"),
    "marker": ("requirements-runtime.txt", "x ; %\n", "check"),
    "comment of a requirement": ("requirements.txt", "x%# y\n", "check"),
    "option": ("requirements.txt", "--%\n-r %\n", "check"),
    "url": ("requirements.txt", "x @ https://%\n", "check"),
    "dependency": ("pyproject.toml", PYPROJECT + "dependencies = [&]\n", "check deps init"),
    "name": ("pyproject.toml", "[project]\nversion = '1'\nname = &\n", "check stage init"),
    "bare key": ("pyproject.toml", PYPROJECT + "% = 1\n", "check"),
    "bare value": ("pyproject.toml", PYPROJECT + "x = %\n", "check"),
    "blanks of a header": ("pyproject.toml", PYPROJECT + "[%]\n", "check settings"),
    "requires-python": ("pyproject.toml", PYPROJECT + "requires-python = &\n", "check upgrade"),
    "setting": ("pyproject.toml", PYPROJECT + "[tool.edgewheel]\nentry = &\n", "check settings"),
    "strip": ("pyproject.toml", PYPROJECT + "[tool.edgewheel]\nstrip = [&]\n", "check stage"),
    "hatch exclude": ("pyproject.toml", PYPROJECT + "[tool.hatch.build]\nexclude = [&]\n", "check stage"),
    "hatch include": ("pyproject.toml", PYPROJECT + "[tool.hatch.build]\ninclude = [&]\n", "check stage"),
    "per file": ("pyproject.toml", PYPROJECT + '[tool.edgewheel.per-file-ignores]\n& = ["EW2"]\n', "check"),
    "budget": ("pyproject.toml", PYPROJECT + "[tool.edgewheel.size]\nbudget = &\n", "check"),
    "command": ("wrangler.toml", CONFIG + "[build]\ncommand = &\n", "check init"),
    "glob": ("wrangler.toml", CONFIG + '[[rules]]\ntype = "Text"\nglobs = [&]\n', "check bundle"),
    "excluded": ("wrangler.toml", CONFIG + "[python_modules]\nexclude = [&]\n", "check trim"),
    "main": ("wrangler.toml", "main = &\n", "check bundle"),
    "date": ("wrangler.toml", 'main = "src/main.py"\ncompatibility_date = &\n', "check upgrade"),
    "variable": ("wrangler.toml", CONFIG + "[vars]\nA = &\n", "check"),
    "environment": ("wrangler.toml", CONFIG + "[env.&]\nname = 'x'\n", "check"),
    "class": ("wrangler.toml", CONFIG + '[[durable_objects.bindings]]\nname = "A"\nclass_name = &\n', "check"),
    "container": ("wrangler.toml", CONFIG + '[[containers]]\nclass_name = "A"\nimage = &\n', "check"),
    "route": ("wrangler.toml", CONFIG + "routes = [&]\n", "check"),
    "array": ("wrangler.toml", CONFIG + "x = [%]\n", "check"),
    "blanks": ("wrangler.toml", CONFIG + "x = 1%\n%\n", "check"),
    "text of JSON": ("wrangler.jsonc", '{"main": "src/main.py", "x": %}', "check"),
    "comment of JSON": ("wrangler.jsonc", '{"main": "src/main.py" /* % */ // %\n}', "check"),
    "string of JSON": ("wrangler.jsonc", '{"main": "src/main.py", "compatibility_date": &}', "check"),
    "git's": (".gitignore", "%\n", "check bundle stage"),
    "dotenv": (".dev.vars", "A=%\n", "check"),
    "dotenv's key": (".env", "%=1\n", "check"),
    "log": ("deploy.log", "%\n", "logs"),
    "error in a log": (
        "deploy.log",
        "✘ [ERROR] %\nError: % [code: 10021]\nTraceback (most recent call last):\n",
        "logs",
    ),
    "missing in a log": ("deploy.log", "ModuleNotFoundError: No module named '%'\n% has no usable wheels\n", "logs"),
    "sizes in a log": ("deploy.log", "Total Upload: % KiB / gzip: % KiB\nWorker Startup Time: % ms\n", "logs"),
    "tail of a log": ("deploy.log", '{"outcome": "exception", "exceptions": [{"message": &}]}\n', "logs"),
    "stamp in a log": ("deploy.log", "2026-11-20T%Z Ignoring duplicate module: % (text)\n", "logs"),
    "record": ("python_modules/a-1.0.dist-info/RECORD", "%,,\n&,,\n", "check trim"),
    "metadata": ("python_modules/a-1.0.dist-info/METADATA", "Name: a\nRequires-Dist: %\nVersion: %\n", "check deps"),
    "uv's lock": ("uv.lock", "version = 1\n[[package]]\nname = &\nversion = &\n", "check deps"),
    "baseline": ("baseline.json", '{"x": &, "y": %}', "check-baseline"),
}
COMMANDS = {
    "check": ["check", "--no-cache"],
    "prove": ["prove"],
    "trim": ["trim", "--reach"],
    "deps": ["deps"],
    "init": ["init"],
    "stage": ["stage", "--dry-run"],
    "settings": ["settings"],
    "upgrade": ["upgrade"],
    "bundle": ["bundle"],
    "logs": ["logs", "deploy.log"],
    "inspect": ["inspect", "x-1.0-py3-none-any.whl"],
    "check-baseline": ["check", "--baseline", "baseline.json"],
}


def long(shape: str, unit: str, size: int = 200_000) -> dict[str, str]:
    """The files of a project with `size` bytes of a unit, at each place that the shape has."""
    path, around, _ = LONG[shape]
    places = around.count("%") + around.count("&") or 1
    whole = unit * (size // places // len(unit.encode()))
    content = "".join(whole if sign == "%" else text(whole) if sign == "&" else sign for sign in around)
    config = {} if path.startswith("wrangler.") else {"wrangler.toml": CONFIG}
    return {"src/main.py": MAIN, "pyproject.toml": PYPROJECT, **config, path: content}


def _many(path: str, head: str, unit: str, count: int) -> dict[str, str]:
    files = {"src/main.py": MAIN, "pyproject.toml": PYPROJECT, "wrangler.toml": CONFIG}
    return files | {path: head + "".join(unit.replace("%", str(number)) for number in range(count))}


def many() -> dict[str, tuple[Mapping[str, str | bytes], str]]:
    """What is many or deep, each with the commands that meet it."""
    nest = "[" * 90 + "]" * 90
    base = {"src/main.py": MAIN, "pyproject.toml": PYPROJECT, "wrangler.toml": CONFIG}
    rule = '[[rules]]\ntype = "Text"\nglobs = ["**/%.txt"]\nfallthrough = true\n'
    deep = "/".join(["d"] * 300)
    return {
        "10,000 keys": (_many("wrangler.toml", CONFIG, "k% = 1\n", 10_000), "check bundle init"),
        "10,000 variables": (_many("wrangler.toml", CONFIG + "[vars]\n", 'k% = "x"\n', 10_000), "check bundle"),
        "10,000 rules": (_many("wrangler.toml", CONFIG, rule, 10_000), "check bundle init stage prove"),
        "1,000 environments": (_many("wrangler.toml", CONFIG, "[env.e%]\nname = 'x'\n", 1_000), "bundle"),
        "10,000 requirements": (_many("requirements.txt", "", "p%>=1,<2\n", 10_000), "check deps init"),
        "10,000 dependencies": (
            base
            | {"pyproject.toml": PYPROJECT + f"dependencies = {json.dumps([f'p{n}>=1' for n in range(10_000)])}\n"},
            "check deps init upgrade",
        ),
        "10,000 packages of a lock": (
            _many("uv.lock", "version = 1\n", '[[package]]\nname = "p%"\nversion = "1.0"\n', 10_000),
            "check deps",
        ),
        "10,000 ignore rules": (_many(".gitignore", "", "a%/**/b%\n", 10_000), "check bundle stage"),
        "10,000 patterns of hatch": (
            base
            | {
                "pyproject.toml": PYPROJECT
                + f"[tool.hatch.build]\nexclude = {json.dumps([f'a{n}/**/b' for n in range(10_000)])}\n"
            },
            "check stage bundle",
        ),
        "10,000 excludes": (
            base
            | {
                "wrangler.toml": CONFIG
                + f"[python_modules]\nexclude = {json.dumps([f'**/{n}' for n in range(10_000)])}\n"
            },
            "check bundle trim",
        ),
        "10,000 imports": (_many("src/main.py", MAIN, "import m%\n", 10_000), "check prove"),
        "10,000 functions": (_many("src/main.py", MAIN, "def f%():\n    import m%\n", 10_000), "check prove"),
        "10,000 classes": (_many("src/main.py", MAIN, "class C%(C1): ...\n", 10_000), "check prove"),
        "10,000 decorators": (_many("src/main.py", MAIN, "@d%\n", 10_000), "check"),
        "10,000 calls": (_many("src/main.py", MAIN, "f%(g.h())\n", 10_000), "check prove"),
        "a class of 10,000 bases": (
            base | {"src/main.py": MAIN + "class A(" + ", ".join(f"B{n}" for n in range(10_000)) + "): ...\n"},
            "check",
        ),
        "nested ifs": (
            base
            | {"src/main.py": MAIN + "".join("  " * n + f"if a{n}:\n" for n in range(95)) + "  " * 95 + "import b\n"},
            "check",
        ),
        "nested brackets": (base | {"src/main.py": MAIN + f"x = {nest}\n" * 1000}, "check"),
        "nested arrays": (base | {"wrangler.toml": CONFIG + "x = " + "[" * 400_000}, "check"),
        "closed arrays": (base | {"wrangler.toml": CONFIG + "x = " + "[" * 90 + "]" * 90 + "\n"}, "check"),
        "nested tables": (base | {"wrangler.toml": CONFIG + "x = " + "{a=" * 200_000}, "check"),
        "dotted key": (base | {"wrangler.toml": CONFIG + "a." * 20_000 + "b = 1\n"}, "check"),
        "dotted header": (base | {"wrangler.toml": CONFIG + "[" + "a." * 20_000 + "b]\n"}, "check"),
        "nested objects": (
            {"src/main.py": MAIN, "wrangler.jsonc": '{"main": "src/main.py", "x":' + '{"a":' * 100_000},
            "check",
        ),
        "300 folders in each other": (base | {f"src/{deep}/a.py": "x = 1\n"}, "check bundle stage prove"),
        "300 packages in each other": (
            base | {f"src/{'/'.join(['d'] * n)}/__init__.py": "" for n in range(1, 300)},
            "check bundle stage prove",
        ),
        "300 vendored in each other": (base | {f"python_modules/{deep}/a.py": "x = 1\n"}, "check bundle trim"),
        "5,000 files": (base | {f"src/m{n}.py": "import os\n" for n in range(5_000)}, "bundle stage"),
        "1,000 folders": (base | {f"src/d{n}/m.py": "import os\n" for n in range(1_000)}, "check bundle"),
        "10,000 lines of a record": (
            _many("python_modules/a-1.0.dist-info/RECORD", "", "a/m%.py,sha256=x,1\n", 10_000),
            "check trim deps",
        ),
        "10,000 lines of a log": (_many("deploy.log", "", "Ignoring duplicate module: %.py (text)\n", 15_000), "logs"),
        "10,000 errors of a log": (
            _many("deploy.log", "", "ModuleNotFoundError: No module named 'a%'\n", 15_000),
            "logs",
        ),
        "10,000 members": (base | {"x-1.0-py3-none-any.whl": _wheel(8_000)}, "inspect"),
        "10,000 blank lines": (base | {"src/main.py": MAIN + "\n" * 400_000}, "check"),
        "10,000 continued lines": (_many("requirements.txt", "x \\\n", "--hash=sha256:% \\\n", 20_000), "check deps"),
        "10,000 fixes": (_many("src/main.py", MAIN, "from src.m% import x\n", 10_000), "check"),
    }


def _wheel(count: int) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for number in range(count):
            archive.writestr(f"src/m{number}.py", "")
    return raw.getvalue()


def every(unit: str | None = None) -> Iterator[tuple[str, Mapping[str, str | bytes], str]]:
    """Name, files and commands of each project."""
    for shape, (_, _, commands) in LONG.items():
        for each in UNITS if unit is None else [unit]:
            yield f"{shape} of {each!r}", long(shape, each), commands
    for name, (files, commands) in many().items():
        yield name, files, commands


def found(seed: int, count: int) -> Iterator[str]:
    """What is slow among `count` of the projects, in an order of the seed's."""
    for each in random.Random(seed).sample(list(every()), count):
        yield from slow(*each)


def slow(name: str, files: Mapping[str, str | bytes], commands: str, most: float = MOST) -> Iterator[str]:
    """The commands that take longer than `most` seconds of CPU, or that do not end as they should."""
    with tempfile.TemporaryDirectory() as folder:
        projects.write(Path(folder) / "project", files)
        for command in commands.split():
            spent, code = taken(COMMANDS[command], Path(folder) / "project", most)
            if spent > most or code not in {0, 1, 2}:
                yield f"{command}, {name}: {spent:.1f} s, ended by {code}"


def taken(command: list[str], folder: Path, most: float = MOST) -> tuple[float, int]:
    """Seconds of CPU and the exit code of a command in a fork of this process; -9 for one that was ended."""
    import resource

    sys.stdout.flush()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (int(most * 2), int(most * 2)))
        code = 99
        with contextlib.suppress(BaseException), open(os.devnull, "w", encoding="utf-8") as nothing:
            os.chdir(folder)
            with contextlib.redirect_stdout(nothing), contextlib.redirect_stderr(nothing):
                code = main(command)
        os._exit(code)
    _, status, used = os.wait4(child, 0)
    return used.ru_utime + used.ru_stime, os.waitstatus_to_exitcode(status)
