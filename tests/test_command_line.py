"""Words that are nearly right, help by another name, pages by name or prefix, and completion in a shell."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from edgewheel.cli import COMMANDS, main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chek"], "unknown command `chek` (did you mean `check`?)"),
        (["zzz"], "unknown command `zzz`: `edgewheel --help`"),
        (["check", "--formt", "json"], "unrecognized arguments: --formt (did you mean `--format`?)"),
        (["trim", "--writ"], "(did you mean `--write`?)"),
        (["check", "--select", "EW399"], "unknown rule `EW399` (did you mean `EW"),
        (["check", "--hook", "worker-import"], "unknown hook `worker-import` (did you mean `worker-imports`?)"),
        (["explain", "lost-mian"], "unknown rule `lost-mian` (did you mean `lost-main`?)"),
        (["explain", ""], "unknown rule ``: "),
    ],
)
def test_what_was_meant(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_help_by_another_name(capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert main(["help", command]) == 0
    shown = capsys.readouterr().out
    assert main([command, "--help"]) == 0
    assert capsys.readouterr().out == shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize("asked", ["EW311", "ew311", "lost-main", "lost_main", "lost-m"])
def test_a_page_by_code_name_or_beginning(capsys: pytest.CaptureFixture[str], asked: str) -> None:
    assert main(["explain", asked]) == 0
    assert capsys.readouterr().out.startswith("EW311 lost-main (error)\n")


def test_several_pages_are_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "EW70"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:5] for line in lines[:-1]] == [f"EW70{number}" for number in range(1, 10)]
    assert lines[-1] == "`edgewheel explain EW701` shows the whole page of one"


def test_help_alone_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n    {command} " in shown for command in COMMANDS)


@pytest.mark.skipif(importlib.util.find_spec("argcomplete") is None, reason="argcomplete is not installed")
@pytest.mark.parametrize(
    ("line", "completed"),
    [("edgewheel pre", ["preflight "]), ("edgewheel trim --wr", ["--write "]), ("edgewheel completion f", ["fish "])],
)
def test_a_shell_completes(tmp_path: Path, line: str, completed: list[str]) -> None:
    told = {"_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line)), "IFS": "\n"}
    answer = tmp_path / "answer"
    command = [sys.executable, "-m", "edgewheel"]
    env = os.environ | told | {"_ARGCOMPLETE_STDOUT_FILENAME": str(answer)}
    subprocess.run(command, env=env, check=True, capture_output=True)
    assert answer.read_text().replace("\v", "\n").split("\n") == completed


@pytest.mark.skipif(importlib.util.find_spec("argcomplete") is None, reason="argcomplete is not installed")
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    assert main(["completion", shell]) == 0
    assert "edgewheel" in capsys.readouterr().out
