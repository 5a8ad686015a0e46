"""What `[tool.hatch.build]` of a project says about the files of its wheel."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgewheel.worker.model import Worker

_BUILD = ("tool", "hatch", "build")


def project_root(worker: Worker) -> str:
    """The folder of the Worker's pyproject.toml; the Worker's own where there is none."""
    return posixpath.dirname(worker.pyproject.path) if worker.pyproject else worker.root


def artifacts(worker: Worker) -> Callable[[str], bool]:
    """Whether `artifacts` of `[tool.hatch.build]`, or the version file of its hooks, names an absolute path."""
    return matcher(worker, [*patterns(worker, "artifacts"), *_version_files(worker)])


def matcher(worker: Worker, lines: list[str]) -> Callable[[str], bool]:
    """Whether gitignore patterns, relative to the project, match an absolute path of the project's."""
    if not lines:
        return lambda _: False
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines(lines)
    root = project_root(worker)
    return lambda path: bool(spec.match_file(posixpath.relpath(path, root)))


def patterns(worker: Worker, option: str) -> list[str]:
    """A list of patterns in `[tool.hatch.build.targets.wheel]`, which hides the one in `[tool.hatch.build]`."""
    project = worker.pyproject
    for table in (project.table(*_BUILD, "targets", "wheel"), project.table(*_BUILD)) if project else ():
        if option in table:
            listed = table[option]
            return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
    return []


def _version_files(worker: Worker) -> list[str]:
    tables = worker.pyproject.table(*_BUILD, "hooks").values() if worker.pyproject else ()
    named = [table.get("version-file") for table in tables if isinstance(table, dict)]
    return [f"/{each}" for each in named if isinstance(each, str)]
