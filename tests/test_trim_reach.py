"""`trim --reach`: what nothing can reach goes, and what anything may reach stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.projects import HANDLER, write

from edgewheel.cli import main
from edgewheel.runtime.proof import Problem, Proof
from edgewheel.trim import prove
from edgewheel.trim.reach import reachable
from edgewheel.trim.unreached import closed, unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from edgewheel.deploy import Deploy
    from edgewheel.runtime.proof import Subject

BIG = "# " + "x" * 5000 + "\n"


def readers(files: Mapping[str, str]) -> dict[str, Callable[[], bytes]]:
    return {name: (lambda text=text: text.encode()) for name, text in files.items()}  # type: ignore[misc]


def left_out(vendored: Mapping[str, str], main: str) -> tuple[list[str], dict[str, str]]:
    """The patterns, and the packages that are kept whole."""
    sources = readers(vendored)
    found = reachable(sources, readers({"main.py": main}))
    patterns = unreachable({name: len(text) for name, text in vendored.items()}, found, sources)
    return sorted(closed(patterns, sources, found)), found.whole


PACKAGE = {"p/__init__.py": "", "p/a.py": BIG, "p/b.py": BIG, "p/sub/__init__.py": BIG, "p/sub/c.py": BIG}


@pytest.mark.parametrize(
    ("files", "main", "patterns"),
    [
        ({}, "import p", ["p/a.py", "p/b.py", "p/sub/**"]),
        ({}, "import json", ["p/**"]),
        ({}, "import p.a", ["p/b.py", "p/sub/**"]),
        ({}, "from p import b, sub", ["p/a.py", "p/sub/c.py"]),
        ({}, "def f():\n    from p.sub.c import X", ["p/a.py", "p/b.py"]),
        ({}, "try:\n    import p.a\nexcept ImportError:\n    import p.b", ["p/sub/**"]),
        ({}, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import p.a", ["p/**"]),
        ({}, "from importlib import import_module\nx = import_module('p.a')", ["p/b.py", "p/sub/**"]),
        ({}, "PLUGINS = ['p.a:Plugin']", ["p/b.py", "p/sub/**"]),
        ({"p/__init__.py": "from .a import X"}, "import p", ["p/b.py", "p/sub/**"]),
        (
            {"p/__init__.py": "from .sub import *", "p/sub/__init__.py": "__all__ = ['c']"},
            "import p",
            ["p/a.py", "p/b.py"],
        ),
        (
            {"p/__init__.py": "T = {'X': '.a'}\ndef __getattr__(name):\n    return import_module(T[name], __name__)"},
            "import p",
            ["p/b.py", "p/sub/**"],
        ),
        (
            {"p/__init__.py": "T = {'b': 1}\ndef __getattr__(name):\n    return import_module(f'.{name}', __name__)"},
            "import p",
            ["p/a.py", "p/sub/**"],
        ),
        ({"p/__init__.py": "def f(x):\n    return import_module(f'p.sub.{x}')"}, "import p", ["p/a.py", "p/b.py"]),
        ({"q.dist-info/entry_points.txt": "[some.plugins]\nx = p.a:Plugin\n"}, "import json", ["p/b.py", "p/sub/**"]),
        ({"q.dist-info/entry_points.txt": "[console_scripts]\nx = p.a:main\n"}, "import json", ["p/**"]),
        ({"q.pth": "import p.a; p.a.patch()"}, "import json", ["p/b.py", "p/sub/**"]),
        ({"p/sub/data.json": "{}"}, "import p.a", ["p/b.py", "p/sub/**"]),
        (
            {"p/sub/data.json": "{}", "p/a.py": "D = open('sub/data.json')"},
            "import p.a",
            ["p/b.py", "p/sub/__init__.py", "p/sub/c.py"],
        ),
        ({"p/small.py": "from p.sub import c"}, "import p", ["p/a.py", "p/b.py", "p/small.py", "p/sub/**"]),
        ({"workers/__init__.py": BIG, "workers/x.py": BIG}, "import p.a", ["p/b.py", "p/sub/**"]),
    ],
)
def test_what_nothing_reaches(files: dict[str, str], main: str, patterns: list[str]) -> None:
    assert left_out(PACKAGE | files, main) == (patterns, {})


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"p/_x.cpython-314-wasm32-emscripten.so": "\0asm"}, "has compiled modules"),
        ({"p/__init__.py": "import pkgutil\nfor m in pkgutil.iter_modules(__path__): pass"}, "`p/__init__.py` makes"),
        ({"p/__init__.py": "def f(x):\n    return import_module(f'{x}.y')"}, "`p/__init__.py` makes"),
        ({"p/__init__.py": "import importlib, os\nos.listdir(os.path.dirname(__file__))"}, "`p/__init__.py` makes"),
        (
            {"p/__init__.py": "import importlib\ndef f(x):\n    importlib.import_module(base + x)"},
            "`p/__init__.py` makes",
        ),
        ({"p/__init__.py": "import ("}, "`p/__init__.py` cannot be parsed"),
    ],
)
def test_what_cannot_be_told_is_kept_whole(files: dict[str, str], why: str) -> None:
    patterns, whole = left_out(PACKAGE | files, "import p")
    assert patterns == []
    assert whole["p"].startswith(why)


CONFIG = (
    'name = "t"\nmain = "src/main.py"\ncompatibility_date = "2026-10-01"\ncompatibility_flags = ["python_workers"]\n'
)
MAIN = "import p.a\nfrom workers import WorkerEntrypoint\n\n\nclass Default(WorkerEntrypoint):\n    pass\n"


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["trim", *arguments, "--format", "json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)["tables"][0]
    return found


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vendored = {f"python_modules/{name}": text for name, text in PACKAGE.items()}
    write(tmp_path, {"wrangler.toml": CONFIG, "src/main.py": MAIN, **vendored})
    assert told(capsys, str(tmp_path))["patterns"] == []
    found = told(capsys, str(tmp_path), "--reach", "--write")
    assert [(each["pattern"], each["why"]) for each in found["patterns"]] == [
        ("p/sub/**", "nothing reaches it"),
        ("p/b.py", "nothing reaches it"),
    ]
    assert found["after"] < found["before"]
    assert told(capsys, str(tmp_path), "--reach")["patterns"] == []
    assert main(["check", str(tmp_path), "--select", "EW203"]) == 0


DJANGO = {
    "django/__init__.py": "",
    "django/core.py": "import pkgutil\nfor each in pkgutil.iter_modules(PATH):\n    import_module(each.name)\n",
    "django/conf.py": "BACKEND = 'django.contrib.auth.backends.Model'  # not 'django.contrib.gis'\n",
    "django/contrib/__init__.py": "",
    "django/contrib/auth/__init__.py": "",
    "django/contrib/auth/admin.py": f"from django.contrib import admin\n{BIG}",
    "django/contrib/admin/__init__.py": BIG,
    "django/contrib/admin/static/a.js": BIG,
    "django/contrib/gis/__init__.py": BIG,
    "django/contrib/gis/db.py": BIG,
}


@pytest.mark.parametrize(
    ("main", "patterns"),
    [
        ("import django.core", ["django/contrib/admin/**", "django/contrib/auth/admin.py", "django/contrib/gis/**"]),
        ("import django.core\nAPPS = ['django.contrib.admin']", ["django/contrib/gis/**"]),
        ("import django.core\nAPPS = ' django.contrib.admin, django.contrib.gis'", []),
        (
            "import django.core\nfrom django.contrib.gis import db",
            ["django/contrib/admin/**", "django/contrib/auth/admin.py"],
        ),
    ],
)
def test_parts_that_settings_name(main: str, patterns: list[str]) -> None:
    found, whole = left_out(DJANGO, main)
    assert (found, list(whole)) == (patterns, ["django"])


@pytest.mark.parametrize(
    ("text", "main", "stays"),
    [
        ("import trio\n", "import p", False),
        ("import trio\n", "import sys\nsys.modules['trio'] = None\nimport p", True),
        ("try:\n    import trio\nexcept ImportError:\n    trio = None\n", "import p", True),
        ("def f():\n    import trio\n", "import p", True),
        ("import json, js, q, main\n", "import p", True),
        ("from . import trio\n", "import p", True),
    ],
)
def test_what_cannot_be_imported(text: str, main: str, *, stays: bool) -> None:
    vendored = readers({"p/__init__.py": "def f():\n    import p.backend", "p/backend.py": text, "q.py": ""})
    found = reachable(vendored, readers({"main.py": main}), python="3.14")
    assert ("p/backend.py" in found.files) is stays


def distribution(name: str, *modules: str) -> dict[str, str]:
    """The metadata of a vendored package."""
    return {
        f"python_modules/{name}-1.dist-info/METADATA": f"Name: {name}\nVersion: 1\n",
        f"python_modules/{name}-1.dist-info/RECORD": "".join(f"{each},,\n" for each in modules),
    }


#: `idle` goes whole. `used.odd` fails with it and without it, in two ways: its name of `idle` is no text to be read.
FAILING = {
    "src/main.py": f"import used\n{HANDLER}\n\ndef later():\n    from used import odd\n",
    "python_modules/used/__init__.py": "",
    "python_modules/used/odd.py": "__import__('ID'.lower() + 'le'[:1] + 'e')\nraise RuntimeError('never here')\n",
    "python_modules/idle/__init__.py": BIG,
    **distribution("used", "used/__init__.py", "used/odd.py"),
    **distribution("idle", "idle/__init__.py"),
}
CONFIG = """\
name = "w"
main = "src/main.py"
compatibility_date = "2026-10-01"
compatibility_flags = ["python_workers"]
"""
#: Imports each name that it is given, and tells how those that fail do.
IMPORTING = """
import importlib, json, sys
failed = {}
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception as error:
        failed[name] = [type(error).__name__, getattr(error, "name", "") or "", str(error)]
print(json.dumps(failed))
"""


def here(root: Path, uploads: list[Deploy], what: Subject) -> list[Proof]:
    """The proofs that Pyodide would give, by this Python."""
    found = []
    for at, upload in enumerate(uploads):
        folder = write(root / str(at), {name: read() for name, read in upload.readers.items()})
        names = [name for name, _ in (what.main, *what.modules)]
        paths = os.pathsep.join(map(str, (folder, folder / "python_modules")))
        done = subprocess.run(
            [sys.executable, "-S", "-c", IMPORTING, *names],
            env={**os.environ, "PYTHONPATH": paths},
            capture_output=True,
            check=True,
        )
        told = json.loads(done.stdout)
        problems = tuple(Problem(name, *each, "", 0, "request") for name, each in told.items())
        found.append(Proof("pyodide", "3.14", "main", False, len(names), (), problems, failed=tuple(told)))
    return found


def test_what_goes_whole_and_what_failed_before_is_not_taken_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[list[Proof]] = []

    def run(uploads: list[Deploy], what: Subject, *_: object) -> list[Proof]:
        runs.append(here(tmp_path / str(len(runs)), uploads, what))
        return runs[-1]

    monkeypatch.setattr(prove, "_run", run)
    monkeypatch.setattr(prove.npm, "node", lambda: "node")
    monkeypatch.setattr(prove.npm, "fetch", lambda *_: "")
    root = write(tmp_path / "w", {"wrangler.toml": CONFIG, **FAILING})
    assert main(["trim", str(root), "--reach", "--prove", "--format", "json"]) == 0
    (table,) = json.loads(capsys.readouterr().out)["tables"]
    assert (table["taken_back"], "idle/**" in table["exclude"]) == ([], True)
    ((before, after),) = runs
    odd = [next(each.error for each in one.problems if each.module == "used.odd") for one in (before, after)]
    assert odd == ["RuntimeError", "ModuleNotFoundError"]
