"""A wheel that was just written is read back and judged."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from edgewheel.repository.provenance import Project
from edgewheel.repository.settings import are_written
from edgewheel.repository.wheel import read
from edgewheel.rules import wheels as artifact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edgewheel.findings import Finding
    from edgewheel.layout.plan import File, Layout
    from edgewheel.repository.git import Untracked
    from edgewheel.repository.worker import Worker


def judge(
    path: str, worker: Worker, layout: Layout, files: Iterable[File], untracked: Untracked | None
) -> tuple[list[Finding], int]:
    """The findings about the wheel at a path, built from these files, and how many bytes those are in it;
    `untracked` is git's answer, if there is one.
    """
    wheel = read(os.path.abspath(path).replace(os.sep, "/"))
    base = os.path.dirname(layout.folder)
    tracked, made, in_progress = _known_to_git(files, untracked)
    project = Project(
        worker.root,
        layout.namespace,
        layout.entry[len(base) + 1 :],
        worker.settings.packages,
        worker.settings.keep,
        tracked,
        made,
        in_progress,
    )
    asked = worker.settings
    found = artifact.judge(wheel._replace(project=project), select=asked.select, ignore=asked.ignore)
    return found, sum(wheel.sizes.get(file.name, 0) for file in files)


def of_settings(worker: Worker) -> list[Finding]:
    """The findings of EW003: a misspelt `strip` would ship what it should leave out."""
    if "EW003".startswith(worker.settings.ignore or ("-",)):
        return []
    if not are_written(worker.pyproject):
        return []
    from edgewheel.repository.settings_shapes import faults

    found = faults(worker.pyproject)
    return [each._replace(code="EW003", level="error", worker=worker.root) for each in found]


def _known_to_git(
    files: Iterable[File], untracked: Untracked | None
) -> tuple[frozenset[str] | None, frozenset[str], frozenset[str]]:
    """What is tracked, made by the build, and in progress. What the project's own settings leave out is not missed;
    where git knows no file of the Worker yet, there is no commit to compare with.
    """
    new = frozenset(untracked.new) if untracked else frozenset()
    in_progress = frozenset(file.name for file in files if file.source in new)
    rest = frozenset(file.name for file in files) - in_progress
    if untracked is None or not any(file.source and file.name in rest for file in files):
        return None, frozenset(), frozenset()
    return frozenset(), rest, in_progress


def report(findings: list[Finding]) -> str:
    """The findings as lines, as `edgewheel inspect` prints them."""
    from edgewheel.reports import text

    return "\n".join(text.findings(findings))
