"""One command on one project, in this process, and what is wrong with how it ended."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import sys
import tempfile
import time
import traceback
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.hard import inputs

from edgewheel.cli import COMMANDS, main

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: What reads only, and what may write below the project.
READING = (
    *(["check"], ["check", "--format", "json"], ["check", "--format", "sarif"], ["check", "--format", "github"]),
    *(["check", "--format", "markdown"], ["check", "--diff"], ["check", "--env", "a"], ["check", "--all"], ["init"]),
    *(["check", "--hook", "worker-runtime-deps"], ["stage", "--dry-run"], ["bundle"], ["bundle", "--format", "json"]),
    *(["bundle", "--format", "html"], ["prove"], ["prove", "--format", "json"], ["deps"], ["deps", "--format", "json"]),
    *(
        ["deps", "--impact", "httpx"],
        ["trim"],
        ["trim", "--format", "json"],
        ["trim", "--reach"],
        ["logs", "deploy.log"],
    ),
    *(["logs", "deploy.log", "--format", "json"], ["logs", "deploy.log", "--baseline", "baseline.json"]),
    *(["inspect", "x-1.0-py3-none-any.whl"], ["inspect", "x-1.0-py3-none-any.whl", "--format", "json"]),
    *(["bundle", "--baseline", "edgewheel-baseline.json"], ["upgrade"], ["upgrade", "--format", "json"], ["settings"]),
    *(["explain", "EW203"], ["check", "--baseline", "baseline.json"], ["check", "--statistics"]),
    *(["deps", "--write", "--diff"], ["check", "--no-cache"], ["settings", "--format", "json"], ["check", "-q"]),
)
WRITING = (
    *(["check", "--fix"], ["init", "--write"], ["stage"], ["deps", "--write"], ["trim", "--write"]),
    *(["bundle", "--save-baseline", "edgewheel-baseline.json"], ["stage", "-o", "out"]),
    *(["stage", "--wheel", "x-1.0-py3-none-any.whl"], ["check", "--save-baseline", "found.json"]),
)
#: What no output may hold: control characters, and what reorders or breaks a line unseen.
_HARMFUL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_WRITES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.truncate", "os.chmod"}
_OPTION = re.compile(r"unrecognized arguments: (\S+)")


class Wrong(NamedTuple):
    """A run that did not end well. `why` begins with its kind."""

    number: int
    command: str
    why: str


class _Watch:
    """The paths written since the last look, by Python's own audit events."""

    on = False
    written: list[str]

    def __init__(self) -> None:
        self.written = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "open":
            path, mode, flags = arguments
            if (isinstance(mode, str) and set(mode) & set("wax+")) or (flags or 0) & (
                os.O_WRONLY | os.O_RDWR | os.O_CREAT
            ):
                self._note(path)
        elif event in _WRITES:
            self._note(arguments[1 if event in {"os.symlink", "os.link"} else 0])
            if event == "os.rename":
                self._note(arguments[1])

    def _note(self, path: Any) -> None:
        if isinstance(path, (str, bytes)):
            self.written.append(os.path.abspath(os.fsdecode(path)))


_watch: list[_Watch] = []


def one(number: int, folder: Path, *, seconds: float, count: int = 4) -> Iterator[Wrong]:
    """Makes the project of a number below an empty folder and runs some commands on it, each in `seconds` of CPU."""
    top = inputs.make(number, folder / "project")
    for name in ("home", "cache", "tmp"):
        (folder / name).mkdir()
    if number % 7 == 0:
        _bad_cache(number, folder / "cache")
    pick = inputs.random.Random(-number - 1)
    commands = [*pick.sample(_there(READING), count - 1), pick.choice(_there(WRITING))]
    with _environment(folder, top):
        for command in commands:
            yield from ended(number, command, folder, top, seconds)


def _there(commands: Sequence[list[str]]) -> list[list[str]]:
    return [command for command in commands if command[0] in COMMANDS]


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
    if code == 2 and _OPTION.search(refused):
        return  # an option that this version does not have
    if code not in {0, 1, 2}:
        yield Wrong(number, name, f"exit code: {code}")
    if spent > seconds:
        yield Wrong(number, name, f"time: {spent:.1f} s")
    if "Traceback (most recent call last)" in refused:
        yield Wrong(number, name, "traceback: in the output")
    for path in sorted({path for path in watch.written if not _may(path, folder, top, command)}):
        yield Wrong(number, name, f"write: {path}")
    yield from (Wrong(number, name, why) for why in harm(command, told, refused))


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
    roots = [folder / "cache", folder / "tmp"]
    if command in WRITING:
        roots.append(top)
    return path == os.devnull or any(Path(path).is_relative_to(root) for root in roots)


@contextlib.contextmanager
def _environment(folder: Path, top: Path) -> Iterator[None]:
    given = {"HOME": "home", "XDG_CACHE_HOME": "cache", "EDGEWHEEL_CACHE_DIR": "cache", "TMPDIR": "tmp"}
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
    pick = inputs.random.Random(number)
    for name in ("edgewheel", "edgewheel/records", "records", "v1"):
        path = cache / name
        if pick.random() < 0.3 and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True) if not path.parent.is_file() else None
            with contextlib.suppress(OSError):
                path.write_bytes(pick.choice([b"", b"{", b"\x80\x04", b"[" * 5000]))
