"""`edgewheel preflight` on Workers that wrangler uploads as they stand, without a wheel or a staging folder."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

import pytest
from tests import projects

from edgewheel.cli import main
from edgewheel.commands import preflight_steps
from edgewheel.repository.discovery import find_one

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = (
    'name = "w"\nmain = "src/entry.py"\ncompatibility_date = "2026-01-01"\ncompatibility_flags = ["python_workers"]\n'
)
PROJECT = '[project]\nname = "w"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = ["fastapi"]\n'
ENTRY = "import fastapi\nfrom workers import WorkerEntrypoint\n\n\nclass Default(WorkerEntrypoint):\n    pass\n"
FLAT = {"wrangler.toml": CONFIG, "pyproject.toml": PROJECT, "src/entry.py": ENTRY}


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "wrangler uploads `src/` as it is"),
        ({"wrangler.toml": CONFIG.replace("src/", ""), "entry.py": ENTRY}, "wrangler uploads this folder as it is"),
        ({"pyproject.toml": f'{PROJECT}[build-system]\nrequires = ["hatchling"]\n'}, "wrangler uploads `src/`"),
        ({"pyproject.toml": f'{PROJECT}[build-system]\nrequires = ["edgewheel"]\n'}, ""),
        ({"pyproject.toml": f'{PROJECT}[tool.edgewheel]\nentry = "src/entry.py"\n'}, ""),
        ({"wrangler.toml": CONFIG.replace("src/entry.py", "build/worker/worker.py")}, ""),
    ],
)
def test_what_is_deployed_without_a_wheel(tmp_path: Path, files: dict[str, str], words: str) -> None:
    projects.write(tmp_path, FLAT | files)
    found = preflight_steps.flat(find_one(str(tmp_path)))
    assert found.startswith(words)
    assert bool(found) is bool(words)


def test_its_wheel_is_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    projects.write(tmp_path, FLAT)
    monkeypatch.setenv("PATH", "")  # no Node: Pyodide would be fetched
    assert main(["preflight", str(tmp_path), "--format", "json"]) == 0
    steps = {each["step"]: each["result"] for each in json.loads(capsys.readouterr().out)["steps"]}
    assert [name for name, result in steps.items() if result == "passed"] == ["check", "bundle", "prove"]
    assert set(steps.values()) == {"passed", "skipped"}


@pytest.mark.parametrize(("name", "declared"), [("fastapi", True), ("fastapi.responses", True), ("numpy", False)])
def test_what_the_deploy_vendors_first(tmp_path: Path, name: str, *, declared: bool) -> None:
    """A real runtime lacks it only until `pywrangler sync`."""
    projects.write(tmp_path, FLAT)
    job = preflight_steps.Run(str(tmp_path), "", "", argparse.Namespace(env=None))
    failure = {"error": "ModuleNotFoundError", "name": name}
    assert preflight_steps._is_to_be_vendored(job, failure) is declared
