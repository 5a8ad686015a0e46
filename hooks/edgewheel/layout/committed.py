"""The layout without what git ignores: what the commit holds is what is built and staged."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.layout import packages
from edgewheel.layout.hatch import artifacts, matcher, patterns, project_root
from edgewheel.layout.plan import File, Layout, Stripped, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgewheel.repository import git as vcs
    from edgewheel.repository.worker import Worker

IGNORED = "ignored by git"
EXCLUDED = "excluded by hatch"


def committed(worker: Worker) -> Layout:
    """The layout of a Worker without the files that git ignores and does not track, and without those that
    `exclude` of `[tool.hatch.build]` takes out of the wheel.

    A file that git tracks stays, whatever `.gitignore` says; so does one that `artifacts` of `[tool.hatch.build]`
    names. Outside a repository, without git, and in an unpacked sdist, which holds nothing ignored, it is the
    whole layout.
    """
    layout = without_ignored(worker, untracked(worker))
    excluded = matcher(worker, patterns(worker, "exclude"))
    left_out = [file for file in layout.files if file.source not in {"", layout.entry} and excluded(file.source)]
    if not left_out:
        return layout
    return _without(worker, layout, [file for file in layout.files if file not in left_out], left_out, EXCLUDED)


def untracked(worker: Worker) -> vcs.Untracked | None:
    """What git says of the namespace; None where there is no git or no repository of the project's own."""
    if not worker.repository or is_sdist(worker):
        return None
    from edgewheel.repository import git as vcs

    return vcs.untracked(plan(worker).folder)


def without_ignored(
    worker: Worker, found: vcs.Untracked | None, *, keeps: Callable[[str], bool] | None = None
) -> Layout:
    """`committed`, for an answer of git's that is at hand; `keeps` names more artifacts by their absolute path."""
    layout = plan(worker)
    ignored = frozenset(found.ignored if found else ())
    if not ignored:
        return layout
    from edgewheel.repository.git import is_within

    is_artifact = artifacts(worker)
    kept, left_out = [], []
    for file in layout.files:
        out = file.source and file.source != layout.entry and is_within(file.source, ignored)
        if out and not is_artifact(file.source) and not (keeps and keeps(file.source)):
            left_out.append(file)
        else:
            kept.append(file)
    return _without(worker, layout, kept, left_out, IGNORED) if left_out else layout


def _without(worker: Worker, layout: Layout, kept: list[File], left_out: list[File], why: str) -> Layout:
    files = {file.name: file for file in kept if file.name not in layout.added}
    added = packages.missing(files, layout.namespace) if worker.settings.packages != "off" else ()
    files |= {name: File(name, "", b"") for name in added}
    stripped = (*layout.stripped, *(Stripped(file.name, why) for file in left_out))
    return layout._replace(
        files=tuple(files[name] for name in sorted(files)), stripped=tuple(sorted(stripped)), added=added
    )


def is_sdist(worker: Worker) -> bool:
    """Whether the project is an unpacked sdist: the repository around it, if any, is somebody else's."""
    return worker.disk.is_file(posixpath.join(project_root(worker), "PKG-INFO"))
