"""Which file is meant by a main that is not there."""

from __future__ import annotations

import posixpath
from itertools import islice
from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun
from edgewheel.repository.walk import python_files

if TYPE_CHECKING:
    from edgewheel.repository.worker import Worker

_MOST = 200


def meant(worker: Worker, main: str, folder: str) -> str:
    """The file that an absolute path most likely means, relative to the folder; "" where none comes near."""
    name = posixpath.relpath(main, folder)
    return (
        _renamed(worker, main, folder)
        or _nearest(worker, name, folder)
        or _above(worker, name, folder)
        or _only_entry(worker, main, folder)
    )


def _renamed(worker: Worker, main: str, folder: str) -> str:
    """The name that the commit at hand gives to the file."""
    from edgewheel.repository.commit import at_hand

    try:
        commit = at_hand(worker)
    except CouldNotRun:  # no history to ask
        return ""
    new = next((each.renamed for each in commit.removals if each.path == main), "") if commit else ""
    return posixpath.relpath(new, folder) if new.endswith(".py") else ""


def _nearest(worker: Worker, main: str, folder: str) -> str:
    """The file of the project with its name elsewhere, or with a like path."""
    from difflib import get_close_matches

    paths = islice(python_files(worker.disk, folder, tests=False), _MOST)
    found = [path[len(folder) + 1 :] for path in paths]
    same = [name for name in found if posixpath.basename(name) == posixpath.basename(main)]
    close = get_close_matches(main, found, 1, 0.8)
    return min(same, key=lambda name: (name.count("/"), name)) if same else close[0] if close else ""


def _above(worker: Worker, name: str, folder: str) -> str:
    """The same path from a folder above: `../main.py`; "" for none in the repository."""
    steps = ""
    while folder not in {worker.repository or worker.top, "/"}:
        folder, steps = posixpath.dirname(folder), f"../{steps}"
        if worker.disk.is_file(posixpath.join(folder, name)):
            return f"{steps}{name}"
    return ""


def _only_entry(worker: Worker, main: str, folder: str) -> str:
    """The one module beside it that looks like an entry."""
    beside = posixpath.dirname(main)
    paths = [f"{beside}/{each.name}" for each in worker.disk.scan(beside) if each.name.endswith(".py")]
    found = [path for path in paths if worker.disk.is_file(path) and b"WorkerEntrypoint" in worker.disk.read(path)]
    return posixpath.relpath(found[0], folder) if len(found) == 1 else ""
