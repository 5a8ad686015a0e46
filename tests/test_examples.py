"""The two example Workers: one code, two ways to deploy it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
AFTER = ROOT / "examples" / "forge"
TROUBLES = ROOT / "tests" / "golden" / "forge_before_troubles.json"


def code(example: Path) -> dict[str, bytes]:
    """Every file below the Worker's `src`, without what running it leaves behind."""
    source = example / "backend" / "src"
    found = (path for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(source).as_posix(): path.read_bytes() for path in found}


def test_only_init_files_were_added(forge_before: Path) -> None:
    before, after = code(forge_before), code(AFTER)
    added = after.keys() - before.keys()
    assert {name: after[name] for name in before} == before
    assert added
    assert all(name.endswith("/__init__.py") and not after[name] for name in added)


def test_the_example_is_of_a_realistic_size() -> None:
    modules = [name for name in code(AFTER) if name.endswith(".py") and not name.endswith("__init__.py")]
    assert len(modules) >= 60


@pytest.mark.parametrize("trouble", json.loads(TROUBLES.read_text("utf-8")), ids=lambda t: f"{t['code']}-{t['line']}")
def test_troubles_stand_where_the_table_says(trouble: dict[str, object], forge_before: Path) -> None:
    path = forge_before / str(trouble["path"])
    if trouble["code"] == "EW202":
        assert path.parent.is_dir()
        assert not path.exists()
    else:
        line = path.read_text("utf-8").splitlines()[int(str(trouble["line"])) - 1]
        assert str(trouble["needle"]) in line


@pytest.mark.parametrize("name", ["forge-before", "forge"])
def test_the_examples_own_tests_pass(name: str, forge_before: Path) -> None:
    example = AFTER if name == "forge" else forge_before
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=example / "backend",
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_check_finds_every_trouble_on_its_line_and_none_in_the_other(forge_before: Path) -> None:
    def found(example: Path) -> set[tuple[str, str, int]]:
        command = [sys.executable, "-m", "edgewheel", "check", ".", "--format", "json"]
        done = subprocess.run(command, cwd=example, capture_output=True, text=True, check=False)
        findings = json.loads(done.stdout)["findings"]
        assert done.returncode == (1 if findings else 0)
        return {(each["code"], each["path"], each["line"]) for each in findings}

    planted = {(each["code"], each["path"], each["line"]) for each in json.loads(TROUBLES.read_text("utf-8"))}
    assert planted - found(forge_before) == set()
    assert found(AFTER) == set()
