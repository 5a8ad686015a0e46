"""The folders of a Worker's packages, for what is judged by names alone: no module is parsed."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.layout.packages import INIT
from edgewheel.layout.roots import is_staged, mains, module_roots, top_folders
from edgewheel.layout.strip import Filter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.worker import Worker


class ImportRoot(NamedTuple):
    """A folder that modules are uploaded from. `named`: its own name is part of their imports."""

    folder: str
    named: bool


class Package(NamedTuple):
    """A folder with modules in it (`direct`) or below it, as an absolute path; `regular`: it has `__init__.py`."""

    folder: str
    direct: bool
    regular: bool


def trees(worker: Worker) -> tuple[ImportRoot, ...]:
    """The namespace where it is staged or set, and the module roots of mains that are not staged.

    A module root that is the Worker's folder, or above it, stands for each of its top folders; so does a namespace
    that cannot be told.
    """
    named: list[str] = []
    if worker.settings.namespace or any(is_staged(worker, main) for main in mains(worker)):
        named = [folder] if (folder := _namespace(worker)) else [*top_folders(worker)]
    roots = []
    is_there = worker.config.get("build") is not None or any(worker.disk.is_file(main) for main in mains(worker))
    for root in module_roots(worker):
        if f"{worker.root}/".startswith(f"{root}/"):
            named += top_folders(worker) if is_there else ()  # a root by a main that is missing is none
        else:
            roots.append(root)
    found = {folder: ImportRoot(folder, named=True) for folder in named}
    for root in roots:
        found.setdefault(root, ImportRoot(root, named=False))
    return tuple(found.values())


def _namespace(worker: Worker) -> str:
    """The folder of the namespace; "" where it cannot be told. Modules are parsed only where nothing else tells."""
    from edgewheel.layout import entry

    if worker.settings.namespace:
        folder = worker.path(worker.settings.namespace)
        return folder if worker.disk.is_dir(folder) else ""
    try:
        if not worker.settings.entry and all(is_staged(worker, main) for main in mains(worker)):
            from edgewheel.layout import search

            folders = {posixpath.dirname(path) for path in search.candidates(worker)}
            if len(folders) == 1 and worker.root not in folders:
                return folders.pop()
        return entry.locate(worker).folder
    except CouldNotRun:
        return ""


def packages(worker: Worker, tree: ImportRoot) -> tuple[Package, ...]:
    """The folders of a tree that hold modules of the Worker's, the tree's own first; tests and what `strip` names are
    none, nor what cannot be imported for its name, nor packages of others below a `vendor/` that is no package itself.
    """
    seen = posixpath.relpath(tree.folder, worker.root)
    found = sorted(_packages(worker, Filter(worker.settings.strip, worker.settings.keep), tree.folder, seen))
    others = f"{tree.folder}/vendor"
    if worker.disk.is_file(f"{others}/{INIT}"):
        return tuple(found)
    return tuple(each for each in found if each.folder != others and not each.folder.startswith(f"{others}/"))


def _packages(worker: Worker, filtered: Filter, folder: str, seen: str) -> Iterator[Package]:
    """`seen` is the folder relative to the Worker's, as patterns see it."""
    direct = regular = False
    below: list[Package] = []
    for entry in worker.disk.scan(folder):
        is_folder = entry.kind == "dir"
        if not (is_folder and entry.name.isidentifier()) and not entry.name.endswith(".py"):
            continue
        if filtered.why(f"{seen}/{entry.name}", folder=is_folder):
            continue
        if is_folder:
            below += _packages(worker, filtered, f"{folder}/{entry.name}", f"{seen}/{entry.name}")
        elif entry.kind in {"file", "link-file"}:
            regular = regular or entry.name == INIT
            direct = direct or entry.name != INIT
    if direct or regular or below:
        yield Package(folder, direct, regular)
    yield from below
