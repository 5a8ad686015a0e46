"""EW202: a folder of modules without `__init__.py` among folders that have one."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import Edit, Finding, Place
from edgewheel.layout.packages import INIT
from edgewheel.layout.trees import packages, trees
from edgewheel.repository import commit
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.deploy import Deploys
    from edgewheel.layout.trees import ImportRoot, Package
    from edgewheel.repository.worker import Worker


@rule("EW202", "worker-package-init", fixes=True)
def missing_init(deploys: Deploys) -> Iterator[Finding]:
    """A folder that has modules directly and no `__init__.py`: inside a tree of regular packages
    (`packages = "consistent"`), or anywhere under the namespace (`"strict"`).

    Workers: a top-level folder without it is imported as a namespace package, and a regular package of the same name in
    `python_modules` hides it: every import from it then fails after the deploy. Below a regular package it imports all
    the same, and the finding is a warning: `pkgutil.walk_packages`, build backends and type checkers pass over it. A
    project with modules in flat folders or without
    any `__init__.py` is silent, and so is a folder in which less than half of the packages are regular, except for
    what stands below a regular one. The module root's own file counts only where imports name it.

    Fix: `edgewheel check --select EW202 --fix` adds the empty file; `packages = "off"` in `[tool.edgewheel]` for a
    project that wants none.

    Bad:
        src/__init__.py
        src/core/settings.py

    Good:
        src/__init__.py
        src/core/__init__.py
        src/core/settings.py
    """
    worker = deploys.worker
    style = worker.settings.packages
    if style == "off":
        return
    for tree in trees(worker):
        for folder in lacking(packages(worker, tree), tree, strict=style == "strict"):
            path = posixpath.join(folder, INIT)
            if not _is_removed(worker, path):
                fix = "edgewheel check --select EW202 --fix"
                inside = _is_inside(worker, tree, folder)
                message, level = _message(worker, folder, inside=inside), "warning" if inside else ""
                yield Finding(message, Place(path, 1, 1), fix, level, edits=(Edit(path, 0, 0, ""),))


def lacking(found: Sequence[Package], tree: ImportRoot, *, strict: bool) -> list[str]:
    """The folders that should have an `__init__.py`."""
    counted = [each for each in found if tree.named or each.folder != tree.folder]
    without = [each.folder for each in counted if each.direct and not each.regular]
    regular = [each.folder for each in counted if each.regular]
    inside = [folder for folder in without if any(folder.startswith(f"{above}/") for above in regular)]
    outside = len(without) - len(inside)
    # what stands below a regular package is counted with it, so that mending it does not turn the vote
    return without if strict or (regular and len(regular) + len(inside) >= outside) else inside


def _is_removed(worker: Worker, path: str) -> bool:
    """Whether the commit takes it away: that is EW201's finding, and restoring it keeps what stood in it."""
    found = commit.at_hand(worker)
    return found is not None and any(removal.path == path for removal in found.removals)


def _is_inside(worker: Worker, tree: ImportRoot, folder: str) -> bool:
    """Whether the top folder of its imports is a regular package, so that no vendored one can hide what is in it.
    facts: Pyodide 0.28 and 314 look for `src.core` in the `__path__` of `src`
    """
    top = tree.folder if tree.named else posixpath.join(tree.folder, folder[len(tree.folder) + 1 :].partition("/")[0])
    return folder != top and worker.disk.is_file(posixpath.join(top, INIT))


def _message(worker: Worker, folder: str, *, inside: bool) -> str:
    name = posixpath.relpath(folder, worker.root)
    around = "" if worker.settings.packages == "strict" else ", though the packages around it have one"
    if inside:
        return (
            f"`{name}` has modules and no `{INIT}`{around}: its modules import, but `pkgutil.walk_packages`, build "
            "backends and type checkers pass over it"
        )
    return (
        f"`{name}` has modules and no `{INIT}`{around}: on Workers a vendored package of the same name hides "
        "a folder without it, and its modules are not found"
    )
