"""`check --fix` and `--diff`: edits of several rules add up, nothing else changes, nothing is half-written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from edgewheel.findings import CouldNotRun
from edgewheel.repository.writing import replace

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = """\
# the Worker
name = "forge"
main = "src/main.py"   # entry
compatibility_date = "2026-09-08"
compatibility_flags = ["python_workers"]
type = "python"

# from an old guide
[build.upload]
format = "modules"

# what stays behind
[python_modules]
excludes = [
    "**/tests/**",  # theirs
]

[env.live.python_modules]
exclude = ["**/docs/**"]
"""
AFTER = """\
# the Worker
name = "forge"
main = "src/main.py"   # entry
compatibility_date = "2026-09-08"
compatibility_flags = ["python_workers"]

# from an old guide

# what stays behind
[python_modules]
exclude = [
    "**/tests/**",  # theirs
    "**/*.pyc",
]

[env.live.python_modules]
exclude = ["**/docs/**", "**/*.pyc"]
"""
#: `~` stands for an empty line that stays.
DIFF = """\
--- a/wrangler.toml
+++ b/wrangler.toml
@@ -3,17 +3,15 @@
 main = "src/main.py"   # entry
 compatibility_date = "2026-09-08"
 compatibility_flags = ["python_workers"]
-type = "python"
~
 # from an old guide
-[build.upload]
-format = "modules"
~
 # what stays behind
 [python_modules]
-excludes = [
+exclude = [
     "**/tests/**",  # theirs
+    "**/*.pyc",
 ]
~
 [env.live.python_modules]
-exclude = ["**/docs/**"]
+exclude = ["**/docs/**", "**/*.pyc"]
""".replace("~", " ")


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edgewheel", "check", "--select", "EW301,EW307,EW308", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def worker(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/main.py").write_text("class Default: ...\n")
    (tmp_path / "wrangler.toml").write_text(BEFORE)
    return tmp_path


def test_diff_shows_the_sum_of_all_rules_and_writes_nothing(worker: Path) -> None:
    done = check(worker, "--diff")
    assert (done.stdout, done.stderr, done.returncode) == (DIFF, "", 1)
    assert (worker / "wrangler.toml").read_text() == BEFORE


def test_fix_writes_what_diff_shows_and_a_second_run_nothing(worker: Path) -> None:
    os.chmod(worker / "wrangler.toml", 0o640)
    first = check(worker, "--fix")
    assert first.stdout == "wrangler.toml: fixed EW301, EW307, EW308\nno findings in 1 Worker\n"
    assert first.returncode == 1  # as hooks do: the files are not what was committed
    assert (worker / "wrangler.toml").read_text() == AFTER
    assert (worker / "wrangler.toml").stat().st_mode & 0o777 == 0o640
    second = check(worker, "--fix")
    assert (second.stdout, second.returncode) == ("no findings in 1 Worker\n", 0)
    assert check(worker, "--diff").stdout == ""
    assert sorted(path.name for path in worker.iterdir()) == ["src", "wrangler.toml"]


def test_a_report_for_a_machine_stays_whole(worker: Path) -> None:
    done = check(worker, "--fix", "--format", "json")
    assert json.loads(done.stdout) == {"findings": [], "workers": ["."]}
    assert done.stderr == "wrangler.toml: fixed EW301, EW307, EW308\n"


@pytest.mark.parametrize("form", ["json", "github", "sarif", "markdown"])
def test_a_diff_is_no_report(worker: Path, form: str) -> None:
    """Who reads JSON would find a diff, or a report that is none."""
    done = check(worker, "--diff", "--format", form)
    said = f"edgewheel: `--diff` prints a diff, not `--format {form}`: leave one of the two out\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
    assert (worker / "wrangler.toml").read_text() == BEFORE


def test_bom_and_line_ends_stay(worker: Path) -> None:
    config = worker / "wrangler.toml"
    config.write_bytes(b"\xef\xbb\xbf" + BEFORE.replace("\n", "\r\n").encode())
    check(worker, "--fix")
    assert config.read_bytes() == b"\xef\xbb\xbf" + AFTER.replace("\n", "\r\n").encode()


def test_what_is_silenced_stays(worker: Path) -> None:
    config = worker / "wrangler.toml"
    ignored = BEFORE.replace("[build.upload]", "[build.upload]  # edgewheel: ignore[EW301]").replace(
        'exclude = ["**/docs/**"]', 'exclude = ["**/docs/**"]  # edgewheel: ignore[EW308]'
    )
    config.write_text(ignored)
    check(worker, "--fix")
    kept = ignored.replace('type = "python"\n', "").replace("excludes", "exclude")
    assert config.read_text() == kept.replace("  # theirs\n", '  # theirs\n    "**/*.pyc",\n')


def test_a_link_stays_a_link(worker: Path) -> None:
    (worker / "shared").mkdir()
    (worker / "wrangler.toml").rename(worker / "shared/wrangler.toml")
    (worker / "wrangler.toml").symlink_to("shared/wrangler.toml")
    check(worker, "--fix")
    assert (worker / "wrangler.toml").is_symlink()
    assert (worker / "shared/wrangler.toml").read_text() == AFTER


def test_what_cannot_be_written_leaves_every_file_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(CouldNotRun, match="cannot be written"):
        replace({str(tmp_path / "a.txt"): b"new", str(tmp_path / "missing/b.txt"): b"new"})
    assert (tmp_path / "a.txt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
