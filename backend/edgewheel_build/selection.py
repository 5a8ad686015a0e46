"""Which files go into the archives: the layout, and what the project's own `[tool.hatch.build]` adds or takes away."""

from __future__ import annotations

import os
import posixpath
import shutil
from functools import cache
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hatchling.builders.plugin.interface import IncludedFile
from pathspec import GitIgnoreSpec

from edgewheel.layout import packages
from edgewheel.layout.plan import File
from edgewheel_build.archive import SPECIAL
from edgewheel_build.temporary import PREFIX
from edgewheel_build.work import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hatchling.builders.plugin.interface import BuilderInterface

    from edgewheel.layout.plan import Layout
    from edgewheel.repository.worker import Worker

    Builder = BuilderInterface[Any, Any]


def chooses(builder: Builder) -> bool:
    """Whether the project chooses files of the wheel itself."""
    return any(_value(builder, name) != [] for name in ("include", "packages", "only-include"))


def _value(builder: Builder, name: str) -> object:
    return builder.target_config.get(name, builder.build_config.get(name, []))


def option(builder: Builder, name: str) -> list[str]:
    """A list in the target's table, which hides the one in `[tool.hatch.build]`; hatchling judges its shape."""
    value = _value(builder, name)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def wheel_files(worker: Worker, layout: Layout, builder: Builder, *, chosen: bool) -> list[File]:
    """The files of the wheel without its metadata, in their order: the layout's by name, then what is added.

    `exclude` takes away from the layout, and so does an `include` or `only-include` that names only a part of it.
    A forced file stands in the place of the layout's. `chosen`: the project chooses files itself.
    """
    config = builder.config
    forced = [_file(each) for each in builder.recurse_forced_files(config.get_force_include())]
    names = {file.name for file in forced}
    narrowed = _narrowed(layout, builder, chosen=chosen)
    if len(narrowed) < len(layout.files) and worker.settings.packages != "off":
        narrowed = _with_packages(layout, narrowed)
    files = [file for file in narrowed if file.name not in names]
    names |= {file.name for file in files}
    more = []
    if chosen or config.build_artifact_spec is not None or config.artifact_spec is not None:
        selected = (_file(each) for each in builder.recurse_selected_project_files())
        more = [each for each in selected if each.name not in names and not each.source.startswith(f"{layout.folder}/")]
    return named([*files, *more, *forced])


def _narrowed(layout: Layout, builder: Builder, *, chosen: bool) -> list[File]:
    files = list(layout.files)
    root = builder.root.replace(os.sep, "/")
    if excluded := option(builder, "exclude"):
        files = [file for file in files if not (file.source and _matches(excluded, file.source, root))]
    if not chosen:
        return files
    if include := option(builder, "include"):
        named = {file.name for file in files if file.source and _matches(include, file.source, root)}
    else:
        only = [posixpath.normpath(f"{root}/{each}") for each in option(builder, "only-include")]
        named = {file.name for file in files if any(f"{file.source}/".startswith(f"{each}/") for each in only)}
    # what names nothing of the namespace names other folders, which are added
    return [file for file in files if file.name in named or not file.source] if named else files


def _with_packages(layout: Layout, files: list[File]) -> list[File]:
    """The files with the `__init__.py` that their packages lack now, and without those of packages that are gone."""
    found = {file.name: file for file in files if file.name not in layout.added}
    found |= {name: File(name, "", b"") for name in packages.missing(found, layout.namespace)}
    return [found[name] for name in sorted(found)]


def _matches(lines: list[str], path: str, root: str) -> bool:
    return _spec(tuple(lines)).match_file(posixpath.relpath(path, root))


@cache
def _spec(lines: tuple[str, ...]) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines(lines)


def materialized(files: Iterable[File], root: str) -> Iterator[IncludedFile]:
    """The files as hatchling takes them; what is generated stands in a temporary folder while they are taken."""
    with TemporaryDirectory(prefix=PREFIX) as folder:
        written: dict[bytes, str] = {}
        for file in files:
            path = file.source
            if file.content is not None:
                if file.content not in written:
                    written[file.content] = os.path.join(folder, str(len(written)))
                    with open(written[file.content], "wb") as target:
                        target.write(file.content)
                path = written[file.content]
            elif (mode := os.stat(path).st_mode) & SPECIAL:
                path = shutil.copyfile(path, os.path.join(folder, "plain"))
                os.chmod(path, mode & 0o777)
            relative = file.source[len(root) + 1 :] if file.source.startswith(f"{root}/") else ""
            yield IncludedFile(path.replace("/", os.sep), relative.replace("/", os.sep), file.name.replace("/", os.sep))


def _file(included: IncludedFile) -> File:
    return File(included.distribution_path.replace(os.sep, "/"), os.path.abspath(included.path).replace(os.sep, "/"))
