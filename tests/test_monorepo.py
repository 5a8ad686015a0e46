"""Many Workers in one repository share what they share: git is asked, and each shared file read, once for all."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.projects import HANDLER, git, write

from edgewheel.repository.discovery import find
from edgewheel.rules import runner

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

CONFIG = (
    'name = "w"\nmain = "build/worker/worker.py"\ncompatibility_date = "2026-09-08"\n'
    'compatibility_flags = ["python_workers"]\n\n[build]\ncommand = "edgewheel stage"\n'
)
PROJECT = '[project]\nname = "w"\nversion = "1"\ndependencies = []\n\n[tool.edgewheel]\nentry = "src/main.py"\n'
#: Tells what was started, as lines of the process's own stderr.
COUNTING = """
import subprocess, sys
Popen = subprocess.Popen
class Counted(Popen):
    def __init__(self, command, *more, **options):
        print("started", command[0], file=sys.stderr)
        super().__init__(command, *more, **options)
subprocess.Popen = Counted
from edgewheel import cli
sys.exit(cli.main(["check", "--no-cache"]))
"""


def repository(top: Path, workers: int) -> Path:
    """Staged Workers with a missing module each, so that rules ask git what became of it."""
    files = {".gitignore": "build/\n"}
    for number in range(workers):
        folder = f"workers/w{number}"
        files |= {
            f"{folder}/wrangler.toml": CONFIG,
            f"{folder}/pyproject.toml": PROJECT,
            f"{folder}/src/__init__.py": "",
            f"{folder}/src/main.py": f"from src.gone import x\nimport src.there\n{HANDLER}",
            f"{folder}/src/there.py": "",
        }
    write(top, files)
    git(top, "init", "-q")
    git(top, "add", "-A")
    return top


def started(top: Path) -> int:
    done = subprocess.run([sys.executable, "-c", COUNTING], cwd=top, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stdout.count("EW203") >= 1
    return done.stderr.count("started")


def test_git_is_asked_once_for_all(tmp_path: Path) -> None:
    few, many = (started(repository(tmp_path / name, number)) for name, number in (("few", 2), ("many", 12)))
    assert many == few


def test_each_file_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from edgewheel.repository import checkout

    parsed: list[str] = []
    parse = checkout.parse

    def counted(path: str, content: bytes) -> object:
        parsed.append(path)
        return parse(path, content)

    monkeypatch.setattr(checkout, "parse", counted)
    workers = find([str(repository(tmp_path, 3))])
    for worker in workers:
        runner.check(worker, runner.rules_for())
    assert len(workers) == 3
    assert len(parsed) == len(set(parsed))
