"""Real wrangler runs `edgewheel stage` as `[build] command` and uploads exactly that tree."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests import wrangler_oracle

from edgewheel.deploy import Deploys
from edgewheel.repository.discovery import find_one

FORGE = Path(__file__).parents[1] / "examples" / "forge" / "backend"


def edgewheel(cwd: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "edgewheel", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.oracle
@pytest.mark.parametrize("version", ["4.164.0", "4.42.2"])
def test_wrangler_uploads_what_is_staged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    team = tmp_path / "forge"
    shutil.copytree(FORGE, team, ignore=shutil.ignore_patterns("__pycache__", "build", "dist", ".venv"))
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    predicted = Deploys(find_one(str(team)), version=version).of(None).upload
    assert not (team / "build").exists()
    real = wrangler_oracle.deploy(team, version=version)
    assert real["exit"] == 0, real
    uploaded = {each["name"]: each["sha256"] for each in real["uploaded"]}
    staged = digests(team / "build" / "worker")
    wanted = {name: digest for name, digest in staged.items() if name in uploaded}
    assert uploaded == wanted
    assert {name for name in staged if name.endswith(".py")} <= set(uploaded)
    assert [each["name"] for each in real["uploaded"]] == [module.name for module in predicted.modules]
    assert edgewheel(team, "stage").endswith("; 0 written, 0 removed\n")


@pytest.mark.oracle
def test_a_wheel_stages_the_same_tree(tmp_path: Path) -> None:
    """The wheel is built in this environment, which has the backend and hatchling."""
    team = tmp_path / "forge"
    shutil.copytree(FORGE, team, ignore=shutil.ignore_patterns("__pycache__", "build", "dist", ".venv"))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--skip-dependency-check", str(team)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (team / "dist").glob("*.whl")
    edgewheel(team, "stage")
    from_project = digests(team / "build" / "worker")
    assert edgewheel(team, "stage", "--wheel", str(wheel)).endswith("; 0 written, 0 removed\n")
    shutil.rmtree(team / "build")
    edgewheel(team, "stage", "--wheel", str(wheel))
    assert digests(team / "build" / "worker") == from_project
