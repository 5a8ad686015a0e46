"""The one way in which files are written: under a temporary name, then renamed, so that no reader sees half of one.

What a killed run leaves behind is removed by the next one that writes to the same folder.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from edgewheel.repository.worker import Worker

#: How files and folders are called that go when the run ends; no archive and no upload takes them in.
TEMPORARY = ".edgewheel-"
#: with the number of the process; older versions wrote the other two
_LEFT = re.compile(r"\.edgewheel-(?:(?P<process>\d+)(?:-[0-9a-f]+)?|[a-z0-9_]{8})|.+\.whl\.(?P<archive>\d+)\.tmp")
#: Seconds after which a temporary file is old, whatever its process does.
_OLD = 3600
#: Seconds that a run waits for another one that writes to the same folder.
_PATIENCE = 30
_PAUSE = 0.02
#: The folders that this process has locked.
_held: set[str] = set()


def temporary(folder: str) -> str:
    """A new name in a folder, which nobody else uses; `clear` knows it as that of this process."""
    return os.path.join(folder, f"{TEMPORARY}{os.getpid()}-{os.urandom(4).hex()}")


def clear(folder: str) -> None:
    """Removes what killed runs have left in a folder: temporary files whose process has ended, or that are old."""
    try:
        with os.scandir(folder) as entries:
            found = [entry for entry in entries if (TEMPORARY in entry.name or entry.name.endswith(".tmp"))]
    except OSError:
        return
    for entry in found:
        if (named := _LEFT.fullmatch(entry.name)) and _is_left(entry, named["process"] or named["archive"]):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                _unlink(entry.path)


def _is_left(entry: os.DirEntry[str], process: str | None) -> bool:
    try:
        if entry.stat(follow_symlinks=False).st_mtime < time.time() - _OLD:
            return True
        if not process or os.name == "nt" or int(process) == os.getpid():  # there signal 0 ends a process
            return False
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):  # somebody else's process, or a file that is gone
        return False
    return False


def replace(files: Mapping[str, bytes]) -> None:
    """Writes whole files, each under a temporary name first, and renames them when all are written; modes stay.

    CouldNotRun where one cannot be written; then none is.
    """
    targets = {os.path.realpath(path): (path, content) for path, content in files.items()}  # through links, not over
    ready: dict[str, str] = {}
    path = ""
    try:
        for folder in dict.fromkeys(map(os.path.dirname, targets)):
            clear(folder)
        for target, (given, content) in targets.items():
            path, ready[target] = given, temporary(os.path.dirname(target))
            _write(ready[target], content, mode=_mode(target))
        with locked(os.path.dirname(next(iter(targets), ""))):
            for target, name in ready.items():
                path = targets[target][0]
                os.replace(name, target)
    except OSError as error:  # it names the temporary file
        raise CouldNotRun(f"`{os.path.relpath(path)}` cannot be written: {error.strerror}") from None
    finally:
        for name in ready.values():
            _unlink(name)


def put(path: str, content: bytes) -> None:
    """Writes one file at once, with the folders above it; OSError where that cannot be."""
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    name = temporary(folder)
    try:
        _write(name, content, mode=0o644)
        os.replace(name, path)
    finally:
        _unlink(name)


def _write(name: str, content: bytes, *, mode: int) -> None:
    with open(name, "xb") as file:
        file.write(content)
    if mode != 0o644:
        os.chmod(name, mode)


def _mode(path: str) -> int:
    try:
        return os.stat(path).st_mode & 0o777
    except FileNotFoundError:
        return 0o644


def _unlink(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)


@contextmanager
def alone(workers: Iterable[Worker]) -> Iterator[None]:
    """One run at a time that reads files of these Workers and rewrites them: what another one writes between the
    two would be lost, or be cut in pieces. Workers that were found before are to be found again.
    """
    with ExitStack() as stack:
        for folder in sorted({folder for worker in workers for folder in (worker.root, worker.repository) if folder}):
            stack.enter_context(locked(folder))
        yield


@contextmanager
def locked(folder: str) -> Iterator[None]:
    """One run at a time between here and the end; nothing is left behind, since the folder itself is what is locked.
    What this run has locked already stays so.

    CouldNotRun where another run holds it for half a minute. Where folders cannot be locked (Windows, some network
    disks) nobody waits.
    """
    real = os.path.realpath(folder or ".")
    try:
        import fcntl

        handle = os.open(real, os.O_RDONLY) if real not in _held else -1
    except (ImportError, OSError):
        handle = -1
    if handle < 0:
        yield
        return
    try:
        _wait(fcntl.flock, handle, fcntl.LOCK_EX | fcntl.LOCK_NB, folder)
        _held.add(real)
        yield
    finally:
        _held.discard(real)
        os.close(handle)


def _wait(lock: Callable[[int, int], object], handle: int, how: int, folder: str) -> None:
    end = time.monotonic() + _PATIENCE
    while not _got(lock, handle, how):
        if time.monotonic() > end:
            raise CouldNotRun(f"another run of edgewheel has been writing to `{folder}` for {_PATIENCE} seconds")
        time.sleep(_PAUSE)


def _got(lock: Callable[[int, int], object], handle: int, how: int) -> bool:
    try:
        lock(handle, how)
    except BlockingIOError:
        return False
    except OSError:  # no locks on this disk
        return True
    return True
