"""What a person sees in a terminal of 80 columns, with colours and without."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.text import Text

from edgewheel.findings import Finding, Place
from edgewheel.reports import terminal

ROOT = Path(__file__).parent.parent
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_MOVES = re.compile(r"\x1b\[[0-9;?]*[^0-9;?m]")
_COMMANDS = {
    "check": ("check",),
    "rules": ("rules",),
    "explain": ("explain", "EW203"),
    "bundle": ("bundle",),
    "deps": ("deps",),
    "preflight": ("preflight",),
}


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory, forge_before: Path) -> Path:
    folder = tmp_path_factory.mktemp("terminal") / "forge-before"
    shutil.copytree(forge_before, folder)
    return folder / "backend"


def seen(command: tuple[str, ...], folder: Path, **environment: str) -> str:
    """What a command writes to a terminal of 80 columns."""
    if sys.platform == "win32":
        pytest.skip("Windows has no pseudo-terminals of this kind")
    import fcntl
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    nothing = {"PATH": str(folder / "no-programs")}  # neither uv nor Node: no step needs a network
    env = nothing | {"TERM": "xterm-256color", "LANG": "C.UTF-8"} | environment
    with subprocess.Popen(
        [sys.executable, "-m", "edgewheel", *command], cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=env
    ) as process:
        os.close(theirs)
        parts = []
        while True:
            try:
                part = os.read(ours, 1 << 16)
            except OSError:  # Linux says so when the last writer is gone
                break
            if not part:
                break
            parts.append(part)
        process.wait(120)
    os.close(ours)
    return b"".join(parts).decode().replace("\r\n", "\n")


def too_wide(output: str) -> list[str]:
    lines = _ESCAPE.sub("", output).replace("\r", "\n").split("\n")
    return [line for line in lines if cell_len(line) > 80]


@pytest.mark.parametrize("name", _COMMANDS)
def test_in_colour(name: str, worker: Path) -> None:
    output = seen(_COMMANDS[name], worker)
    assert too_wide(output) == []
    assert "Traceback" not in output
    assert "\x1b[" in output


@pytest.mark.parametrize("name", _COMMANDS)
def test_no_color(name: str, worker: Path) -> None:
    output = seen(_COMMANDS[name], worker, NO_COLOR="1")
    assert too_wide(output) == []
    assert "\x1b" not in output


@pytest.mark.parametrize("name", ["check", "preflight"])
def test_in_ci_nothing_is_drawn_anew(name: str, worker: Path) -> None:
    output = seen(_COMMANDS[name], worker, CI="true")
    assert not _MOVES.search(output)
    assert too_wide(output) == []


def test_the_diff_is_coloured_and_unbroken(worker: Path) -> None:
    output = seen(("init",), worker)
    assert '\x1b[31m-build-backend = "setuptools.build_meta"\x1b[0m' in output
    assert '\x1b[32m+build-backend = "edgewheel_build"\x1b[0m' in output
    assert "\x1b" not in seen(("init",), worker, NO_COLOR="1")


def test_a_pipe_gets_no_colours_and_loads_no_rich(worker: Path) -> None:
    code = (
        "import sys; from edgewheel.cli import main; main(['check', '--select', 'EW3']);"
        "sys.exit('rich loaded' if 'rich' in sys.modules else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=worker, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) > 80


def finding(message: str, fix: str = "") -> Finding:
    return Finding(message, Place(f"{os.getcwd()}/w.toml", 3), fix, "error", "EW301")


def drawn(*found: Finding, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("COLUMNS", "60")
    return [line.plain for line in terminal.findings(found, terminal.console())]


@pytest.mark.parametrize(
    ("message", "fix", "lines"),
    [
        ("short", "do it", ["w.toml:3: EW301 short", "    fix: do it"]),
        ("short", "", ["w.toml:3: EW301 short"]),
        (
            "a message that is longer than the terminal is wide goes on",
            "",
            ["w.toml:3: EW301 a message that is longer than the terminal", "    is wide goes on"],
        ),
        (
            "アップロードされるモジュールの名前はモジュールルートからの相対パスです",
            "",
            [
                "w.toml:3: EW301 ",
                "    アップロードされるモジュールの名前はモジュールルートから",
                "    の相対パスです",
            ],
        ),
        (
            "x",
            "uv remove --frozen sphinx && uv add --frozen --dev \"sphinx>=7.4 ; python_version > '3.12'\"",
            [
                "w.toml:3: EW301 x",
                "    fix: uv remove --frozen sphinx &&",
                "         uv add --frozen --dev \\",
                "           \"sphinx>=7.4 ; python_version > '3.12'\"",
            ],
        ),
        (
            "x",
            "main = 1\n[build]",
            ["w.toml:3: EW301 x", "    fix: main = 1", "         [build]"],
        ),
    ],
)
def test_findings(message: str, fix: str, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert [line.rstrip() for line in drawn(finding(message, fix), monkeypatch=monkeypatch)] == [
        line.rstrip() for line in lines
    ]


def test_a_long_fix_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fix = "edgewheel init --write, or by hand:\nmain = 1"
    assert drawn(finding("a", fix), finding("b", fix), monkeypatch=monkeypatch) == [
        "w.toml:3: EW301 a",
        "    fix: edgewheel init --write, or by hand:",
        "         main = 1",
        "w.toml:3: EW301 b",
        "    fix: edgewheel init --write, or by hand: (as above)",
    ]


def test_nothing_of_a_line_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "24")
    words = "one two  three four five six seven eight nine ten"
    parts = [line.plain for line in terminal.hang(Text(words), terminal.console(), 4)]
    assert " ".join(parts).split() == words.split()
    assert all(len(part) <= 24 for part in parts)


def test_nothing_of_the_project_colours_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(f"{os.getcwd()}/a\x1b[31m\n::b.toml", 1)
    hostile = Finding("\x1b]8;;http://x\x07[red]x[/red]\u202e", place, "\x1b[2J\r", "error", "EW002")
    monkeypatch.setenv("COLUMNS", "80")
    lines = [line.plain for line in terminal.findings([hostile], terminal.console())]
    assert not any(sign in line for line in lines for sign in "\x1b\x07\r\n\u202e")
    assert "[red]x[/red]" in lines[0]


def in_table(rows: list[list[str]], width: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(width))
    return [line.plain for line in terminal.table(["package", "bytes", "imported by"], rows, [1], terminal.console())]


def test_a_table_breaks_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        ["typing-extensions", "1,200", "nowhere"],
        ["httpx", "90", "src/infrastructure/notifier.py"],
        ["h11", "7", "a.py and b.py"],
    ]
    assert in_table(rows, 60, monkeypatch) == [
        "package            bytes  imported by",
        "─" * 56,
        "typing-extensions  1,200  nowhere",
        "httpx                 90  src/infrastructure/notifier.py",
        "h11                    7  a.py and b.py",
    ]
    assert in_table(rows, 36, monkeypatch) == [
        "package            bytes  imported",
        "                          by",
        "─" * 36,
        "typing-extensions  1,200  nowhere",
        "httpx                 90",
        "    imported by:",
        "      src/infrastructure/notifier.py",
        "h11                    7  a.py and",
        "                          b.py",
    ]
    assert in_table(rows[:1], 26, monkeypatch) == [
        "package            bytes",
        "─" * 24,
        "typing-extensions  1,200",
        "    imported by: nowhere",
    ]
