"""EW201: an `__init__.py` that goes away in this commit while its folder stays a package."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.layout.packages import INIT
from edgewheel.layout.strip import Filter
from edgewheel.layout.trees import trees
from edgewheel.repository import commit
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.repository.commit import Commit, Removal
    from edgewheel.repository.worker import Worker


@rule("EW201", "worker-package-init")
def removed_init(deploys: Deploys) -> Iterator[Finding]:
    """An `__init__.py` that this commit deletes or renames away while its folder keeps modules.

    Workers: what the file defined is gone, so `from src.core import name` fails at the start of the Worker; and a
    folder without it is hidden by a vendored package of the same name. No ordinary hook sees it, since a commit
    that only deletes or renames a file hands no file to the hooks. With `--from-ref` and `--to-ref` it is the
    range that counts.

    Fix: restore the file: `git restore --staged --worktree :/src/core/__init__.py`.

    Bad:
        $ git diff --cached --name-status
        D       src/core/__init__.py

    Good:
        $ git diff --cached --name-status
        D       src/core/__init__.py
        D       src/core/settings.py
    """
    worker = deploys.worker
    found = commit.at_hand(worker)
    removed = [each for each in found.removals if posixpath.basename(each.path) == INIT] if found else []
    if found is None or not removed:
        return
    filtered = Filter(worker.settings.strip, worker.settings.keep)
    tops = [tree.folder for tree in trees(worker)]
    for removal in removed:
        folder = posixpath.dirname(removal.path)
        inside = any(f"{folder}/".startswith(f"{top}/") for top in tops)
        if inside and not _is_stripped(worker, filtered, removal.path):
            modules = [path for path in found.holds(folder) if path.endswith(".py")]
            kept = [path for path in modules if not _is_stripped(worker, filtered, path)]
            if kept and removal.path not in kept:
                yield _finding(worker, found, removal, len(kept))


def _is_stripped(worker: Worker, filtered: Filter, path: str) -> bool:
    """Whether the file, or a folder that it is in, is left out of every upload."""
    parts = posixpath.relpath(path, worker.root).split("/")
    why = ""
    for at in range(1, len(parts) + 1):
        why = filtered.why("/".join(parts[:at]), folder=at < len(parts), inherited=why)
    return bool(why)


def _finding(worker: Worker, found: Commit, removal: Removal, modules: int) -> Finding:
    folder = posixpath.relpath(posixpath.dirname(removal.path), worker.root)
    deed = f"renames it to `{posixpath.relpath(removal.renamed, worker.root)}`" if removal.renamed else "deletes it"
    keeps = "1 module" if modules == 1 else f"{modules:,} modules"
    message = (
        f"`{folder}` keeps {keeps} and loses its `{INIT}`: this commit {deed}. On Workers its names are gone and a "
        "vendored package of the same name hides the folder"
    )
    return Finding(message, Place(removal.path), _fix(found, removal))


def _fix(found: Commit, removal: Removal) -> str:
    """The command that brings the file back, from wherever in the repository it is pasted."""
    source = "" if found.before == "HEAD" else f"--source={found.before[:12]} "
    return f"git restore {source}--staged --worktree {_quoted(found.repository, removal.path)}"


def _quoted(repository: str, path: str) -> str:
    """The path from the repository's top as git and a shell take it, whatever signs are in it."""
    name = posixpath.relpath(path, repository)
    if re.fullmatch(r"\w[\w./-]*", name):
        return f":/{name}"
    return "':(top,literal)" + name.replace("'", "'\"'\"'") + "'"
