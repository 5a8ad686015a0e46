"""What a wheel should hold by its project's own account: the namespace, the entry, what git tracks of it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.layout import entry, packages, strip
from edgewheel.layout.hatch import artifacts, matcher, patterns
from edgewheel.repository.provenance import Project

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edgewheel.repository.worker import Worker


def project(worker: Worker, names: Iterable[str]) -> Project:
    """The project of a wheel that has these names; CouldNotRun where its entry cannot be told."""
    source = entry.locate(worker)
    tracked = _tracked(worker, source.folder) if worker.repository else set()
    made = _made(worker, source.base, names) if tracked else ()
    return Project(
        worker.root,
        source.namespace,
        source.entry[len(source.base) + 1 :],
        worker.settings.packages,
        worker.settings.keep,
        frozenset(path[len(source.base) + 1 :] for path in tracked) if tracked else None,
        frozenset(made),
    )


def _tracked(worker: Worker, folder: str) -> set[str]:
    """The files that git tracks, without what the project itself leaves out."""
    from edgewheel.repository import git as vcs

    filtered = strip.Filter(worker.settings.strip, worker.settings.keep)
    excluded = matcher(worker, patterns(worker, "exclude"))
    return {
        path
        for path in vcs.tracked(folder) or ()
        if worker.disk.is_file(path) and not _stripped(worker, filtered, path) and not excluded(path)
    }


def _made(worker: Worker, base: str, names: Iterable[str]) -> Iterator[str]:
    """What a build makes: an `__init__.py` that stands nowhere, and what is declared as an artifact."""
    is_artifact = artifacts(worker)
    for name in names:
        path = f"{base}/{name}"
        if is_artifact(path) or (posixpath.basename(name) == packages.INIT and not worker.disk.is_file(path)):
            yield name


def _stripped(worker: Worker, filtered: strip.Filter, path: str) -> bool:
    relative = posixpath.relpath(path, worker.root)
    reason = ""
    for end in (index for index, sign in enumerate(relative) if sign == "/"):
        reason = filtered.why(relative[:end], folder=True, inherited=reason)
    return bool(filtered.why(relative, folder=False, inherited=reason))
