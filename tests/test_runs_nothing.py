"""No command runs code or shell lines of the project, but the three that say so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from edgewheel.cli import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

#: Everything that a tool might be tempted to run leaves this file behind.
TRAP = "import pathlib, os\npathlib.Path(os.environ['TRAP']).touch()\n"
TREE = {
    "wrangler.toml": 'name = "t"\nmain = "src/main.py"\ncompatibility_date = "2026-10-01"\n'
    'compatibility_flags = ["python_workers"]\n[build]\ncommand = "touch $TRAP"\n',
    "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "trap"\nbackend-path = ["."]\n'
    '[project]\nname = "t"\nversion = "1"\ndependencies = ["trap"]\n',
    "trap.py": TRAP,
    "setup.py": TRAP,
    "conftest.py": TRAP,
    "sitecustomize.py": TRAP,
    "usercustomize.py": TRAP,
    "src/__init__.py": TRAP,
    "src/main.py": TRAP + "from workers import WorkerEntrypoint\nclass Default(WorkerEntrypoint):\n    pass\n",
    "src/git.py": TRAP,
    "python_modules/trap/__init__.py": TRAP,
    "python_modules/trap.pth": "import trap\n",
    "node_modules/wrangler/package.json": '{"name": "wrangler", "version": "4.164.0", "bin": "cli.js"}',
    "node_modules/wrangler/cli.js": "require('fs').writeFileSync(process.env.TRAP, '')",
    "uv.lock": 'version = 1\n[[package]]\nname = "trap"\nversion = "1"\n',
    "deploy.log": "No module named 'src'\n",
}
ARGUMENTS = {
    "check": [["check"], ["check", "--fix"], ["check", "--hook", "worker-bundle"]],
    "bundle": [["bundle", "--hash", "--gzip", "--format", "json"]],
    "stage": [["stage"], ["stage", "--dry-run"]],
    "inspect": [["inspect", "dist/t-1-py3-none-any.whl"]],
    "prove": [["prove", "--runtime", "static"]],
    "deps": [["deps"], ["deps", "--impact", "trap"]],
    "trim": [["trim"], ["trim", "--write"]],
    "logs": [["logs", "deploy.log"]],
    "init": [["init"], ["init", "--write"]],
    "explain": [["explain", "EW101"]],
    "rules": [["rules"]],
    "platform": [["platform"]],
    # these run the build or ask an index by uv, which is what they are for
    "preflight": [],
    "wheels": [],
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in TREE.items():
        (tmp_path / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / name).write_text(text)
    (tmp_path / "project" / "git").write_text('#!/bin/sh\ntouch "$TRAP"\n')
    (tmp_path / "project" / "git").chmod(0o755)
    return tmp_path / "project"


@pytest.mark.parametrize("arguments", [each for case in ARGUMENTS.values() for each in case], ids=" ".join)
def test_nothing_of_the_project_runs(project: Path, arguments: list[str]) -> None:
    trap = project.parent / "sprung"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"TRAP": str(trap)}
    # -P where there is one: `python -m` itself would put the project's folder on the path
    command = [sys.executable, "-c", "import sys; sys.path.pop(0); from edgewheel.cli import main; sys.exit(main())"]
    done = subprocess.run(
        [*command, *arguments], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert done.returncode in {0, 1, 2}, done.stderr
    assert not trap.exists()


def test_every_command_is_looked_at() -> None:
    assert set(ARGUMENTS) == set(COMMANDS)


def test_the_trap_works(project: Path) -> None:
    """`--run-build` is the one that is asked to."""
    trap = project.parent / "sprung"
    done = subprocess.run(
        [sys.executable, "-m", "edgewheel", "bundle", "--run-build", "--format", "json"],
        cwd=project,
        env=os.environ | {"TRAP": str(trap)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(done.stdout)["error"] is None
    assert trap.exists()
