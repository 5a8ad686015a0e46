"""Which files go into an sdist: hatchling's selection without what is not the project's, and all the layout reads."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Any

from hatchling.builders.constants import EXCLUDED_DIRECTORIES, EXCLUDED_FILES
from hatchling.builders.plugin.interface import IncludedFile
from hatchling.builders.utils import safe_walk
from hatchling.builders.wheel import WheelBuilder

from edgewheel.layout.selection import IGNORED
from edgewheel.repository.walk import is_foreign
from edgewheel.repository.writing import TEMPORARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hatchling.builders.plugin.interface import BuilderInterface

    from edgewheel.layout.plan import Layout
    from edgewheel.repository.worker import Worker

    Builder = BuilderInterface[Any, Any]

#: Folders of output, at the top of the project and of the Worker.
_OUTPUT = ("build", "dist")
_SECRET = (".env", ".dev.vars")
_EXAMPLES = (".example", ".sample", ".template", ".dist")


def files(worker: Worker, layout: Layout, builder: Builder, left: dict[str, None]) -> Iterator[IncludedFile]:
    """What hatchling selects for the sdist without foreign folders, output, secrets and what git ignores of the
    namespace; and all that the wheel is made from, in the place where it is read. What is left out of the selection is
    written to `left`, a folder as a whole with a `/` behind it.

    A link stands there as the file it leads to: archives with links that lead out are refused by installers.
    """
    root = builder.root.replace(os.sep, "/")
    ignored = {posixpath.join(layout.folder, "..", each.name) for each in layout.stripped if each.why == IGNORED}
    ignored = {posixpath.normpath(path) for path in ignored}
    wanted = {posixpath.relpath(path, root): path for path in _needed(worker, layout, builder)}
    for each in builder.recurse_selected_project_files():
        relative = each.relative_path.replace(os.sep, "/")
        if relative in wanted:
            continue
        foreign = relative if posixpath.join(root, relative) in ignored else _foreign(worker, root, relative)
        if foreign:
            left[foreign] = None
        elif not os.path.islink(each.path):
            yield each
        elif os.path.isfile(each.path):
            yield IncludedFile(os.path.realpath(each.path), each.relative_path, each.distribution_path)
    for each in builder.recurse_forced_files(builder.config.get_force_include()):
        if each.distribution_path.replace(os.sep, "/") not in wanted:  # the wheel forces it by itself
            yield each
    for relative, path in sorted(wanted.items()):
        name = relative.replace("/", os.sep)
        yield IncludedFile(os.path.realpath(path), name, name)


def _needed(worker: Worker, layout: Layout, builder: Builder) -> Iterator[str]:
    """The files below the project that the layout or a table of the wheel names, as absolute paths."""
    root = builder.root.replace(os.sep, "/")
    found = [file.source for file in layout.files if file.source]
    found += [*worker.config_paths, *([worker.pyproject.path] if worker.pyproject else [])]
    wheel = WheelBuilder(builder.root, builder.plugin_manager, metadata=builder.metadata, app=builder.app)
    config = wheel.config
    config.build_reserved_paths.update(builder.config.build_reserved_paths)
    for table in (config.shared_data, config.shared_scripts, config.extra_metadata):
        found += [path for source in table for path in _below(source)]
    found += [path for each in getattr(config, "sbom_files", ()) for path in _below(os.path.join(builder.root, each))]
    by_hooks = [path for source in builder.config.build_force_include for path in _below(source)]
    found += [path for path in by_hooks if not _foreign(worker, root, posixpath.relpath(path, root))]
    return (path for path in found if path.startswith(f"{root}/"))


def _below(source: str) -> Iterator[str]:
    """A file, or those of a folder; none of what a hook is yet to make when the wheel is built."""
    if os.path.isfile(source):
        yield os.path.abspath(source).replace(os.sep, "/")
    for folder, folders, names in safe_walk(source):
        folders[:] = [each for each in folders if each not in EXCLUDED_DIRECTORIES]
        for name in names:
            if name not in EXCLUDED_FILES:
                yield os.path.abspath(os.path.join(folder, name)).replace(os.sep, "/")


def _foreign(worker: Worker, root: str, relative: str) -> str:
    """The folder or file through which a path relative to the project is left out of an sdist; "" for what is not."""
    *folders, name = relative.split("/")
    for depth, part in enumerate(folders, 1):
        if is_foreign(worker.disk, "/".join([root, *folders[: depth - 1]]), part) or part.startswith(TEMPORARY):
            return "/".join(folders[:depth]) + "/"
    if name.startswith(_SECRET) and not name.endswith(_EXAMPLES):
        return relative
    path = posixpath.join(root, relative)
    outputs = [posixpath.join(folder, each) for folder in (root, worker.root) for each in _OUTPUT]
    outputs.append(worker.path(worker.settings.stage))
    output = next((folder for folder in outputs if path.startswith(f"{folder}/")), "")
    return posixpath.relpath(output, root) + "/" if output else ""


def foreign_folders(worker: Worker, root: str) -> list[str]:
    """The folders, relative to the project, that an sdist never walks: environments with their links among them."""
    found = []
    for folder in dict.fromkeys((root, worker.root)):
        for entry in worker.disk.scan(folder):
            path = posixpath.join(folder, entry.name)
            if entry.kind in {"dir", "link-dir"} and is_foreign(worker.disk, folder, entry.name):
                found.append(posixpath.relpath(path, root))
    return found
