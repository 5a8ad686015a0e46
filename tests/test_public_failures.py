"""Five deploys that failed in public, as small Workers: `check` or `prove` names the line before the deploy, and passes
after the fix. wrangler's own dry run takes each of them.
"""

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

CONFIG = (
    'name = "w"\nmain = "src/main.py"\ncompatibility_date = "2026-10-01"\ncompatibility_flags = ["python_workers"]\n'
)
DEFAULT = "class Default(WorkerEntrypoint):\n    async def fetch(self, request):\n        return {}\n"
HEAD = "from workers import Response, WorkerEntrypoint\n"
MAIN = f"{HEAD}\n\n{DEFAULT.format('Response()')}"
D1 = '[[{}d1_databases]]\nbinding = "DB"\ndatabase_name = "d"\ndatabase_id = "x"\n'
PROJECT = '[project]\nname = "w"\nversion = "1"\nrequires-python = ">=3.12"\n'
MEMBER = (
    'dependencies = ["shared"]\n[tool.uv.sources]\nshared = { workspace = true }\n'
    '[tool.uv.workspace]\nmembers = ["shared"]\n'
)


class Failure(NamedTuple):
    """The files that fail, what is different in them once fixed, the command, and what it says: code or error, path,
    line.
    """

    bad: dict[str, str]
    good: dict[str, str]
    command: tuple[str, ...]
    said: tuple[str, str, int]
    oracle: bool = False


FAILURES = {
    "an object kept in a global": Failure(
        {"src/main.py": f"from js import Headers\n{MAIN}\n\nHEADERS = Headers.new()\n"},
        {"src/main.py": f"from js import Headers\n{MAIN}\n\ndef headers():\n    return Headers.new()\n"},
        ("check",),
        ("EW210", "src/main.py", 10),
    ),
    "an aliased Default": Failure(
        {"src/main.py": "from api import Api as Default\n", "src/api.py": MAIN.replace("Default", "Api")},
        {"src/main.py": "from api import Api\n\n\nclass Default(Api):\n    pass\n"},
        ("prove",),
        ("ValidationError", "src/main.py", 1),
    ),
    "pbkdf2_hmac on 3.14": Failure(
        {"src/main.py": f"from hashlib import pbkdf2_hmac\n{MAIN}"},
        {"src/main.py": f"from hashlib import sha256\n{MAIN}"},
        ("prove", "--runtime", "pyodide"),
        ("ImportError", "src/main.py", 1),
        oracle=True,
    ),
    "an environment without its D1": Failure(
        {
            "src/main.py": f"{HEAD}\n\n{DEFAULT.format('await self.env.DB.prepare(request.url).first()')}",
            "wrangler.toml": CONFIG + D1.format("") + "[env.production]\n",
        },
        {"wrangler.toml": CONFIG + D1.format("") + D1.format("env.production.")},
        ("check", "--env", "production"),
        ("EW315", "wrangler.toml", 0),
    ),
    "a workspace member without code": Failure(
        {
            "src/main.py": MAIN,
            "pyproject.toml": PROJECT + MEMBER,
            "shared/pyproject.toml": '[project]\nname = "shared"\nversion = "1"\n',
        },
        {"pyproject.toml": f"{PROJECT}dependencies = []\n"},
        ("check",),
        ("EW108", "pyproject.toml", 0),
    ),
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def said(folder: Path, command: tuple[str, ...]) -> tuple[int, list[tuple[str, str, int]]]:
    whole = [sys.executable, "-m", "edgewheel", *command, "--format", "json"]
    done = subprocess.run(whole, cwd=folder, env=os.environ, capture_output=True, text=True, check=False)
    found: dict[str, Any] = json.loads(done.stdout)
    rows = [*found["findings"], *found.get("failures", ())]
    return done.returncode, [(each.get("code") or each["error"], each["path"], each["line"]) for each in rows]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.oracle] * each.oracle) for name, each in FAILURES.items()]
)
def test_named_before_and_clean_after(name: str, tmp_path: Path) -> None:
    failure = FAILURES[name]
    if failure.oracle:
        tools.pyodide("314.0.7")
    write(tmp_path, {"wrangler.toml": CONFIG, **failure.bad})
    code, rows = said(tmp_path, failure.command)
    kind, path, line = failure.said
    assert code == 1
    assert any(each[0] == kind and each[1] == path and line in {0, each[2]} and each[2] for each in rows), rows
    write(tmp_path, failure.good)
    code, rows = said(tmp_path, failure.command)
    assert (code, [each for each in rows if each[0] == kind]) == (0, [])


@pytest.mark.oracle
@pytest.mark.parametrize("name", FAILURES)
def test_wrangler_takes_it(name: str, tmp_path: Path) -> None:
    failure = FAILURES[name]
    write(tmp_path, {"wrangler.toml": CONFIG, **failure.bad})
    chosen = ["--env", "production"] if "--env" in failure.command else []
    done = subprocess.run(
        [*tools.wrangler("4.164.0"), "deploy", "--dry-run", "--outdir", str(tmp_path / "out"), *chosen],
        cwd=tmp_path,
        env={**os.environ, **tools.WRANGLER_ENVIRONMENT},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
