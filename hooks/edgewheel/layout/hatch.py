"""What `[tool.hatch.build]` of a project says about the files of its wheel."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edgewheel.repository.worker import Worker


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
    build = _build(worker)
    for table in (_table(_table(build, "targets"), "wheel"), build):
        if option in table:
            listed = table[option]
            return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
    return []


def _version_files(worker: Worker) -> list[str]:
    hooks = _table(_build(worker), "hooks")
    named = [_table(hooks, name).get("version-file") for name in hooks]
    return [f"/{each}" for each in named if isinstance(each, str)]


def _build(worker: Worker) -> Mapping[str, Any]:
    """`[tool.hatch.build]`, or the `[build]` of a hatch.toml, which hatchling takes in its place."""
    own = f"{project_root(worker)}/hatch.toml"
    if worker.disk.is_file(own) and worker.document(own).get("build") is not None:
        return worker.document(own).table("build")
    return worker.pyproject.table("tool", "hatch", "build") if worker.pyproject else {}


def _table(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = table.get(name)
    return inner if isinstance(inner, dict) else {}
