"""What `[tool.hatch.build]` of a project, or its hatch.toml, says about the files of its wheel.

facts: hatchling 1.33: a list in `[tool.hatch.build.targets.wheel]` hides the one in `[tool.hatch.build]`; a hatch.toml
with `[build]` stands in the place of both; `sources` renames what `include`, `packages` and `force-include` choose.
"""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.repository.ignores import checked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pathspec import GitIgnoreSpec

    from edgewheel.repository.worker import Worker

_OWN = "edgewheel"


class Options(NamedTuple):
    """The options as they are written; what hatchling refuses is left out. Paths in `only` and `packages` are relative
    to `root`, the absolute path of the project.
    """

    root: str
    include: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    #: `artifacts`, and the version files that hooks write
    artifacts: tuple[str, ...] = ()
    #: how the head of a path is renamed, in the order in which hatchling tries them
    sources: tuple[tuple[str, str], ...] = ()
    #: absolute path of a file or folder, and its name in the wheel before `sources`
    forced: tuple[tuple[str, str], ...] = ()
    only_packages: bool = False
    #: the build hooks of the project beside edgewheel's: they may make files while the wheel is built
    hooks: tuple[str, ...] = ()

    def renamed(self, path: str) -> str:
        """The name in the wheel of a path relative to the project."""
        for head, replacement in self.sources:
            if not head:
                return f"{replacement}{path}"
            if path.startswith(head):
                return replacement + path[len(head) :]
        return path


def options(worker: Worker) -> Options:
    """The options of a Worker's project."""
    build = _build(worker)
    tables = (_table(_table(build, "targets"), "wheel"), build)
    root = project_root(worker)
    hooks = {**_table(build, "hooks"), **_table(tables[0], "hooks")}
    packages = sorted(_normal(each) for each in _strings(tables, "packages"))
    return Options(
        root,
        include=_strings(tables, "include"),
        only=tuple(_normal(each) for each in _strings(tables, "only-include")),
        packages=tuple(packages),
        exclude=_strings(tables, "exclude"),
        artifacts=(*_strings(tables, "artifacts"), *_version_files(hooks)),
        sources=_sources(_value(tables, "sources"), packages),
        forced=forced(root, _value(tables, "force-include")),
        only_packages=_value(tables, "only-packages") is True,
        hooks=tuple(name for name in hooks if name != _OWN),
    )


def project_root(worker: Worker) -> str:
    """The folder of the Worker's pyproject.toml; the Worker's own where there is none."""
    return posixpath.dirname(worker.pyproject.path) if worker.pyproject else worker.root


def forced(root: str, table: object) -> tuple[tuple[str, str], ...]:
    """A table of files to force, in hatchling's order; the name in the wheel is relative, and may lead out of it."""
    found = {}
    for source, target in table.items() if isinstance(table, dict) else ():
        if source and isinstance(target, str) and target:
            given = os.path.expanduser(posixpath.normpath(source.replace(os.sep, "/"))).replace(os.sep, "/")
            found[posixpath.normpath(posixpath.join(root, given))] = _normal(target)
    return tuple(sorted(found.items(), key=lambda each: (each[1].count("/"), each[1], each[0])))


def spec(patterns: tuple[str, ...]) -> GitIgnoreSpec | None:
    """Patterns as gitignore reads them; None for none at all."""
    if not patterns:
        return None
    from pathspec import GitIgnoreSpec

    checked(patterns, "[tool.hatch.build]")
    return GitIgnoreSpec.from_lines(patterns)


def _sources(value: object, packages: list[str]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    if isinstance(value, list):
        found = {f"{_normal(each)}/": "" for each in value if isinstance(each, str) and each}
    elif isinstance(value, dict):
        for head, name in value.items():
            if isinstance(name, str):
                replacement = _normal(name)
                found[f"{_normal(head)}/" if head else ""] = "" if replacement == "." else f"{replacement}/"
    for each in packages:
        above = posixpath.dirname(each)
        if above and f"{each}/" not in found:
            found[f"{above}/"] = ""
    return tuple(sorted(found.items()))


def _normal(path: str) -> str:
    return posixpath.normpath(path.replace(os.sep, "/")).strip("/")


def _version_files(hooks: Mapping[str, Any]) -> tuple[str, ...]:
    named = [_table(hooks, name).get("version-file") for name in hooks]
    return tuple(f"/{each}" for each in named if isinstance(each, str))


def _value(tables: tuple[Mapping[str, Any], ...], option: str) -> object:
    return next((table[option] for table in tables if option in table), None)


def _strings(tables: tuple[Mapping[str, Any], ...], option: str) -> tuple[str, ...]:
    value = _value(tables, option)
    return tuple(each for each in value if isinstance(each, str) and each) if isinstance(value, list) else ()


def _build(worker: Worker) -> Mapping[str, Any]:
    own = f"{project_root(worker)}/hatch.toml"
    if worker.disk.is_file(own) and worker.document(own).get("build") is not None:
        return worker.document(own).table("build")
    return worker.pyproject.table("tool", "hatch", "build") if worker.pyproject else {}


def _table(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = table.get(name)
    return inner if isinstance(inner, dict) else {}
