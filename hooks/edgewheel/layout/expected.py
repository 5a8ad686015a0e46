"""What a wheel should hold by its project's own account: the namespace, the entry, what git tracks of it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.layout import entry, packages, strip
from edgewheel.worker import vcs
from edgewheel.worker.wheel import Project

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edgewheel.worker.model import Worker


def project(worker: Worker, names: Iterable[str]) -> Project:
    """The project of a wheel that has these names; CouldNotRun where its entry cannot be told."""
    source = entry.locate(worker)
    listed = vcs.tracked(source.folder) or frozenset()
    filtered = strip.Filter(worker.settings)
    tracked = {path for path in listed if worker.disk.is_file(path) and not _stripped(worker, filtered, path)}
    added = {  # an `__init__.py` that stands nowhere is the build's own
        name
        for name in names
        if posixpath.basename(name) == packages.INIT and not worker.disk.is_file(f"{source.base}/{name}")
    }
    return Project(
        worker.root,
        source.namespace,
        source.entry[len(source.base) + 1 :],
        worker.settings.packages,
        worker.settings.keep,
        frozenset(path[len(source.base) + 1 :] for path in tracked) if tracked else None,
        frozenset(added),
    )


def _stripped(worker: Worker, filtered: strip.Filter, path: str) -> bool:
    relative = posixpath.relpath(path, worker.root)
    reason = ""
    for end in (index for index, sign in enumerate(relative) if sign == "/"):
        reason = filtered.why(relative[:end], folder=True, inherited=reason)
    return bool(filtered.why(relative, folder=False, inherited=reason))
