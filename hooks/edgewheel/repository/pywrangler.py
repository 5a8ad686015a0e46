"""What pywrangler does with a project: whether it deploys it, and where uv takes a requirement from."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from edgewheel.repository.locks import is_member, workspace
from edgewheel.requirements.markers import holds
from edgewheel.requirements.requirement import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.documents.document import Document
    from edgewheel.findings import Place
    from edgewheel.repository.worker import Worker
    from edgewheel.requirements.requirement import Requirement

_DEEPEST = 4


def is_used(worker: Worker) -> bool:
    """A project beside its wrangler config is what pywrangler takes; elsewhere something must name it. What Poetry
    declares beside the config is meant for it too: nothing else vendors.
    """
    requirements, pyproject = worker.requirements, worker.pyproject
    folder = requirements.folder
    if pyproject is None:
        return False
    if folder == worker.root and (pyproject.get("project") is not None or _has_poetry_packages(worker)):
        return True
    declared = (*requirements.runtime, *(each for source in requirements.dev for each in source.requirements))
    if any(each.key == "workers-py" for each in declared):
        return True
    if any(worker.disk.kind(posixpath.join(folder, name)) for name in ("pylock.toml", ".venv-workers")):
        return True
    package = posixpath.join(folder, "package.json")
    return worker.disk.is_file(package) and b"pywrangler" in worker.disk.read(package)


def _has_poetry_packages(worker: Worker) -> bool:
    packages = worker.pyproject.get("tool", "poetry", "dependencies") if worker.pyproject else None
    return isinstance(packages, dict) and bool(packages.keys() - {"python"})


def sources(worker: Worker, requirement: Requirement) -> Iterator[tuple[dict[str, Any], Place, str]]:
    """The entries of `[tool.uv.sources]` for a requirement that hold on Workers, with their place and the folder that
    their paths start from. A member's own entry comes before that of its workspace.
    """
    for document in filter(None, (worker.pyproject, workspace(worker))):
        table = document.table("tool", "uv", "sources")
        key = next((each for each in table if normalize(each) == requirement.key), None)
        if key is None:
            continue
        given = table[key]
        for source in given if isinstance(given, list) else [given]:
            if isinstance(source, dict) and holds(str(source.get("marker", ""))):
                yield source, document.place("tool", "uv", "sources", key), posixpath.dirname(document.path)
        return


def folder_of(worker: Worker, requirement: Requirement) -> str:
    """The absolute folder whose code is vendored for a requirement; "" for one that comes from elsewhere."""
    for source, _, base in sources(worker, requirement):
        path = source.get("path")
        if isinstance(path, str) and worker.disk.is_dir(found := posixpath.normpath(posixpath.join(base, path))):
            return found
        root = workspace(worker) or worker.pyproject
        if source.get("workspace") is True and root is not None:
            return next((each for each in _members(worker, root) if _name(worker, each) == requirement.key), "")
    return ""


def _members(worker: Worker, root: Document) -> Iterator[str]:
    top = posixpath.dirname(root.path)
    queue = [(top, 0)]
    while queue:
        folder, depth = queue.pop()
        if folder != top and is_member(root, folder):
            yield folder
        below = (each.name for each in worker.disk.scan(folder) if each.kind == "dir" and depth < _DEEPEST)
        queue += [(f"{folder}/{name}", depth + 1) for name in below if not name.startswith((".", "node_modules"))]


def _name(worker: Worker, folder: str) -> str:
    path = posixpath.join(folder, "pyproject.toml")
    name = worker.document(path).get("project", "name") if worker.disk.is_file(path) else None
    return normalize(name) if isinstance(name, str) else ""
