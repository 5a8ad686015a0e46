"""What cases as folders cannot show: a commit, compressed sizes, the share of a limit."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from edgewheel.repository.discovery import find
from edgewheel.rules import runner as run
from edgewheel.rules.registry import load

if TYPE_CHECKING:
    from pathlib import Path

    from edgewheel.findings import Finding

CONFIG = """\
name = "forge"
main = "src/main.py"
compatibility_date = "2026-09-08"
compatibility_flags = ["python_workers"]
"""
RULES = """
[[rules]]
type = "Text"
globs = ["**/*.md", "pages/**"]
fallthrough = true
"""


@pytest.fixture
def worker(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/main.py").write_text("class Default: ...\n")
    (tmp_path / "wrangler.toml").write_text(CONFIG)
    return tmp_path


def judged(folder: Path, code: str) -> list[Finding]:
    rules = load(select=[code])
    return [each for found in find([str(folder)]) for each in run.check(found, rules)]


def git(folder: Path, *arguments: str) -> None:
    identity = {f"GIT_{who}_{what}": "t@example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, env=os.environ | identity)


def test_a_glob_whose_last_file_this_commit_takes_away(worker: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRE_COMMIT_FROM_REF", raising=False)
    (worker / "wrangler.toml").write_text(CONFIG + RULES)
    (worker / "src/pages").mkdir()
    for name in ("a.md", "b.md", "pages/index.css"):
        (worker / "src" / name).write_text("x\n")
    git(worker, "init", "-q")
    git(worker, "add", "-A")
    git(worker, "commit", "-qm", "all")
    assert judged(worker, "EW304") == []
    git(worker, "rm", "-q", "src/a.md", "src/b.md")
    (found,) = judged(worker, "EW304")
    assert found.message == (
        "`**/*.md` matches no file any more, now that this commit takes away `a.md` and 1 more: "
        "nothing is uploaded for it"
    )
    assert (found.place.line, found.fix) == (8, 'globs = ["pages/**"]')


def test_a_gzip_budget(worker: Path) -> None:
    (worker / "python_modules").mkdir()
    (worker / "python_modules/noise.py").write_bytes(os.urandom(20_000))
    settings = worker / "pyproject.toml"
    settings.write_text('[tool.edgewheel.size]\nbudget = "1 MiB"\ngzip-budget = "25 KB"\nwarn-at = "90%"\n')
    assert judged(worker, "EW403") == judged(worker, "EW404") == []
    settings.write_text('[tool.edgewheel.size]\nbudget = "1 MiB"\ngzip-budget = "22 KB"\nwarn-at = "90%"\n')
    (near,) = judged(worker, "EW404")
    assert near.level == "warning"
    assert " gzip (" in near.message
    settings.write_text('[tool.edgewheel.size]\ngzip-budget = "10 KB"\n')
    (over,) = judged(worker, "EW403")
    assert "`gzip-budget`" in over.message
    assert "`python_modules/noise` 19.5 KiB" in over.message
    assert judged(worker, "EW404") == []


def test_the_platforms_limit_counts_without_a_budget(worker: Path) -> None:
    (worker / "python_modules").mkdir()
    with open(worker / "python_modules/large.bin", "wb") as file:
        file.truncate(64 << 20)
    (over,) = judged(worker, "EW403")
    assert "64 MiB uncompressed, the platform's limit" in over.message
    assert "the deploy is refused" in over.message


def test_two_environments_with_one_upload_are_one_finding(worker: Path) -> None:
    (worker / "wrangler.toml").write_text(f"{CONFIG}[env.a]\n[env.b]\n")
    (worker / "src/tests").mkdir()
    (worker / "src/tests/test_a.py").write_text("x = 1\n")
    assert len(judged(worker, "EW402")) == 1
