"""Writes a tree into the staging folder: each file at once, only what changed, and nothing beside it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.layout.entry import WORKER
from edgewheel.repository import writing
from edgewheel.repository.walk import MARK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from edgewheel.layout.plan import Layout
    from edgewheel.repository.worker import Worker


class Staged(NamedTuple):
    """One file to write: its posix name in the folder, its size in bytes, where it comes from (an absolute posix
    path, "" for a generated one), and what gives its bytes.
    """

    name: str
    size: int
    source: str
    read: Callable[[], bytes]


class Written(NamedTuple):
    """How many files were written, removed and left as they were."""

    written: int
    removed: int
    unchanged: int


def from_layout(worker: Worker, layout: Layout) -> list[Staged]:
    """The files of a layout, read one by one when they are written."""
    staged = []
    for file in layout.files:
        if file.content is None:
            size = worker.disk.size(file.source)
            staged.append(Staged(file.name, size, file.source, _reader(worker, file.source)))
        else:
            staged.append(Staged(file.name, len(file.content), "", _constant(file.content)))
    return staged


def from_content(files: dict[str, bytes], source: str) -> list[Staged]:
    """Files that are held in memory, as those of an artifact."""
    return [Staged(name, len(content), source, _constant(content)) for name, content in sorted(files.items())]


def _reader(worker: Worker, path: str) -> Callable[[], bytes]:
    return lambda: worker.disk.read(path)


def _constant(content: bytes) -> Callable[[], bytes]:
    return lambda: content


def target(worker: Worker, given: str, *, kept: str = "") -> str:
    """The folder to write as an absolute path: `-o`, relative to the current folder, or the project's `stage`.

    CouldNotRun for a folder that holds the project or code of its own. `kept` is the namespace's folder.
    """
    chosen = os.path.abspath(given or worker.path(worker.settings.stage))
    shown = given or worker.settings.stage
    real, root = os.path.realpath(chosen), os.path.realpath(worker.root)
    if _is_within(root, real):
        raise CouldNotRun(f"`{shown}` holds the Worker itself: staging would remove what is not generated")
    if kept and (_is_within(real, os.path.realpath(kept)) or _is_within(os.path.realpath(kept), real)):
        raise CouldNotRun(f"`{shown}` and the Worker's code `{kept}` lie in each other: staging would overwrite it")
    if os.path.islink(chosen) or (not given and not _is_within(real, root)):
        raise CouldNotRun(f"`{shown}` is a link to `{real}`: remove it, a folder of its own is made in its place")
    return chosen


def _is_within(path: str, folder: str) -> bool:
    return os.path.normcase(f"{path}{os.sep}").startswith(os.path.normcase(f"{folder.rstrip(os.sep)}{os.sep}"))


def write(files: Iterable[Staged], folder: str) -> Written:
    """Makes a folder hold these files and nothing else; files that are as they should be keep their times.

    A folder is known as edgewheel's by its generated entry. That comes first into a new folder, so that a run that
    is cut short leaves one that the next run knows, and last into an old one, so that it names only what is there.
    Of two runs at once the second waits, so that the folder holds one of the two trees.
    """
    wanted = {file.name: file for file in files}
    if WORKER not in wanted:
        raise CouldNotRun(f"there is no `{WORKER}` to stage: wrangler would have no main")
    try:
        os.makedirs(folder, exist_ok=True)
        with writing.locked(folder):
            is_new = _check_ours(folder)
            order = sorted(wanted, key=lambda name: ((name == WORKER) != is_new, name))
            removed = _clear(folder, wanted.keys())
            written = sum(_put(folder, wanted[name]) for name in order)
    except OSError as error:
        raise CouldNotRun(f"`{error.filename or folder}` cannot be written: {error.strerror}") from None
    return Written(written, removed, len(wanted) - written)


def _check_ours(folder: str) -> bool:
    """Whether the folder is new or empty; CouldNotRun for one with somebody else's files."""
    if not any(not name.startswith(writing.TEMPORARY) for name in os.listdir(folder)):
        return True
    try:
        with open(os.path.join(folder, WORKER), "rb") as file:
            ours = file.read(len(MARK)) == MARK.encode()
    except (FileNotFoundError, IsADirectoryError):
        ours = False
    if not ours:
        raise CouldNotRun(
            f"`{folder}` is not empty and was not made by edgewheel (no generated `{WORKER}` in it): staging removes "
            "what it did not write. Empty the folder, or name another by `-o` or by `stage` in `[tool.edgewheel]`"
        )
    return False


def _clear(folder: str, wanted: Iterable[str]) -> int:
    """Removes what does not belong; links are removed, never followed. Returns the number of files."""
    files = set(wanted)
    folders = {name[:at] for name in files for at, sign in enumerate(name) if sign == "/"}

    def clear(within: str, prefix: str) -> int:
        with os.scandir(within) as found:
            entries = list(found)
        removed = 0
        for entry in entries:
            name = prefix + entry.name
            if not entry.is_dir(follow_symlinks=False):
                if name not in files or entry.is_symlink():
                    os.unlink(entry.path)
                    removed += 1
            elif name in folders:
                removed += clear(entry.path, f"{name}/")
            else:
                removed += sum(len(names) for _, _, names in os.walk(entry.path))
                shutil.rmtree(entry.path)
        return removed

    return clear(folder, "")


def _put(folder: str, file: Staged) -> bool:
    """Writes one file at once; False where it is already as it should be."""
    path = os.path.join(folder, *file.name.split("/"))
    content = file.read()
    if _holds(path, content):
        return False
    writing.put(path, content)
    return True


def _holds(path: str, content: bytes) -> bool:
    try:
        if os.stat(path).st_size != len(content):
            return False
        with open(path, "rb") as file:
            return file.read() == content
    except FileNotFoundError:
        return False


def write_compiled(files: Mapping[str, bytes], folder: str) -> None:
    """Makes these, by absolute posix path, the compiled files of python_modules (`folder`): any other in a
    `__pycache__` there is removed, since the runtime would take it for the module. Links are not followed.
    """
    if not os.path.isdir(folder) or os.path.islink(folder):
        return
    try:
        for within, folders, names in os.walk(folder):
            if os.path.basename(within) == "__pycache__":
                folders.clear()
                for name in names:
                    path = os.path.join(within, name)
                    if name.endswith(".pyc") and path.replace(os.sep, "/") not in files:
                        os.unlink(path)
        real = os.path.realpath(folder)
        for path, content in files.items():
            if _is_within(os.path.realpath(os.path.dirname(os.path.dirname(path))), real) and not _holds(path, content):
                os.makedirs(os.path.dirname(path), exist_ok=True)
                writing.put(path, content)
    except OSError as error:
        raise CouldNotRun(f"`{error.filename or folder}` cannot be written: {error.strerror}") from None
