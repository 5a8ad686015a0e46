"""One command on one project, in this process, and what is wrong with how it ended."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.hard import inputs

from edgewheel.cli import main
from edgewheel.repository.writing import TEMPORARY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: What reads only, and what may write below the project; all without Node, uv and npm.
READING = tuple(
    command.split()
    for command in (
        *("check", "check --format json", "check --format sarif", "check --format github", "check --format markdown"),
        *("check --diff", "check --env a", "check --all", "check --hook worker-runtime-deps", "check --statistics"),
        *("check --baseline baseline.json", "check --no-cache", "check -q", "check --strict --ignore EW2"),
        *("bundle", "bundle --format json --by package", "bundle --format html", "bundle --format markdown --by tree"),
        *("bundle --baseline edgewheel-baseline.json", "bundle --hash --gzip --format json", "bundle --env a"),
        *("prove", "prove --format json", "prove --python 3.13", "stage --dry-run", "stage --dry-run --format json"),
        *("deps", "deps --format json", "deps --format markdown", "deps --impact httpx", "deps --write --diff"),
        *("trim", "trim --format json", "trim --reach", "trim --reach --format markdown", "init", "init --format json"),
        *("logs deploy.log", "logs deploy.log --format json", "logs deploy.log --baseline baseline.json"),
        *("logs deploy.log --format github", "logs deploy.log --format markdown --max-duplicates 1"),
        *("inspect x-1.0-py3-none-any.whl", "inspect x-1.0-py3-none-any.whl --format json"),
        *("upgrade", "upgrade --format json", "upgrade --to 3.14", "upgrade --to 2026-10-01", "upgrade --to x"),
        *("settings", "settings --format json", "settings --schema", "explain EW203", "explain EW2 --format json"),
        *("rules --format markdown", "platform --format json", "completion bash", "wheels --offline"),
        *("startup", "startup --format json --budget 5", "startup --what-if --baseline edgewheel-startup.json"),
        *("startup --python 2.7", "explain EW203 EW2"),
    )
)
WRITING = tuple(
    command.split()
    for command in (
        *("check --fix", "check --fix --hook worker-imports", "check --save-baseline found.json", "init --write"),
        *("check --output-file report.txt --format json", "stage", "stage -o out", "deps --write", "trim --write"),
        *("trim --write --reach", "stage --wheel x-1.0-py3-none-any.whl", "deps --write --hashes"),
        *("bundle --save-baseline edgewheel-baseline.json", "logs deploy.log --save-baseline baseline.json"),
        *("preflight", "preflight --format json --max-size 1MB", "bundle --format html --output out.html"),
        *("startup --save-baseline edgewheel-startup.json",),
    )
)
_CREATES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
#: Programs that a command may start here.
_PROGRAMS = ("git",)
#: What no output may hold: control characters, and what reorders or breaks a line unseen.
_HARMFUL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_WRITES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.truncate", "os.chmod"}


class Wrong(NamedTuple):
    """A run that did not end well. `why` begins with its kind."""

    number: int
    command: str
    why: str


class _Watch:
    """The paths written since the last look, by Python's own audit events. They name what lies in an open folder by its
    last part alone: the folder is the event's last value; `os.open`, whose event has none, is watched itself.
    """

    on = False
    written: list[str]

    def __init__(self) -> None:
        self.written = []
        sys.addaudithook(self._hook)
        self._open, os.open = os.open, self._opened

    def _opened(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if self.on and flags & _CREATES:
            self._note(path, -1 if dir_fd is None else dir_fd)
        return self._open(path, flags, mode, dir_fd=dir_fd)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "open":
            path, mode, _ = arguments
            if isinstance(mode, str) and set(mode) & set("wax+"):
                self._note(path)
        elif event in _WRITES:
            folder = arguments[-1] if event != "os.truncate" and isinstance(arguments[-1], int) else -1
            self._note(arguments[1 if event in {"os.symlink", "os.link"} else 0], folder)
            if event == "os.rename":
                self._note(arguments[1], folder)

    def _note(self, path: Any, folder: int = -1) -> None:
        if isinstance(path, (str, bytes)):
            above = os.readlink(f"/proc/self/fd/{folder}") if folder >= 0 and os.path.isdir("/proc/self/fd") else ""
            self.written.append(os.path.abspath(os.path.join(above, os.fsdecode(path))))


_watch: list[_Watch] = []


def one(number: int, folder: Path, *, seconds: float, count: int = 4) -> Iterator[Wrong]:
    """Makes the project of a number below an empty folder and runs some commands on it, each in `seconds` of CPU."""
    top = inputs.make(number, folder / "project")
    for name in ("home", "cache", "tmp", "bin"):
        (folder / name).mkdir()
    for program in _PROGRAMS:
        if found := _found(program):
            (folder / "bin" / program).symlink_to(found)
    if number % 7 == 0:
        _bad_cache(number, folder / "cache")
    pick = random.Random(-number - 1)
    commands = [*pick.sample(READING, count - 1), pick.choice(WRITING)]
    with _environment(folder, top):
        for command in commands:
            yield from ended(number, command, folder, top, seconds)
            yield from (Wrong(number, " ".join(command), f"left: {path}") for path in _left(folder))


@cache
def _found(program: str) -> str | None:
    return shutil.which(program)


def _left(folder: Path) -> list[str]:
    """Temporary files that a command has not taken away."""
    walk = os.walk(folder)
    return [os.path.join(top, name) for top, below, names in walk for name in (*below, *names) if TEMPORARY in name]


def ended(number: int, command: list[str], folder: Path, top: Path, seconds: float) -> Iterator[Wrong]:
    watch = _watch[0] if _watch else _Watch()
    _watch[:] = [watch]
    out, err, name = _stream(), _stream(), " ".join(command)
    watch.written.clear()
    watch.on, start = True, time.process_time()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _limit(seconds * 5):
            code = main(list(command))
    except BaseException as error:  # noqa: BLE001 - anything that gets out of main is what is looked for
        where = "".join(traceback.format_exception(error)[-3:])
        yield Wrong(number, name, f"traceback: {where[-1500:]}")
        return
    finally:
        watch.on, spent = False, time.process_time() - start
    told, refused = _text(out), _text(err)
    if code not in {0, 1, 2}:
        yield Wrong(number, name, f"exit code: {code}")
    if spent > seconds:
        yield Wrong(number, name, f"time: {spent:.1f} s")
    if "Traceback (most recent call last)" in refused:
        yield Wrong(number, name, "traceback: in the output")
    for path in sorted({path for path in watch.written if not _may(path, folder, top, command)}):
        yield Wrong(number, name, f"write: {path}")
    yield from (Wrong(number, name, why) for why in harm(command, told, refused))
    if why := _other_code(command, code, told, refused):
        yield Wrong(number, name, f"exit code: {why}")


def _other_code(command: Sequence[str], code: int, out: str, err: str) -> str:
    """Why the code is not the one that the output stands for, where that can be seen."""
    if code == 2:  # what these could not run stands in their report
        in_report = command[0] == "preflight" or (command[0] == "bundle" and "json" in command)
        return "" if err.strip() or in_report else "2 without a word on stderr"
    if command == ["check", "--format", "json"] and out.strip():
        wanted = int(any(each["level"] == "error" for each in json.loads(out)["findings"]))
        return "" if code == wanted else f"{code} for findings that stand for {wanted}"
    if command == ["prove", "--format", "json"] and out.strip():
        wanted = int(json.loads(out)["accepted"] is False)
        return "" if code == wanted else f"{code} where accepted stands for {wanted}"
    return ""


class _Stream(io.TextIOWrapper):
    """What a command writes to, kept in memory; it has a number, as the streams of a process have."""

    def fileno(self) -> int:
        return _number()


@cache
def _number() -> int:
    return os.open(os.devnull, os.O_WRONLY)


def _stream() -> io.TextIOWrapper:
    return _Stream(io.BytesIO(), encoding="utf-8", newline="\n")


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode("utf-8", "surrogatepass")


def harm(command: Sequence[str], out: str, err: str) -> Iterator[str]:
    """What a terminal or a job's log could take for more than text."""
    if command[0] == "init" or "--diff" in command:  # what `git apply` takes has the line ends of the file
        out = out.replace("\r\n", "\n")
    if found := _HARMFUL.search(out if "html" not in command else ""):
        yield f"harmful: {found[0]!r} in {out[max(0, found.start() - 60) : found.end() + 20]!r}"
    elif found := _HARMFUL.search(err):
        yield f"harmful: {found[0]!r} in {err[max(0, found.start() - 60) : found.end() + 20]!r}"
    pattern = r"(?m)^::(?!(error|warning|notice) (file|title)=)" if "github" in command else r"(?m)^\s*(::|##\[)"
    if "html" not in command and (forged := re.search(pattern + ".*", out + "\n" + err)):
        yield f"forged: {forged[0][:80]!r}"
    if "json" in command and out.strip():
        try:
            json.loads(out)
        except ValueError:
            yield f"json: {out[:80]!r}"


def _may(path: str, folder: Path, top: Path, command: list[str]) -> bool:
    """What a command may write: below the cache and the temporary folder; below the project where it is asked to."""
    roots = tuple(f"{root}/" for root in (folder / "cache", folder / "tmp", *((top,) if command in WRITING else ())))
    return path == os.devnull or f"{path}/".startswith(roots)


@contextlib.contextmanager
def _environment(folder: Path, top: Path) -> Iterator[None]:
    given = {"PATH": "bin", "HOME": "home", "XDG_CACHE_HOME": "cache", "EDGEWHEEL_CACHE_DIR": "cache", "TMPDIR": "tmp"}
    before, where, bytecode, temporary = dict(os.environ), Path.cwd(), sys.dont_write_bytecode, tempfile.tempdir
    os.environ.update({key: str(folder / name) for key, name in given.items()}, COLUMNS="80", NO_COLOR="1")
    sys.dont_write_bytecode, tempfile.tempdir = True, str(folder / "tmp")
    os.chdir(top)
    try:
        yield
    finally:
        os.chdir(where)
        os.environ.clear()
        os.environ.update(before)
        sys.dont_write_bytecode, tempfile.tempdir = bytecode, temporary


@contextlib.contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """Ends a command that hangs, on systems that have the timer."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise TimeoutError(f"still running after {seconds:.0f} s of CPU")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _bad_cache(number: int, cache: Path) -> None:
    """A cache folder that somebody else wrote: files of rubbish where records would be, and a file for a folder."""
    pick = random.Random(number)
    for name in ("edgewheel", "edgewheel/records", "records", "v1"):
        path = cache / name
        if pick.random() < 0.3 and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True) if not path.parent.is_file() else None
            with contextlib.suppress(OSError):
                path.write_bytes(pick.choice([b"", b"{", b"\x80\x04", b"[" * 5000]))
