"""`edgewheel prove`: by analysis, and what it says where a runtime cannot run; by running, with the real ones."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests import tools

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = 'name = "w"\nmain = "src/main.py"\ncompatibility_date = "{date}"\ncompatibility_flags = ["python_workers"]\n'
MAIN = "from workers import WorkerEntrypoint\nfrom {origin} import value\n\n\nclass Default(WorkerEntrypoint): ...\n"


def project(folder: Path, origin: str, *, date: str = "2026-10-01") -> Path:
    files = {
        "wrangler.toml": CONFIG.format(date=date),
        "src/main.py": MAIN.format(origin=origin),
        "src/core/config.py": "value = 1\n\n\ndef late():\n    import nothing\n",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def prove(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "edgewheel", "prove", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def record(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    del found["seconds"]
    return found


LATE = {
    "module": "nothing",
    "error": "ModuleNotFoundError",
    "name": "nothing",
    "message": "No module named 'nothing'",
    "path": "src/core/config.py",
    "line": 5,
    "at": "request",
}
EARLY = {
    "module": "src.core.config",
    "error": "ModuleNotFoundError",
    "name": "src",
    "message": "No module named 'src'",
    "path": "src/main.py",
    "line": 2,
    "at": "start",
}


def test_static_json(tmp_path: Path) -> None:
    done = prove(project(tmp_path, "core.config"), "--format", "json")
    assert record(done) == {
        "runtime": "static",
        "python": "3.14",
        "main": "main",
        "imports": True,
        "modules": 2,
        "stand_ins": ["workers"],
        "failures": [LATE],
        "accepted": True,
        "exports": {"entrypoints": {"Default": []}, "durable_objects": {}, "workflows": {}},
        "snapshot": {"checked": True, "refused": []},
        "unproven": [],
        "findings": [],
    }
    assert done.returncode == 0


def test_static_failure(tmp_path: Path) -> None:
    done = prove(project(tmp_path, "src.core.config"), "--format", "json", "--python", "3.12")
    assert record(done) == {
        "runtime": "static",
        "python": "3.12",
        "main": "main",
        "imports": False,
        "modules": 2,
        "stand_ins": ["workers"],
        "failures": [EARLY, LATE],
        "accepted": False,
        "exports": None,
        "snapshot": {"checked": True, "refused": []},
        "unproven": [],
        "findings": [],
    }
    assert done.returncode == 1


def test_static_text(tmp_path: Path) -> None:
    done = prove(project(tmp_path, "src.core.config"))
    assert done.stdout.splitlines() == [
        "src/main.py:2: ModuleNotFoundError: No module named 'src' (importing `src.core.config`)",
        "src/core/config.py:5: warning: ModuleNotFoundError: No module named 'nothing' (importing `nothing`)",
        "not vendored, replaced by stand-ins: workers",
        "`main` does not import on Python 3.14 (by analysis, 2 modules); 1 failure that only a request would meet",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--python", "3.9"], "is not a Python version of Workers"),
        (["--timeout", "0"], "above 0"),
        (["--env", "gone"], "has no environment"),
        (["--config", "gone.toml"], "does not exist"),
        (["--runtime", "workerd", "--python", "3.13"], "has Python 3.12 only"),
    ],
)
def test_could_not_run(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = prove(project(tmp_path, "core.config"), *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_main_that_is_not_there(tmp_path: Path) -> None:
    (project(tmp_path, "core.config") / "src" / "main.py").unlink()
    done = prove(tmp_path)
    assert done.returncode == 2
    assert "would refuse" in done.stderr


def test_without_node(tmp_path: Path) -> None:
    done = prove(project(tmp_path, "core.config"), "--runtime", "pyodide", PATH=str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.startswith("edgewheel: this runtime needs Node 18 or newer")


@pytest.mark.oracle
@pytest.mark.parametrize(("date", "python"), [("2024-10-01", "3.12"), ("2026-01-01", "3.13"), ("2026-10-01", "3.14")])
def test_pyodide(tmp_path: Path, date: str, python: str) -> None:
    tools.pyodide("314.0.7")  # npm and the network are there
    done = prove(project(tmp_path, "src.core.config", date=date), "--runtime", "pyodide", "--format", "json")
    found = record(done)
    assert (done.returncode, found["python"], found["imports"], found["stand_ins"]) == (1, python, False, ["workers"])
    assert found["failures"] == [EARLY]
    assert found["memory"] > 2**20
    assert set(found["times"]) == {"main", "core"}


@pytest.mark.oracle
def test_workerd(tmp_path: Path) -> None:
    tools.workerd()
    done = prove(project(tmp_path, "src.core.config"), "--runtime", "workerd", "--format", "json")
    found = record(done)
    assert (done.returncode, found["imports"], found["failures"]) == (1, False, [EARLY])
    assert found["limits"]


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('compatibility_flags = ["python_workers", "nodejs_compta"]', "No such compatibility flag: nodejs_compta"),
        ('compatibility_flags = ["python_workers", "js_rpc"]', "The compatibility flag js_rpc is experimental"),
        ('compatibility_date = "2026-1-5"', "Invalid compatibility date: 2026-1-5"),
        ('compatibility_date = "2999-01-01"', 'Can\'t set compatibility date in the future: "2999-01-01"'),
        ('compatibility_flags = ["python_workers", "python_dedicated_snapshot"]', ""),
        (f'compatibility_date = "{dt.datetime.now(dt.timezone.utc).date()}"', ""),  # newer than this workerd
    ],
)
def test_workerd_judges_date_and_flags(tmp_path: Path, line: str, words: str) -> None:
    tools.workerd()
    folder = project(tmp_path, "core.config")
    config = (folder / "wrangler.toml").read_text().splitlines()
    kept = [each for each in config if each.partition(" ")[0] != line.partition(" ")[0]]
    (folder / "wrangler.toml").write_text("\n".join([line, *kept]) + "\n")
    found = record(prove(folder, "--runtime", "workerd", "--format", "json"))
    assert found["accepted"] is not bool(words)
    places = [(each["path"], each["line"], each["at"]) for each in found["failures"] if words in each["message"]]
    assert places == ([("wrangler.toml", 1, "start")] if words else [])


@pytest.mark.oracle
def test_an_endless_import(tmp_path: Path) -> None:
    tools.pyodide("314.0.7")
    folder = project(tmp_path, "core.config")
    (folder / "src" / "core" / "config.py").write_text("while True: pass\n")
    done = prove(folder, "--runtime", "pyodide", "--timeout", "1")
    assert (done.returncode, done.stdout) == (2, "")
    assert "while importing `main`: raise `--timeout`" in done.stderr
