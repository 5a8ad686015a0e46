"""Which files go into the archives: the layout, and what the project's own `[tool.hatch.build]` adds or takes away."""

from __future__ import annotations

import os
import posixpath
from functools import cache
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hatchling.builders.plugin.interface import IncludedFile
from pathspec import GitIgnoreSpec

from edgewheel.layout import packages
from edgewheel.layout.plan import File

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hatchling.builders.plugin.interface import BuilderInterface

    from edgewheel.layout.plan import Layout
    from edgewheel.worker.model import Worker

    Builder = BuilderInterface[Any, Any]

#: Folders that hold other people's files, wherever they stand in a project.
_FOREIGN = frozenset({"python_modules", "node_modules", ".wrangler"})
#: Folders of output, at the top of the project and of the Worker.
_OUTPUT = frozenset({"build", "dist"})
_SECRET = (".env", ".dev.vars")
_EXAMPLES = (".example", ".sample", ".template", ".dist")


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
    return [*files, *more, *forced]


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
    with TemporaryDirectory(prefix="edgewheel-") as folder:
        written: dict[bytes, str] = {}
        for file in files:
            path, content = file.source, file.content
            if content is not None:
                if content not in written:
                    written[content] = os.path.join(folder, str(len(written)))
                    with open(written[content], "wb") as target:
                        target.write(content)
                path = written[content]
            relative = path[len(root) + 1 :] if content is None and path.startswith(f"{root}/") else ""
            yield IncludedFile(path.replace("/", os.sep), relative.replace("/", os.sep), file.name.replace("/", os.sep))


def sdist_files(worker: Worker, layout: Layout, builder: Builder) -> Iterator[IncludedFile]:
    """What hatchling selects for the sdist without foreign folders, output and secrets, and all that the layout reads.

    A link stands there as the file it leads to: archives with links that lead out are refused by installers.
    """
    root = builder.root.replace(os.sep, "/")
    needed = [file.source for file in layout.files if file.source]
    needed += [*worker.config_paths, *([worker.pyproject.path] if worker.pyproject else [])]
    wanted = {posixpath.relpath(path, root): path for path in needed}
    for each in builder.recurse_selected_project_files():
        relative = each.relative_path.replace(os.sep, "/")
        if relative in wanted or not is_foreign(worker, root, relative):
            wanted.pop(relative, None)
            if not os.path.islink(each.path):
                yield each
            elif os.path.isfile(each.path):
                yield IncludedFile(os.path.realpath(each.path), each.relative_path, each.distribution_path)
    for each in builder.recurse_forced_files(builder.config.get_force_include()):
        wanted.pop(each.relative_path.replace(os.sep, "/"), None)
        yield each
    for relative, path in sorted(wanted.items()):
        name = relative.replace("/", os.sep)
        yield IncludedFile(os.path.realpath(path), name, builder.config.get_distribution_path(name))


def is_foreign(worker: Worker, root: str, relative: str) -> bool:
    """Whether a path relative to the project leads into what an sdist leaves out."""
    *folders, name = relative.split("/")
    if any(part in _FOREIGN or part.startswith(".venv") for part in folders):
        return True
    if name.startswith(_SECRET) and not name.endswith(_EXAMPLES):
        return True
    path = posixpath.join(root, relative)
    stage = worker.path(worker.settings.stage)
    if path.startswith(f"{stage}/"):
        return True
    inside = relative if worker.root == root else posixpath.relpath(path, worker.root)
    return any(parts[0] in _OUTPUT and len(parts) > 1 for parts in (relative.split("/"), inside.split("/")))


def foreign_folders(worker: Worker, root: str) -> list[str]:
    """The folders, relative to the project, that an sdist never walks: environments with their links among them."""
    found = []
    for folder in dict.fromkeys((root, worker.root)):
        for entry in worker.disk.scan(folder):
            path = posixpath.join(folder, entry.name)
            if entry.kind in {"dir", "link-dir"} and (
                entry.name in _FOREIGN
                or entry.name.startswith(".venv")
                or worker.disk.is_file(posixpath.join(path, "pyvenv.cfg"))
            ):
                found.append(posixpath.relpath(path, root))
    return found


def _file(included: IncludedFile) -> File:
    return File(included.distribution_path.replace(os.sep, "/"), os.path.abspath(included.path).replace(os.sep, "/"))
