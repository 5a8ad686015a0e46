"""Where a Worker's locks are: beside its pyproject.toml, and uv.lock of a workspace in the workspace's root.

facts: uv 0.13.9; pylock.toml is pywrangler's and always beside the Worker's own pyproject.toml
"""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from edgewheel.requirements.locks import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edgewheel.documents.document import Document
    from edgewheel.repository.worker import Worker
    from edgewheel.requirements.locks import Lock


def read(worker: Worker, name: str, *, files: bool = False) -> Lock | None:
    """`uv.lock` or `pylock.toml` of the project, None where there is none; with `files` also paths and hashes."""
    path = find(worker, name)
    return parse(path, worker.disk.read(path), files=files) if path else None


def find(worker: Worker, name: str) -> str:
    """The absolute path of a lock; "" where there is none."""
    own = posixpath.join(worker.requirements.folder, name)
    root = workspace(worker) if name == "uv.lock" else None
    shared = posixpath.join(posixpath.dirname(root.path), name) if root else ""
    return next((path for path in (shared, own) if path and worker.disk.is_file(path)), "")


def workspace(worker: Worker) -> Document | None:
    """The pyproject.toml of the uv workspace that the Worker's project is a member of; None outside one."""
    pyproject = worker.pyproject
    if pyproject is None or pyproject.get("tool", "uv", "workspace") is not None:
        return None
    member = posixpath.dirname(pyproject.path)
    folder = posixpath.dirname(member)
    while True:
        path = posixpath.join(folder, "pyproject.toml")
        if worker.disk.is_file(path):
            found = worker.document(path)
            if found.get("tool", "uv", "workspace") is not None:
                return found if is_member(found, member) else None
        if folder in {worker.repository, posixpath.dirname(folder)}:
            return None
        folder = posixpath.dirname(folder)


def is_member(root: Document, folder: str) -> bool:
    """Whether a folder is one of a workspace's members, by its patterns."""
    relative = posixpath.relpath(folder, posixpath.dirname(root.path)).split("/")

    def listed(name: str) -> bool:
        globs = root.get("tool", "uv", "workspace", name, default=[])
        texts = [glob for glob in globs if isinstance(glob, str)] if isinstance(globs, list) else []
        return any(_fits(relative, posixpath.normpath(glob).split("/")) for glob in texts)

    return listed("members") and not listed("exclude")


def _fits(parts: Sequence[str], glob: Sequence[str]) -> bool:
    if not glob:
        return not parts
    if glob[0] == "**":
        return any(_fits(parts[at:], glob[1:]) for at in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], glob[0]) and _fits(parts[1:], glob[1:])
