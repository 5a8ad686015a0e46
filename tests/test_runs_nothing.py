"""No command runs code or shell lines of the project, but the three that say so."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests import projects

from edgewheel.cli import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Everything that a tool might be tempted to run leaves this file behind.
TRAP = "import os\nopen(os.environ['TRAP'], 'w').close()\n"
#: Names that edgewheel or Python itself imports: found first, where the current folder is on Python's path.
TAKEN = ("json", "typing", "argparse", "zipfile", "edgewheel", "edgewheel_build", "sitecustomize", "usercustomize")
#: With the programs that are installed beside this Python: uv and edgewheel.
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
#: edgewheel as its script starts it: the script's own folder is not the project's.
EDGEWHEEL = (sys.executable, "-c", "import sys; sys.path.pop(0); from edgewheel.cli import main; sys.exit(main())")
TREE = {
    "wrangler.toml": 'name = "t"\nmain = "src/main.py"\ncompatibility_date = "2026-10-01"\n'
    'compatibility_flags = ["python_workers"]\n[build]\ncommand = "touch $TRAP"\n',
    "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "trap"\nbackend-path = ["."]\n'
    '[project]\nname = "t"\nversion = "1"\ndependencies = ["trap"]\n',
    "trap.py": TRAP,
    "setup.py": TRAP,
    "conftest.py": TRAP,
    **{f"{name}.py": TRAP for name in TAKEN},
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
    "platform": [["platform"], ["platform", "--check"]],
    "completion": [["completion", "bash"]],
    "settings": [["settings"], ["settings", "--schema"]],
    "upgrade": [["upgrade"]],
    # this one runs the Worker in Pyodide, which is what it is for
    "startup": [],
    # this one runs the build, which is what it is for: below
    "preflight": [],
    # and this one asks an index by uv
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


def run(arguments: Sequence[str], cwd: Path, trap: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in a folder; what is sprung leaves `trap` behind."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        arguments, cwd=cwd, env=own | {"TRAP": str(trap)} | environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("arguments", [each for case in ARGUMENTS.values() for each in case], ids=" ".join)
def test_nothing_of_the_project_runs(project: Path, arguments: list[str]) -> None:
    trap = project.parent / "sprung"
    done = run([*EDGEWHEEL, *arguments], project, trap)
    assert "Traceback" not in done.stderr
    assert done.returncode in {0, 1, 2}, done.stderr
    assert not trap.exists()


#: A backend in the project, as small as one can be: what it imports must be Python's own.
BACKEND = """\
import json, typing, zipfile

def build_wheel(folder, *_):
    with zipfile.ZipFile(f"{folder}/t-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("t-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: t\\nVersion: 1\\n")
        wheel.writestr("t-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr("t-1.dist-info/RECORD", "")
    return "t-1-py3-none-any.whl"

def build_sdist(folder, *_):
    import io, tarfile
    with tarfile.open(f"{folder}/t-1.tar.gz", "w:gz") as sdist:
        for name in ("pyproject.toml", "build-backend/own.py", *(f"{each}.py" for each in TAKEN)):
            sdist.add(name, f"t-1/{name}")
    return "t-1.tar.gz"
"""


@pytest.mark.skipif(shutil.which("uv", path=PATH) is None, reason="uv is not installed")
@pytest.mark.parametrize("here", ["elsewhere", "project"])
def test_preflight_runs_the_build_and_nothing_beside_it(project: Path, here: str) -> None:
    """In the Worker's folder and in another: each step is a process of its own, and so is the build."""
    trap, tools = project.parent / "sprung", project.parent / "tools"
    projects.write(
        project,
        {
            "wrangler.toml": TREE["wrangler.toml"].replace('[build]\ncommand = "touch $TRAP"\n', ""),
            "pyproject.toml": TREE["pyproject.toml"].replace('= "trap"', '= "own"').replace('"."', '"build-backend"')
            + '[tool.edgewheel]\nentry = "src/main.py"\n',
            "build-backend/own.py": f"TAKEN = {TAKEN}\n{BACKEND}",
        },
    )
    projects.write(project.parent / "elsewhere", {f"{name}.py": TRAP for name in TAKEN})
    tools.mkdir()
    for name in ("uv", "git"):  # and no Node: Pyodide would be fetched
        (tools / name).symlink_to(shutil.which(name, path=PATH) or name)
    arguments = [*EDGEWHEEL, "preflight", "../project", "--format", "json"]
    done = run(arguments, project.parent / here, trap, PATH=str(tools), UV_PYTHON=sys.executable)
    steps = {each["step"]: each["result"] for each in json.loads(done.stdout)["steps"]}
    assert steps["build"] == "passed", done.stdout
    assert {steps[name] for name in ("check", "inspect", "stage", "bundle", "prove")} <= {"passed", "failed"}
    assert not trap.exists()


@pytest.mark.parametrize("command", ["true", "edgewheel stage --output out"])
def test_run_build_runs_the_command_and_nothing_beside_it(project: Path, command: str) -> None:
    trap = project.parent / "sprung"
    config = TREE["wrangler.toml"].replace("touch $TRAP", command)
    projects.write(project, {"wrangler.toml": config})
    done = run([*EDGEWHEEL, "bundle", "--run-build", "--format", "json"], project, trap, PATH=PATH)
    assert json.loads(done.stdout)["error"] is None, done.stderr
    assert not trap.exists()


def test_every_command_is_looked_at() -> None:
    assert set(ARGUMENTS) == set(COMMANDS)


def test_the_trap_works(project: Path) -> None:
    """`--run-build` is the one that is asked to."""
    trap = project.parent / "sprung"
    done = run([*EDGEWHEEL, "bundle", "--run-build", "--format", "json"], project, trap)
    assert json.loads(done.stdout)["error"] is None
    assert trap.exists()


@pytest.mark.parametrize("name", ["json", "sitecustomize"])
def test_the_taken_names_would_be_found(project: Path, name: str) -> None:
    """By a Python that has the project's folder on its path."""
    trap = project.parent / "sprung"
    run([sys.executable, "-c", f"import {name}"], project, trap, **({"PYTHONPATH": "."} if name != "json" else {}))
    assert trap.exists()
