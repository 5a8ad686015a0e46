"""The command line as users call it: exit codes, streams, and what a hostile name cannot do."""

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

GOOD = 'main = "src/main.py"\ncompatibility_date = "2026-11-01"\ncompatibility_flags = ["python_workers"]\n'


def edgewheel(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "edgewheel", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--no-such"),
        ("no-such",),
        (),
        ("check", "--hook", "nope"),
        ("check", "--select", "X1"),
        ("check", "nowhere"),
        ("explain", "EW999"),
        ("check", "--format", "xml"),
    ],
)
def test_could_not_run(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = edgewheel(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help(tmp_path: Path, command: str) -> None:
    done = edgewheel(command, "--help", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: edgewheel {command}")


def test_version(tmp_path: Path) -> None:
    assert edgewheel("--version", cwd=tmp_path).stdout.startswith("edgewheel ")


def test_a_broken_config_is_a_finding_on_its_line(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").write_text('main = "a.py"\nx = = 1\n')
    done = edgewheel("check", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("wrangler.toml:2: EW002 ")


def test_names_cannot_colour_the_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "a\x1b[31mb\nc"
    folder.mkdir()
    (folder / "wrangler.toml").write_text('main = "a.py\n')
    done = edgewheel("check", cwd=tmp_path)
    assert "\x1b" not in done.stdout
    assert "a\\x1b[31mb\\nc/wrangler.toml" in done.stdout


def test_json_paths_are_relative_to_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "wrangler.toml").write_text("main = 'a.py'\nx = = 1\n")
    done = edgewheel("check", "w", "--select", "EW002", "--format", "json", cwd=tmp_path)
    answer = json.loads(done.stdout)
    assert answer["workers"] == ["w"]
    (finding,) = answer["findings"]
    assert list(finding) == [
        *("code", "level", "message", "path", "line", "column", "end_line", "end_column", "fix", "cause", "url"),
        "worker",
    ]
    assert (finding["path"], finding["line"], finding["worker"]) == ("w/wrangler.toml", 2, "w")


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    """Not 0, which would tell a script that there is nothing to find."""
    (tmp_path / "wrangler.toml").write_text('main = "a.py"\nx = = 1\n')
    for arguments in (["rules"], ["check"]):
        with subprocess.Popen(
            [sys.executable, "-m", "edgewheel", *arguments],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout
            assert process.stderr
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 141


@pytest.mark.skipif(os.name != "posix", reason="a shell's own redirections")
@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("check >&-", 1, ""),
        ("check >&- 2>&- <&-", 1, ""),
        ("rules >&-", 0, ""),
        ("bundle --format json >&-", 2, ""),
        ("logs - <&-", 0, ""),
        ("bundle --output .", 2, "edgewheel: `.` cannot be written: "),
        ("bundle --output none/x", 2, "edgewheel: `none/x` cannot be written: "),
        ("preflight --reports wrangler.toml", 2, "edgewheel: `"),
    ],
)
def test_streams_and_outputs_that_are_not_there(tmp_path: Path, line: str, code: int, said: str) -> None:
    broken = "= 1" if "--output" not in line else "1"
    (tmp_path / "wrangler.toml").write_text(
        'name = "a"\nmain = "a.py"\ncompatibility_date = "2026-10-01"\n'
        f'compatibility_flags = ["python_workers"]\nx = {broken}\n'
    )
    (tmp_path / "a.py").write_text("")
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m edgewheel {line}', sys.executable],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr[: len(said)] if said else "") == (code, said)
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a folder in use cannot be removed")
def test_a_folder_that_vanished(tmp_path: Path) -> None:
    code = "import os; os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')\n"
    code += "from edgewheel.cli import main; raise SystemExit(main(['check']))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "edgewheel: `the current folder`: No such file or directory\n")
