"""What the generated `worker.py` re-exports, kind by kind, and how it is written."""

from __future__ import annotations

import ast
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests import projects

from edgewheel.findings import CouldNotRun
from edgewheel.layout import exports
from edgewheel.layout.entry import Source, locate

if TYPE_CHECKING:
    from pathlib import Path

IMPORTS = "from workers import DurableObject, WorkerEntrypoint, WorkflowEntrypoint\n"


def found(root: Path, main: str, more: dict[str, str] | None = None, **options: object) -> exports.Exports:
    worker = projects.worker(root, {"src/main.py": main, **(more or {})}, **options)  # type: ignore[arg-type] # a table
    return exports.find(worker, locate(worker))


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        (IMPORTS + "class Default(WorkerEntrypoint): ...", ["Default"]),
        (IMPORTS + "class Room(DurableObject): ...\nclass Default(WorkerEntrypoint): ...", ["Default", "Room"]),
        (IMPORTS + "class Pay(WorkflowEntrypoint): ...", ["Pay"]),
        (IMPORTS + "class Admin(WorkerEntrypoint): ...\nclass Helper: ...", ["Admin"]),
        ("import workers\nclass Default(workers.WorkerEntrypoint): ...", ["Default"]),
        ("import workers as w\nclass Room(w.DurableObject): ...", ["Room"]),
        ("from workers import DurableObject as Base\nclass Room(Base): ...", ["Room"]),
        ("from workers import *\nclass Room(DurableObject): ...", ["Room"]),
        ("import cloudflare.workers\nclass Room(cloudflare.workers.DurableObject): ...", ["Room"]),
        (IMPORTS + "class Base(DurableObject): ...\nclass Room(Base): ...", ["Base", "Room"]),
        (IMPORTS + "class Room(DurableObject['Env']): ...", ["Room"]),
        (IMPORTS + "class Room(mixin(DurableObject)): ...", ["Room"]),
        (IMPORTS + "Base = DurableObject\nclass Room(Base): ...", ["Room"]),
        (IMPORTS + "class Chat(DurableObject): ...\nRoom = Chat", ["Chat", "Room"]),
        (IMPORTS + "@logged\nclass Room(DurableObject): ...", ["Room"]),
        (IMPORTS + "class _Room(DurableObject): ...\nclass Default(WorkerEntrypoint): ...", ["Default", "_Room"]),
        (IMPORTS + "__all__ = []\nclass Default(WorkerEntrypoint): ...", ["Default"]),
        ("from asgi import to_workers\nDefault = to_workers(app)", ["Default"]),
        ("Default: type = make()", ["Default"]),
        ("Default, other = make()", ["Default"]),
        ("with opened() as Default: ...", ["Default"]),
        ("from framework import Default", ["Default"]),
        ("@entrypoint\ndef Default(request): ...", ["Default"]),
        ("async def on_fetch(request, env): ...\ndef on_scheduled(event): ...", ["on_fetch", "on_scheduled"]),
        ("on_fetch = app.handle", ["on_fetch"]),
        ("def on_fetch(request): ...\ndef on_start(): ...\non_error = print", ["on_fetch", "on_start"]),
        ("def handler(): ...\ndef on_fetch(request):\n    class Inner: ...", ["on_fetch"]),
        ("from src.room import Room", ["Room"]),
        ("from .room import Room", ["Room"]),
        ("from . import room\nclass Hall(room.Room): ...", ["Hall"]),
        ("import src.room\nclass Hall(src.room.Room): ...", ["Hall"]),
        ("import src.room as r\nHall = r.Room", ["Hall"]),
        ("from src.room import Room as Hall", ["Hall"]),
        ("from src.again import Room", ["Room"]),
        ("from src.room import *", ["Room"]),
        ("from src.listed import *", ["_Room"]),
        ("from src.stars import *", ["Room"]),
        (IMPORTS + "class Gone(DurableObject): ...\ndel Gone\nclass Room(DurableObject): ...", ["Room"]),
    ],
)
def test_what_is_exported(tmp_path: Path, main: str, expected: list[str]) -> None:
    room = "from workers import DurableObject\n\n\nclass Room(DurableObject): ...\n\n\nclass Helper: ...\n"
    more = {
        "src/room.py": room,
        "src/again.py": "from src.room import Helper, Room\n",
        "src/listed.py": "__all__ = ['_Room']\nfrom src.room import Room as _Room, Room\n",
        "src/stars.py": "from .room import *\nfrom src.main import *\n",
    }
    assert found(tmp_path, main, more) == exports.Exports(tuple(expected))


@pytest.mark.parametrize(
    ("main", "sure", "perhaps"),
    [
        ("if DEBUG:\n    class Default: ...\nelse:\n    Default = make()", ["Default"], []),
        ("if DEBUG:\n    Default = make()", [], ["Default"]),
        ("class Default: ...\nif DEBUG:\n    def on_queue(batch): ...", ["Default"], ["on_queue"]),
        ("try:\n    from a import Default\nexcept ImportError:\n    from b import Default", ["Default"], []),
        ("try:\n    from a import Default\nexcept ImportError:\n    raise", ["Default"], []),
        ("try:\n    from a import Default\nexcept ImportError:\n    pass", [], ["Default"]),
        (
            "try:\n    x()\nexcept E:\n    pass\nelse:\n    Default = 1\nfinally:\n    on_fetch = 2",
            ["on_fetch"],
            ["Default"],
        ),
        ("with lock:\n    Default = make()", ["Default"], []),
        ("for Default in classes: ...", [], ["Default"]),
        ("while loading():\n    Default = make()", [], ["Default"]),
        ("match kind:\n    case 1:\n        Default = make()", [], ["Default"]),
        ("if TYPE_CHECKING:\n    from a import Default\nelse:\n    def on_fetch(r): ...", ["on_fetch"], []),
        ("if not typing.TYPE_CHECKING:\n    Default = make()", ["Default"], []),
        ("def on_fetch(r): ...\nif __name__ == '__main__':\n    Default = make()", ["on_fetch"], []),
        ("if True:\n    Default = make()", ["Default"], []),
        ("if DEBUG:\n    from src.app import *\ndef on_fetch(r): ...", ["on_fetch"], ["Default"]),
    ],
)
def test_conditions(tmp_path: Path, main: str, sure: list[str], perhaps: list[str]) -> None:
    assert found(tmp_path, main, {"src/app.py": "Default = 1\n"}) == exports.Exports(tuple(sure), tuple(perhaps))


def test_classes_of_the_config(tmp_path: Path) -> None:
    main = "Default = make()\nRoom = make()\nPay = make()\nOther = make()\nHall = make()\n"
    config = {
        "durable_objects": {"bindings": [{"class_name": "Room"}, {"class_name": "Other", "script_name": "other"}]},
        "workflows": [{"class_name": "Pay"}, {"class_name": 3}, "x"],
        "env": {"a": {"durable_objects": {"bindings": [{"class_name": "Hall"}, {"class_name": "Lost"}]}}},
    }
    assert found(tmp_path / "all", main, config=config) == exports.Exports(
        ("Default", "Hall", "Pay", "Room"), unbound=("Lost",)
    )
    assert found(tmp_path / "b", main, config={**config, "env": {"b": {}}}, env="b").sure == ("Default", "Pay", "Room")


@pytest.mark.parametrize("main", ["from framework import *\n", "def __getattr__(name): ...\n"])
def test_names_that_only_the_running_module_knows(tmp_path: Path, main: str) -> None:
    config = {"durable_objects": {"bindings": [{"class_name": "Room"}]}}
    assert found(tmp_path, main, settings="exports = ['Api']", config=config).sure == ("Api", "Room")


@pytest.mark.parametrize(
    ("main", "settings", "words"),
    [
        ("x = 1\n", "", "`src/main.py` binds no handler at module level"),
        ("class Default:\n  def", "", "`src/main.py` line 2 cannot be parsed by Python 3."),
        ("x = '\0'\n", "", "cannot be parsed"),
        (
            "Default = 1\n",
            "exports = ['Lost']",
            "names `Lost`, which `src/main.py` does not bind at module level",
        ),
        ("if TYPE_CHECKING:\n    from a import Default\n", "", "binds no handler"),
        ("class App:\n    class Default: ...\n", "", "binds no handler"),
    ],
)
def test_refused(tmp_path: Path, main: str, settings: str, words: str) -> None:
    with pytest.raises(CouldNotRun) as refused:
        found(tmp_path, main, settings=settings)
    assert words in str(refused.value)


def test_names_that_exports_adds(tmp_path: Path) -> None:
    assert found(tmp_path, "Default = api = 1\n", settings="exports = ['api']").sure == ("Default", "api")


def text(sure: list[str], perhaps: list[str] | None = None, module: str = "src.main") -> str:
    names = exports.Exports(exports.in_order(sure), exports.in_order(perhaps or []))
    return exports.text(Source("/w/src/main.py", "/w/src", module), names, shown="src/main.py")


def test_text() -> None:
    assert text(["on_fetch", "Default", "ROOM", "_Room"]) == (
        "# Generated by edgewheel from src/main.py. Edit that file, not this one.\n\n"
        'from src.main import ROOM, Default, _Room, on_fetch\n\n__all__ = ["ROOM", "Default", "_Room", "on_fetch"]\n'
    )


def test_text_of_names_that_may_be_missing() -> None:
    assert text(["Default"], ["on_queue"]) == (
        "# Generated by edgewheel from src/main.py. Edit that file, not this one.\n\n"
        "import src.main as _entry\nfrom src.main import Default\n\n"
        '__all__ = ["Default"]\n\nif hasattr(_entry, "on_queue"):\n    on_queue = _entry.on_queue\n'
        '    __all__ += ["on_queue"]\n'
    )


@pytest.mark.parametrize(
    ("sure", "perhaps"),
    [
        (["Default"], []),
        ([], ["Default"]),
        (["Default", "_private", "on_fetch", "CHAT", "x"], ["Beta", "alpha"]),
        ([f"DurableObjectNumber{number}" for number in range(20)], []),
    ],
)
def test_text_is_clean_and_runs(tmp_path: Path, sure: list[str], perhaps: list[str]) -> None:
    written = text(sure, perhaps)
    projects.write(tmp_path, {"worker.py": written, "src/main.py": "".join(f"{name} = 1\n" for name in sure)})
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["check", "--isolated", "--select=E,F,I,RUF,UP"], ["format", "--isolated", "--check"]):
        done = subprocess.run([*ruff, *command, "worker.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    ast.parse(written)
    code = "import worker; print(sorted(n for n in vars(worker) if n in worker.__all__))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == str(sorted(sure)), done.stderr
