"""Names and texts of others are shown so that none can forge a line, a colour or a command of a CI system."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from edgewheel.reports.text import clean, data

if TYPE_CHECKING:
    from pathlib import Path

#: Characters that break a line, colour it, turn it round or hide in it.
HOSTILE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
FORGED = re.compile(r"^\s*::\w|##(?:vso|teamcity)?\[", re.MULTILINE)
NAMES = (
    "a\n::error::forged",
    "::error file=x::forged",
    "##[error]forged",
    "###[error]forged",
    "##vso[task.complete]",
    "a\u2028::warning::forged",
    "\u009b31mred",
    "\u202efdp.exe",
    "\x1b]0;title\x07",
    "a\r::stop-commands::x",
    "\u3000::error::x",
    "\udcff",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("keep", ["", "\n"])
def test_shown(name: str, keep: str) -> None:
    shown = clean(name, keep=keep)
    assert not HOSTILE.search(shown)
    assert not FORGED.search(shown)
    assert clean("`src/app.py`: [[rules]] in a::b # note", keep=keep) == "`src/app.py`: [[rules]] in a::b # note"


@pytest.mark.parametrize("name", NAMES)
def test_json_keeps_the_data(name: str) -> None:
    shown = data({name: [name]})
    assert not HOSTILE.search(shown)
    assert not FORGED.search(shown)
    assert json.loads(shown) == {name: [name]}


@pytest.mark.parametrize("form", ["text", "json", "github", "markdown", "sarif"])
def test_a_hostile_project(tmp_path: Path, form: str) -> None:
    (tmp_path / "wrangler.toml").write_text(
        'name = "t"\nmain = "main.py"\ncompatibility_date = "2026-10-01"\ncompatibility_flags = ["python_workers"]\n'
        '"x\\n::error::forged" = 1\n"##[error]y" = 1\n'
        '[[rules]]\ntype = "A\\n::error::b"\nglobs = ["\\u202e\\u009b31m.md"]\n'
    )
    (tmp_path / "main.py").write_text("from src\\u2028 import x\ndef f():\n    import numpy\n")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "t"\ndependencies = ["a\\n::error::b", "pytest"]\n')
    done = run(tmp_path, "check", "--format", form)
    assert "Traceback" not in done.stderr
    assert not HOSTILE.search(done.stdout + done.stderr)
    forged = [line for line in (done.stdout + done.stderr).split("\n") if FORGED.search(line)]
    assert not [line for line in forged if form != "github" or "title=EW" not in line.partition("::")[2][:200]]


@pytest.mark.parametrize(
    "arguments", [("bundle", "--env", "a\n::error::b"), ("explain", "::error::b"), ("stage", "a\n::b")]
)
def test_a_refusal_is_one_block(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode == 2
    first, *rest = done.stderr.splitlines()
    assert first.startswith("edgewheel: ")
    assert all(line.startswith("  ") and not FORGED.search(line) for line in rest)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "edgewheel", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
