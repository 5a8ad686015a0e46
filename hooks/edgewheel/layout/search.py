"""Finds the entry where main is the staged one and nobody says what it is made from."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun
from edgewheel.layout import strip
from edgewheel.layout.roots import mains, top_folders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.worker import Worker

#: No module without one of these words binds a handler; most modules need no parser to be passed over.
_WORDS = re.compile(rb"\b(?:Default|on_[a-z]+|WorkerEntrypoint|DurableObject|WorkflowEntrypoint)\b")


def search(worker: Worker) -> str:
    """The absolute path of the one module that binds a handler.

    Modules that bind `Default` or `on_…` functions come before those that bind other classes of the platform's, a
    module that imports from another before that one, and the main of an environment before what no config names.
    CouldNotRun for none or several.
    """
    from edgewheel.layout.exports import answers
    from edgewheel.layout.handlers import SourceTree

    events, classes = [], []
    for path in candidates(worker):
        base, module = _imported_as(worker, path)
        answering, holding = answers(SourceTree(worker.disk, base), module)
        if answering:
            events.append(path)
        elif holding:
            classes.append(path)
    found = _importing(worker, events or classes)
    found = [path for path in found if path in mains(worker)] or found
    if len(found) == 1:
        return found[0]
    shown = [posixpath.relpath(path, worker.root) for path in found]
    reason = f"several modules bind a handler: {', '.join(f'`{each}`' for each in shown)}" if found else _none(worker)
    example = shown[0] if shown else "src/main.py"
    where = f"in the staging folder `{worker.settings.stage}`" if mains(worker) else "not set"
    raise CouldNotRun(
        f'main is {where}, and {reason}. Name the real entry, in pyproject.toml:\n[tool.edgewheel]\nentry = "{example}"'
    )


def _importing(worker: Worker, paths: list[str]) -> list[str]:
    """Without the modules from which others of the list import."""
    from edgewheel.layout.handlers import SourceTree

    imported = set()
    for path in paths:
        base, module = _imported_as(worker, path)
        tree = SourceTree(worker.disk, base)
        names = tree.names(module)
        ways = [way for bound in names.bound.values() for way in bound] if names else []
        origins = {tree.absolute(module, way.module) for way in ways if way.module} - {module}
        imported |= {posixpath.join(base, *origin.split(".")) for origin in origins}
    return [path for path in paths if path.removesuffix(".py") not in imported] or paths


def candidates(worker: Worker) -> Iterator[str]:
    """The modules directly in the namespace, or else in any top folder and in the root, that name a handler."""
    named = worker.settings.namespace
    folders = (worker.path(named),) if named else (worker.root, *top_folders(worker))
    for folder in folders:
        for each in worker.disk.scan(folder):
            path = posixpath.join(folder, each.name)
            if (
                each.kind in {"file", "link-file"}
                and each.name.endswith(".py")
                and not strip.why(each.name, folder=False)
                and _WORDS.search(worker.disk.read(path))
            ):
                yield path


def _imported_as(worker: Worker, path: str) -> tuple[str, str]:
    folder = posixpath.dirname(path)
    name = posixpath.basename(path).removesuffix(".py")
    if folder == worker.root:
        return folder, name
    package = posixpath.basename(folder)
    return posixpath.dirname(folder), package if name == "__init__" else f"{package}.{name}"


def _none(worker: Worker) -> str:
    where = worker.settings.namespace or ", ".join(
        [posixpath.basename(each) for each in top_folders(worker)] or ["any top folder"]
    )
    return (
        f"no module directly in {where} binds a handler (looked for `Default`, `on_fetch` and its kin, and classes "
        "that derive from `WorkerEntrypoint`, `DurableObject` or `WorkflowEntrypoint`)"
    )
