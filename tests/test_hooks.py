"""The hooks under real pre-commit and real prek, in real repositories: what is blocked, and what passes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgewheel.rules.registry import hooks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
RUNNERS = ("pre-commit", "prek")
HOOKS = ("worker-runtime-deps", "worker-package-init", "worker-wrangler-config", "edgewheel")

WRANGLER = """\
name = "forge"
main = "src/main.py"
compatibility_date = "2026-11-01"
compatibility_flags = ["python_workers"]
"""
PYPROJECT = """\
[project]
name = "forge"
version = "1"
requires-python = ">=3.12"
dependencies = [
  "httpx",
  "workers-runtime-sdk",
]
"""
MAIN = """\
from core.config import NAME
from workers import Response, WorkerEntrypoint


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        return Response(NAME)
"""


def run(*command: str, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


def git(cwd: Path, *arguments: str) -> str:
    done = run("git", *arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_manifest_names_every_hook() -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    expected = {*hooks(), "edgewheel"}
    assert set(re.findall(r"^- id: (\S+)$", text, re.MULTILINE)) == expected


@pytest.mark.parametrize(
    ("hook", "path", "expected"),
    [
        ("worker-runtime-deps", "pyproject.toml", True),
        ("worker-runtime-deps", "backend/requirements-runtime.txt", True),
        ("worker-runtime-deps", "requirements.in", True),
        ("worker-runtime-deps", "requirements/base.txt", True),
        ("worker-runtime-deps", "uv.lock", True),
        ("worker-runtime-deps", "pylock.toml", True),
        ("worker-runtime-deps", "pylock.dev.toml", True),
        ("worker-runtime-deps", "src/main.py", False),
        ("worker-runtime-deps", "my-pyproject.toml", False),
        ("worker-imports", "src/main.py", True),
        ("worker-imports", "backend/wrangler.jsonc", True),
        ("worker-imports", "README.md", False),
    ],
)
def test_files_patterns(hook: str, path: str, *, expected: bool) -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    block = text.split(f"- id: {hook}\n", 1)[1].split("\n- id:", 1)[0]
    pattern = re.search(r"^  files: '(.*)'$", block, re.MULTILINE)
    assert pattern is not None
    assert bool(re.search(pattern[1], path)) is expected


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project as a repository of hooks: its files as they are now, committed."""
    target = tmp_path_factory.mktemp("published") / "edgewheel"
    target.mkdir()
    listed = git(
        ROOT, "ls-files", "-co", "--exclude-standard", "hooks", "backend", "pyproject.toml", "README.md", "LICENSE"
    )
    for name in [*listed.splitlines(), ".pre-commit-hooks.yaml"]:
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    commit_all(target)
    return target


def commit_all(folder: Path) -> None:
    if not (folder / ".git").exists():
        git(folder, "init", "-q", "-b", "main")
        git(folder, "config", "user.email", "dev@example.com")
        git(folder, "config", "user.name", "dev")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "start", "--no-verify")


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    home = tmp_path_factory.mktemp("homes")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "PREK"))}
    return kept | {"PRE_COMMIT_HOME": str(home / "pre-commit"), "PREK_HOME": str(home / "prek"), "NO_COLOR": "1"}


def write_team(top: Path, worker: Path, published: Path, hooks: Sequence[str]) -> None:
    """A team's repository: a Worker, and the hooks as this project publishes them."""
    listed = "\n".join(f"      - id: {hook}" for hook in hooks)
    config = f"repos:\n  - repo: {published}\n    rev: {git(published, 'rev-parse', 'HEAD')}\n    hooks:\n{listed}\n"
    for path, text in {
        top / ".pre-commit-config.yaml": config,
        worker / "wrangler.toml": WRANGLER,
        worker / "pyproject.toml": PYPROJECT,
        worker / "src/main.py": MAIN,
        worker / "src/core/__init__.py": "",
        worker / "src/core/config.py": "NAME = 'forge'\n",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture(params=[(runner, folder) for runner in RUNNERS for folder in (".", "backend")], ids="-".join)
def project(
    request: pytest.FixtureRequest, tmp_path: Path, published: Path, environment: dict[str, str]
) -> tuple[Path, Path, Callable[[str], subprocess.CompletedProcess[str]]]:
    """A team's repository with the hooks installed: its top, the Worker's folder, and a real `git commit`."""
    runner, folder = request.param
    top = tmp_path / "team"
    worker = top / folder
    write_team(top, worker, published, HOOKS)
    commit_all(top)
    done = run(str(BIN / runner), "install", cwd=top, env=environment)
    assert done.returncode == 0, done.stderr

    def commit(message: str) -> subprocess.CompletedProcess[str]:
        git(top, "add", "-A")
        return run("git", "commit", "-m", message, cwd=top, env=environment)

    return top, worker, commit


@pytest.mark.oracle
def test_commits(project: tuple[Path, Path, Callable[[str], subprocess.CompletedProcess[str]]]) -> None:
    """Five commits that would break the deploy, each blocked with its line and repaired by its fix; then clean ones."""
    top, worker, commit = project
    prefix = "" if worker == top else f"{worker.name}/"
    pyproject, wrangler = worker / "pyproject.toml", worker / "wrangler.toml"

    pyproject.write_text(PYPROJECT.replace('  "httpx",\n', '  "httpx",\n  "pytest>=8",\n'))
    blocked = commit("pytest")
    assert blocked.returncode == 1
    assert f"{prefix}pyproject.toml:7: EW101 `pytest" in blocked.stdout + blocked.stderr
    pyproject.write_text(PYPROJECT)
    git(top, "add", "-A")

    git(worker, "rm", "-q", "src/core/__init__.py")
    blocked = run("git", "commit", "-m", "deletes", cwd=top, env=None)
    assert blocked.returncode == 1
    assert f"{prefix}src/core/__init__.py: EW201 " in blocked.stdout + blocked.stderr
    fix = re.search(r"fix: (git restore .*)", blocked.stdout + blocked.stderr)
    assert fix is not None
    run("sh", "-c", fix[1], cwd=top)
    assert git(top, "status", "--porcelain") == ""

    git(worker, "mv", "src/core/__init__.py", "src/core/names.py")
    blocked = run("git", "commit", "-m", "renames", cwd=top, env=None)
    assert blocked.returncode == 1
    assert f"{prefix}src/core/__init__.py: EW201 " in blocked.stdout + blocked.stderr
    git(worker, "mv", "src/core/names.py", "src/core/__init__.py")

    wrangler.write_text(WRANGLER + '[build.upload]\nformat = "modules"\n')
    blocked = commit("upload")
    assert blocked.returncode == 1
    assert f"{prefix}wrangler.toml:5: EW301 " in blocked.stdout + blocked.stderr

    wrangler.write_text(WRANGLER + '[[rules]]\ntype = "PythonModule"\nglobs = ["**/*.py"]\n')
    blocked = commit("rule")
    assert blocked.returncode == 1
    assert f"{prefix}wrangler.toml:6: EW302 " in blocked.stdout + blocked.stderr

    wrangler.write_text(WRANGLER)
    (worker / "src" / "core" / "more.py").write_text("X = 1\n")
    passed = commit("repaired")
    assert passed.returncode == 0, passed.stdout + passed.stderr


@pytest.mark.oracle
@pytest.mark.parametrize("runner", RUNNERS)
def test_between_two_commits(runner: str, tmp_path: Path, published: Path, environment: dict[str, str]) -> None:
    """In CI nothing is staged: the range of a pull request tells what went away."""
    top = tmp_path / "team"
    write_team(top, top, published, ["worker-package-init"])
    commit_all(top)
    (top / "src" / "core" / "__init__.py").unlink()
    git(top, "add", "-A")
    git(top, "commit", "-qm", "drops it", "--no-verify")
    done = run(str(BIN / runner), "run", "--from-ref", "HEAD~1", "--to-ref", "HEAD", cwd=top, env=environment)
    assert done.returncode == 1
    assert "src/core/__init__.py: EW201 " in done.stdout
    done = run(str(BIN / runner), "run", "--from-ref", "HEAD~1", "--to-ref", "HEAD~1", cwd=top, env=environment)
    assert "EW201" not in done.stdout


@pytest.mark.oracle
@pytest.mark.parametrize("runner", RUNNERS)
def test_try_repo(runner: str, tmp_path: Path, published: Path, environment: dict[str, str]) -> None:
    (tmp_path / "README.md").write_text("no Worker here\n")
    commit_all(tmp_path)
    done = run(
        str(BIN / runner),
        "try-repo",
        str(published),
        "edgewheel",
        "--all-files",
        "--verbose",
        cwd=tmp_path,
        env=environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no Worker" in done.stdout


def test_no_worker_is_no_fault(tmp_path: Path) -> None:
    done = run(sys.executable, "-m", "edgewheel", "check", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("no Worker")
    done = run(sys.executable, "-m", "edgewheel", "check", "--format", "json", cwd=tmp_path)
    assert json.loads(done.stdout) == {"findings": [], "workers": []}


@pytest.mark.oracle
def test_this_repository_uses_its_own_hooks(environment: dict[str, str]) -> None:
    config = str(ROOT / ".pre-commit-config.yaml")
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    for hook in ("edgewheel", "worker-package-init", "generated"):
        arguments = ("run", hook, "--all-files", "--config", config)
        done = run(str(BIN / "pre-commit"), *arguments, cwd=ROOT, env=environment | {"PATH": path})
        assert done.returncode == 0, done.stdout + done.stderr
