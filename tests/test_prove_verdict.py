"""`edgewheel prove`: the verdict beyond imports. One table for analysis and Pyodide: both say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from tests.oracles import verdicts
from tests.projects import write

from edgewheel.commands import prove
from edgewheel.repository.discovery import find_one
from edgewheel.rules.registry import load
from edgewheel.rules.runner import check

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
    "globals whose getters answer the object alone": single(
        f"from js import crypto, navigator\n{HEAD}\n\nSUBTLE = crypto.subtle\n",
    ),
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
    "what main reaches after it has failed": Case(
        {
            "src/main.py": f"import first\nimport second\n{HEAD}",
            "src/first.py": "import gone_one\n",
            "src/second.py": "import gone_two\n",
            "src/apart.py": "import gone_three\n",
        },
        accepted=False,
        failures=(
            ("No module named 'gone_one'", 1, "start"),
            ("No module named 'gone_two'", 1, "start"),
            ("No module named 'gone_three'", 1, "request"),
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


def laid_out(folder: Path, name: str) -> Path:
    case = CASES[name]
    write(folder, {**case.files, "wrangler.toml": CONFIG.format(date=case.date) + case.config})
    return folder


def differences(case: Case, found: dict[str, Any], *, snapshot: bool) -> dict[str, object]:
    """What the JSON of `prove` has otherwise than the table."""
    rows = [(each["message"], each["line"], each["at"]) for each in found["failures"]]
    failures = tuple(sorted(rows, key=lambda row: row[2] != "start"))
    told = {"accepted": found["accepted"], "failures": failures}
    expected: dict[str, object] = {"accepted": case.accepted, "failures": case.failures}
    if snapshot:
        refused = [(each["type"], each["name"], each["path"], each["line"]) for each in found["snapshot"]["refused"]]
        told["refused"], expected["refused"] = sorted(refused), sorted(case.refused)
    if case.exports is not None:
        told["exports"], expected["exports"] = found["exports"], {**found["exports"], **case.exports}
    return {key: told[key] for key, value in expected.items() if told[key] != value}


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.refused])
def test_by_analysis(name: str, tmp_path: Path) -> None:
    deploy, proof = verdicts.by_analysis(laid_out(tmp_path, name))
    assert differences(CASES[name], prove._record(proof, deploy), snapshot=False) == {}


@pytest.mark.oracle
def test_in_pyodide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them by one process a Python, so in one test."""
    folders = {name: laid_out(tmp_path / str(at), name) for at, name in enumerate(CASES)}
    wrong = {}
    told = verdicts.in_pyodide(list(folders.values()), tmp_path / "uploads")
    for (name, folder), (deploy, proof) in zip(folders.items(), told, strict=True):
        monkeypatch.chdir(folder)
        if found := differences(CASES[name], prove._record(proof, deploy), snapshot=True):
            wrong[name] = found
    assert wrong == {}


#: What fails while main is imported: the lines above a handler, the error, which line; by the rule that says it too.
STARTS = {
    "EW203 a name that Python lacks": ("from hashlib import pbkdf2_hmac\n", "ImportError", 1),
    "EW207 a file beside the current folder": ('TEXT = open("data.txt").read()\n', "FileNotFoundError", 1),
    "EW208 randomness": ("import uuid\n\nID = uuid.uuid4()\n", "OSError", 3),
    "EW208 input through JavaScript": ('from js import fetch\n\nfetch("https://example.com")\n', "JsException", 3),
    "EW211 a variable": ('import os\n\nKEY = os.environ["KEY"]\n', "KeyError", 3),
    "EW211 an argument": ("import sys\n\nMODE = sys.argv[1]\n", "IndexError", 3),
    "EW211 its own metadata": (
        'from importlib.metadata import version\n\nVERSION = version("w")\n',
        "PackageNotFoundError",
        3,
    ),
    "EW211 a time zone": ('from zoneinfo import ZoneInfo\n\nZONE = ZoneInfo("UTC")\n', "ZoneInfoNotFoundError", 3),
}
BESIDE = {
    "pyproject.toml": '[project]\nname = "w"\nversion = "1"\n',
    "data.txt": "",
    "src/data.txt": "",
    "src/core/__init__.py": "",
}


@pytest.mark.oracle
def test_what_fails_at_the_start(tmp_path: Path) -> None:
    """Pyodide says it with the line, and so does the rule that the name begins with."""
    wrong = {}
    folders = {}
    for at, (name, (text, _, _)) in enumerate(STARTS.items()):
        files = {"wrangler.toml": CONFIG.format(date="2026-10-01"), "src/main.py": text + HEAD, **BESIDE}
        folders[name] = write(tmp_path / str(at), files)
    for (name, folder), (_, proof) in zip(
        folders.items(), verdicts.in_pyodide(list(folders.values()), tmp_path / "uploads"), strict=True
    ):
        _, error, line = STARTS[name]
        told = [(each.error, each.line, each.at) for each in proof.problems]
        found = [each.place.line for each in check(find_one(str(folder)), load(select=[name.partition(" ")[0]]))]
        if (proof.accepted, told, found) != (False, [(error, line, "start")], [line]):
            wrong[name] = (proof.accepted, told, found)
    assert wrong == {}
