"""EW203 on Python's own modules: each name that the facts know, beside the real Pyodides."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from tests import tools
from tests.projects import write
from tests.test_runtime_agreement import PYODIDES

from edgewheel.data import facts
from edgewheel.deploy import Deploys
from edgewheel.repository.discovery import find_one
from edgewheel.rules.registry import load
from edgewheel.rules.runner import check
from edgewheel.runtime import static
from edgewheel.runtime.real import pyodide

if TYPE_CHECKING:
    from pathlib import Path

    from edgewheel.findings import Finding
    from edgewheel.repository.worker import Worker

DATES = {"3.12": "2025-06-01", "3.13": "2025-11-01", "3.14": "2026-10-01"}
#: they open a browser, print, or are the runtime's own
LEFT_OUT = {"antigravity", "this", "__main__", "pyodide_js", "_pyodide_core", "js"}


def names(python: str) -> list[str]:
    """All but what only the runtime itself has, in packages of its own: Pyodide under Node lacks it."""
    table = facts("stdlib")["pythons"][python]
    found = {*table["modules"], *table["absent"], *table["broken"], *facts("stdlib")["removed"]}
    found |= {f"{top}.{name}" for top, below in table["submodules"].items() for name in below}
    found |= {"os.pth", "xml.nothing", "urllib.requests", "curses.ascii", "distutils.util"}
    left_out = {*LEFT_OUT, *table["behind_project"]}
    return sorted(each for each in found if not left_out & {*each.split(".")})


def worker(root: Path, python: str, listed: list[str]) -> Worker:
    """One module for each name, all of them imported with a request."""
    imports = "".join(f"    import m{number}\n" for number in range(len(listed)))
    config = f'name = "w"\nmain = "src/main.py"\ncompatibility_date = "{DATES[python]}"\n'
    config += 'compatibility_flags = ["python_workers"]\n'
    write(root, {"wrangler.toml": config, "src/main.py": f"def on_fetch(request):\n    pass\n{imports}"})
    write(root, {f"src/m{number}.py": f"import {name}\n" for number, name in enumerate(listed)})
    return find_one(str(root))


def found(given: Worker) -> list[Finding]:
    return check(given, load(select=["EW203"]))


@pytest.mark.oracle
@pytest.mark.parametrize("python", PYODIDES)
def test_what_fails_there_is_found_and_no_more(tmp_path: Path, python: str) -> None:
    listed = names(python)
    given = worker(tmp_path, python, listed)
    deploy = Deploys(given).of(None)
    assert deploy.python == python
    what = static.subject(deploy.resolver(), deploy.main, pth=True)
    folder = str(tools.pyodide(PYODIDES[python]))
    real = pyodide.prove(what, deploy.readers, python=python, folder=folder, timeout=120.0)
    fails = sorted(listed[int(name[1:])] for name in real.failed if name != "main")
    assert sorted(listed[int(each.place.path.rpartition("/m")[2][:-3])] for each in found(given)) == fails
    assert len(fails) > 40


@pytest.mark.parametrize("python", DATES)
def test_levels_and_cures_that_parse(tmp_path: Path, python: str) -> None:
    """With the cure in the place of the statement nothing is found any more."""
    given = worker(tmp_path, python, names(python))
    for finding in found(given):
        assert finding.level == "warning"
        if not finding.fix.startswith("import it as `"):
            ast.parse(finding.fix)
            write(tmp_path, {finding.place.path: finding.fix + "\n"})
    left = [each for each in found(find_one(str(tmp_path))) if not each.fix.startswith("import it as `")]
    assert left == []


@pytest.mark.parametrize(
    ("line", "fix"),
    [
        ("import os, tkinter as tk", "import os\ntry:\n    import tkinter as tk\nexcept ImportError:\n    tk = None"),
        ("from curses import *", "try:\n    from curses import *\nexcept ImportError:\n    pass"),
        ("import urllib.requests", "import it as `urllib.request`"),
        ("import asyncio.windows_events", "try:\n    import asyncio.windows_events\nexcept ImportError:\n    pass"),
        ('__import__("pwd")', "catch the ImportError, or do without it on Workers"),
    ],
)
def test_cures(tmp_path: Path, line: str, fix: str) -> None:
    given = worker(tmp_path, "3.14", [])
    write(tmp_path, {"src/main.py": f"{line}\ndef on_fetch(request): ...\n"})
    (finding,) = found(given)
    assert (finding.fix, finding.level, finding.place.line) == (fix, "error", 1)


@pytest.mark.parametrize("python", DATES)
def test_no_other_rule_speaks_of_them(tmp_path: Path, python: str) -> None:
    """Above all not EW107: nobody should install a package called `tkinter`."""
    worker(tmp_path, python, names(python))
    write(tmp_path, {"pyproject.toml": '[project]\nname = "w"\nversion = "1"\ndependencies = []\n'})
    rules = [rule for rule in (*load(hook="worker-imports"), *load(hook="worker-runtime-deps")) if rule.code != "EW203"]
    codes = {each.code for each in check(find_one(str(tmp_path)), rules)}
    assert codes - {"EW206"} == set()
