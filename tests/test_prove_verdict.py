"""`edgewheel prove`: the verdict beyond imports. One table for analysis and Pyodide: both say the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from tests import tools

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = 'name = "w"\nmain = "src/main.py"\ncompatibility_date = "{date}"\ncompatibility_flags = ["python_workers"]\n'
DEFAULT = "class Default(WorkerEntrypoint):\n    async def fetch(self, request): ...\n"
HEAD = f"from workers import DurableObject, WorkerEntrypoint, WorkflowEntrypoint\n\n\n{DEFAULT}"
OBJECTS = '[[durable_objects.bindings]]\nname = "ROOM"\nclass_name = "Room"\n'
NO_HANDLER = "the uploaded script has no registered event handlers [code: 10068]"
NO_DEFAULT = f"{NO_HANDLER}: there is no `Default` class derived from `WorkerEntrypoint`"
NO_CLASS = "There is no 'Room' class defined in the Python Worker's main module"


class Case(NamedTuple):
    """A Worker and what is said of it: the verdict, the failures (message, line, when), the objects that are refused
    (type, name, path, line; analysis may leave them to Pyodide), and what main exports.
    """

    files: dict[str, str]
    accepted: bool
    config: str = ""
    date: str = "2026-10-01"
    failures: tuple[tuple[str, int, str], ...] = ()
    refused: tuple[tuple[str, str, str, int], ...] = ()
    exports: dict[str, dict[str, list[str]]] | None = None


def single(text: str, **named: Any) -> Case:
    return Case({"src/main.py": text}, **{"accepted": not named.get("failures"), **named})


CASES = {
    "a tutorial": single(HEAD, exports={"entrypoints": {"Default": ["fetch"]}}),
    "nothing": single(
        "VALUE = 1\n",
        failures=((NO_DEFAULT, 0, "start"),),
    ),
    "an aliased Default": Case(
        {"src/main.py": "from api import Api as Default\n", "src/api.py": HEAD.replace("Default", "Api")},
        accepted=False,
        failures=(
            (f"{NO_HANDLER}: `Default` is bound to the class `Api`, and the runtime exports it as `Api`", 1, "start"),
        ),
    ),
    "a Default of its own over it": Case(
        {
            "src/main.py": "from api import Api\n\n\nclass Default(Api):\n    pass\n",
            "src/api.py": HEAD.replace("Default", "Api"),
        },
        accepted=True,
        exports={"entrypoints": {"Api": ["fetch"], "Default": ["fetch"]}},
    ),
    "an assigned Default": single(
        HEAD.replace("class Default", "class _Default") + "\n\nDefault = _Default\n",
        failures=(
            (
                f"{NO_HANDLER}: `Default` is bound to the class `_Default`, and the runtime exports it as `_Default`",
                8,
                "start",
            ),
        ),
    ),
    "a bound class that is there": single(
        f"{HEAD}\n\nclass Room(DurableObject):\n    async def join(self): ...\n",
        config=OBJECTS,
        exports={"durable_objects": {"Room": ["join"]}},
    ),
    "a bound class that is not": single(
        HEAD, config=OBJECTS, failures=((f"{NO_CLASS}: `durable_objects` of the config names it", 0, "start"),)
    ),
    "a bound class of another kind": single(
        f"{HEAD}\n\nclass Room(WorkerEntrypoint): ...\n",
        config=OBJECTS,
        failures=((f"{NO_CLASS} for `durable_objects`: its base class is of another kind", 8, "start"),),
    ),
    "__all__ leaves the class out": single(
        f'{HEAD}\n\nclass Room(DurableObject): ...\n\n\n__all__ = ["Default"]\n',
        config=OBJECTS,
        failures=((f"{NO_CLASS}: `durable_objects` of the config names it", 8, "start"),),
    ),
    "crons without scheduled": single(
        HEAD,
        config='[triggers]\ncrons = ["0 * * * *"]\n',
        accepted=True,
        failures=(("Method scheduled does not exist: `triggers.crons` of the config asks for it", 4, "request"),),
    ),
    "a static method is none": single(
        HEAD + "    @staticmethod\n    def scheduled(controller): ...\n",
        config='[triggers]\ncrons = ["0 * * * *"]\n',
        accepted=True,
        failures=(("Method scheduled does not exist: `triggers.crons` of the config asks for it", 4, "request"),),
        exports={"entrypoints": {"Default": ["fetch"]}},
    ),
    "functions, by their date": single("def on_fetch(request): ...\n", date="2025-08-01"),
    "functions, after it": single(
        "def on_fetch(request): ...\n",
        date="2025-09-01",
        failures=((f"{NO_HANDLER}: `on_fetch` no longer counts with this compatibility date", 1, "start"),),
    ),
    "an object in a global": Case(
        {
            "src/main.py": f"import store\n{HEAD}",
            "src/store.py": "from js import Headers\n\nHEADERS = Headers.new()\n",
        },
        accepted=False,
        refused=(("Headers", "HEADERS", "src/store.py", 3),),
    ),
    "the same object before snapshots": Case(
        {
            "src/main.py": f"import store\n{HEAD}",
            "src/store.py": "from js import Headers\n\nHEADERS = Headers.new()\n",
        },
        accepted=True,
        date="2025-10-01",
    ),
    "an object in a class and a default argument": single(
        f"import js\n{HEAD}\n\nclass Store:\n    at = js.Date.new()\n\n    def get(self, x=js.Date.new()): ...\n",
        accepted=False,
        refused=(("Date", "Store.at", "src/main.py", 10), ("Date", "Store.get", "src/main.py", 12)),
    ),
    "objects that are gone, and globals": single(
        f"import js\nfrom js import console\n{HEAD}\n\nlog = console.log\nNAME = str(js.Headers.new())\n"
    ),
}


def proved(folder: Path, case: Case, runtime: str) -> dict[str, Any]:
    for name, text in {**case.files, "wrangler.toml": CONFIG.format(date=case.date) + case.config}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    command = [sys.executable, "-m", "edgewheel", "prove", "--runtime", runtime, "--format", "json"]
    done = subprocess.run(command, cwd=folder, env=os.environ, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (1 if found["accepted"] is False else 0)
    return found


def told(found: dict[str, Any]) -> tuple[tuple[str, int, str], ...]:
    return tuple((each["message"], each["line"], each["at"]) for each in found["failures"])


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.refused])
def test_by_analysis(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    found = proved(tmp_path, case, "static")
    assert (found["accepted"], told(found)) == (case.accepted, case.failures)
    if case.exports is not None:
        assert {**found["exports"], **case.exports} == found["exports"]


@pytest.mark.oracle
@pytest.mark.parametrize("name", CASES)
def test_in_pyodide(name: str, tmp_path: Path) -> None:
    tools.pyodide("314.0.7")  # npm and the network are there
    case = CASES[name]
    found = proved(tmp_path, case, "pyodide")
    assert (found["accepted"], told(found)) == (case.accepted, case.failures)
    refused = [(each["type"], each["name"], each["path"], each["line"]) for each in found["snapshot"]["refused"]]
    assert sorted(refused) == sorted(case.refused)
    if case.exports is not None:
        assert {**found["exports"], **case.exports} == found["exports"]
