"""`edgewheel upgrade`: what changes, with lines and steps; a Worker that changes nothing is told so."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests import tools

from edgewheel.cli import main
from edgewheel.runtime import lost

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = 'name = "w"\nmain = "src/main.py"\ncompatibility_date = "{date}"\ncompatibility_flags = ["python_workers"]\n'
OLD = """import ast
import hashlib

from workers import WorkerEntrypoint

KIND = ast.Num


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return hashlib.pbkdf2_hmac("sha256", b"", b"", 1)
"""
NEW = OLD.replace("ast.Num", "ast.Constant").replace('pbkdf2_hmac("sha256", b"", b"", 1)', 'sha256(b"").digest()')
SDK = {"python_modules/workers/__init__.py": ""}


def upgraded(folder: Path, files: dict[str, str], *arguments: str, date: str) -> int:
    for name, text in {"wrangler.toml": CONFIG.format(date=date), **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return main(["upgrade", str(folder), "--format", "json", *arguments])


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (found,) = json.loads(capsys.readouterr().out)["workers"]
    found["changes"] = [
        (each["kind"], (each["path"] or "").rpartition("/")[2], each["line"], each["at"]) for each in found["changes"]
    ]
    return dict(found)


def test_to_a_python_that_lost_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {
        "src/main.py": OLD,
        "python_modules/fast/__init__.py": "import pkgutil\n\nFIND = pkgutil.find_loader\n",
        "python_modules/fast/_fast.cpython-313-wasm32-emscripten.so": "",
        **SDK,
    }
    code = upgraded(tmp_path, files, "--to", "3.14", date="2026-01-01")
    found = told(capsys)
    assert code == 1
    assert (found["from"]["python"], found["to"]) == ("3.13", {"python": "3.14", "date": "2026-09-08"})
    assert [each for each in found["changes"] if each[0] != "flag"] == [
        ("name", "main.py", 6, "start"),
        ("name", "main.py", 11, "request"),
        ("name", "__init__.py", 3, None),
        ("wheel", "_fast.cpython-313-wasm32-emscripten.so", 0, "start"),
    ]
    assert [step.partition(" ")[0] for step in found["steps"]] == ["change", "check", "set", "vendor", "run"]


def test_nothing_in_the_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = upgraded(tmp_path, {"src/main.py": NEW, **SDK}, "--to", "3.14", date="2026-01-01")
    assert (code, [each for each in told(capsys)["changes"] if each[3]]) == (0, [])


def test_already_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = upgraded(tmp_path, {"src/main.py": OLD}, date="2026-10-01")
    found = told(capsys)
    assert (code, found["changes"], found["steps"]) == (0, [], [])


def test_functions_that_no_longer_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"src/main.py": "def on_fetch(request): ...\n"}
    code = upgraded(tmp_path, files, "--to", "2025-09-01", date="2025-06-01")
    assert (code, told(capsys)["changes"]) == (1, [("handler", "main.py", 1, "start")])


@pytest.mark.parametrize("wish", ["3.9", "tomorrow", "2026-1-1"])
def test_invalid_targets(wish: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upgrade", "--to", wish]) == 2
    assert f"invalid target `{wish}`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from ast import Num\n", [("ast.Num", 1, "start")]),
        ("import ast as a\nx = a.Str\n", [("ast.Str", 2, "start")]),
        ("import ast\nx = ast.Constant\n", []),
        ("import ast\nimport sys\nif sys.version_info < (3, 14):\n    x = ast.Num\n", []),
        ("try:\n    from ast import Num\nexcept ImportError:\n    Num = None\n", []),
        ("import importlib.abc\nx = importlib.abc.Traversable\n", [("importlib.abc.Traversable", 2, "start")]),
        ("def f():\n    from hashlib import scrypt\n", [("hashlib.scrypt", 2, "request")]),
        ("hashlib = object()\nhashlib.scrypt\n", []),
        ("from hashlib import (\n", []),
    ],
)
def test_uses(source: str, expected: list[tuple[str, int, str]]) -> None:
    assert [tuple(each) for each in lost.uses(source.encode(), "3.13", "3.14")] == expected


WORKER = """\
import ast
import hashlib

from charset_normalizer import from_bytes
from workers import Response, WorkerEntrypoint

KIND = ast.Num


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        key = hashlib.pbkdf2_hmac("sha256", b"", b"", 1)
        return Response(str(from_bytes(key).best()))
"""
CURED = WORKER.replace("ast.Num", "ast.Constant").replace(
    'hashlib.pbkdf2_hmac("sha256", b"", b"", 1)', 'hashlib.sha256(b"").digest()'
)


def vendor(root: Path, python: str, platform: str) -> None:
    """python_modules as pywrangler makes it for a Python; uv has no name for the newest platform, pip needs none."""
    shutil.rmtree(root / "python_modules", ignore_errors=True)
    digits = python.replace(".", "")
    command = [sys.executable, "-m", "uv", "tool", "run", "pip", "install", "--quiet", "--no-compile", "--target"]
    command += [str(root / "python_modules"), "--platform", platform, "--python-version", python]
    command += ["--implementation", "cp", "--abi", f"cp{digits}", "--abi", "none", "--only-binary", ":all:"]
    done = subprocess.run(
        [*command, "charset-normalizer", "workers-runtime-sdk"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        tools.unavailable(f"pip install failed: {done.stderr.strip()[-500:]}")


@pytest.mark.oracle
def test_from_3_13_to_3_14_by_its_own_steps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Real wheels: each thing is named with its line, and after the steps main is accepted in real Pyodide."""
    root = tmp_path / "w"
    (root / "src").mkdir(parents=True)
    (root / "src/main.py").write_text(WORKER)
    (root / "wrangler.toml").write_text(CONFIG.format(date="2026-01-01"))
    vendor(root, "3.13", "pyemscripten_2025_0_wasm32")
    assert main(["upgrade", str(root), "--to", "3.14", "--format", "json"]) == 1
    found = told(capsys)
    lines = WORKER.splitlines()
    own = [each for each in found["changes"] if each[1] == "main.py"]
    assert own == [
        ("name", "main.py", lines.index("KIND = ast.Num") + 1, "start"),
        ("name", "main.py", next(at for at, line in enumerate(lines, 1) if "pbkdf2" in line), "request"),
    ]
    (wheel,) = (each for each in found["changes"] if each[0] == "wheel")
    assert wheel[1].endswith(".cpython-313-wasm32-emscripten.so")
    assert wheel[2:] == (0, "start")
    change, check, date, sync, prove = found["steps"]
    assert change.startswith("change the code at ")
    assert check == "check the wheels: `edgewheel wheels --python 3.14`"
    assert date == 'set `compatibility_date = "2026-09-08"`'
    assert sync == "vendor again for the new Python: `uv run pywrangler sync --force`"
    assert prove == "run main in the new Python: `edgewheel prove --runtime pyodide --python 3.14`"

    def proved() -> tuple[int, bool]:
        code = main(["prove", str(root), "--runtime", "pyodide", "--python", "3.14", "--format", "json"])
        return code, json.loads(capsys.readouterr().out)["accepted"]

    tools.pyodide("314.0.7")
    assert proved() == (1, False)
    (root / "src/main.py").write_text(CURED)
    (root / "wrangler.toml").write_text(CONFIG.format(date="2026-09-08"))
    vendor(root, "3.14", "pyemscripten_2026_0_wasm32")
    assert proved() == (0, True)
    assert main(["upgrade", str(root), "--to", "3.14", "--format", "json"]) == 0
    assert told(capsys)["steps"] == []
