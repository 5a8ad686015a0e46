"""Which files go into an sdist: hatchling's selection without what is not the project's, and all the layout reads."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from hatchling.builders.plugin.interface import IncludedFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.layout.plan import Layout
    from edgewheel.worker.model import Worker
    from edgewheel_build.selection import Builder

#: Folders that hold other people's files, wherever they stand in a project.
_FOREIGN = frozenset({"python_modules", "node_modules", ".wrangler"})
#: Folders of output, at the top of the project and of the Worker.
_OUTPUT = frozenset({"build", "dist"})
_SECRET = (".env", ".dev.vars")
_EXAMPLES = (".example", ".sample", ".template", ".dist")


def files(worker: Worker, layout: Layout, builder: Builder) -> Iterator[IncludedFile]:
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
