"""Small Workers written into an empty folder."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from edgewheel.repository.disk import Disk
from edgewheel.repository.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STAGED = {"main": "build/worker/worker.py", "build": {"command": "edgewheel stage"}}
HANDLER = "from workers import WorkerEntrypoint\n\n\nclass Default(WorkerEntrypoint):\n    pass\n"


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Files by their posix names; those above them are made."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def worker(
    root: Path,
    files: Mapping[str, str | bytes],
    *,
    settings: str = "",
    config: Mapping[str, object] | None = None,
    env: str | None = None,
) -> Worker:
    """A Worker of these files; `settings` are lines of `[tool.edgewheel]`, `config` is merged into wrangler.json."""
    wrangler = {"name": "w", "main": "src/main.py", "compatibility_flags": ["python_workers"], **(config or {})}
    write(root, {"wrangler.json": json.dumps(wrangler), "pyproject.toml": f"[tool.edgewheel]\n{settings}\n", **files})
    return Worker(root.resolve().as_posix(), disk=Disk(), env=env)


def git(root: Path, *arguments: str) -> str:
    """What git prints, run in a folder as somebody."""
    who = ["-c", "user.email=dev@example.com", "-c", "user.name=dev", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *who, *arguments], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(root: Path, message: str = "all") -> None:
    """Commits all that is there."""
    if not (root / ".git").exists():
        git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "--no-verify", "--allow-empty", "-m", message)
