"""The folders and files from which a Worker's code is found: cheap, no module is parsed."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.layout import strip

if TYPE_CHECKING:
    from edgewheel.worker.model import Worker


def is_staged(worker: Worker, path: str) -> bool:
    """Whether an absolute path lies in the staging folder."""
    return path.startswith(f"{worker.path(worker.settings.stage)}/")


def mains(worker: Worker) -> tuple[str, ...]:
    """The absolute paths of main, of the top level and of each environment, or of the chosen one; each once."""
    config = worker.config
    tables = config.get("env", default={})
    named = tables if isinstance(tables, dict) else {}
    chosen = [None, *named] if worker.env is None else [worker.env]
    found = []
    for name in chosen:
        table = named.get(name) if name is not None else None
        main = (table.get("main") if isinstance(table, dict) else None) or config.get("main")
        if isinstance(main, str) and main.endswith(".py"):
            found.append(posixpath.normpath(posixpath.join(posixpath.dirname(config.path), main)))
    return tuple(dict.fromkeys(found))


def top_folders(worker: Worker) -> tuple[str, ...]:
    """The folders in the Worker's own that may hold its code, as absolute paths."""
    stage = worker.settings.stage.split("/", maxsplit=1)[0]
    return tuple(
        worker.path(entry.name)
        for entry in worker.disk.scan(worker.root)
        if entry.kind in {"dir", "link-dir"}
        and entry.name.isidentifier()
        and entry.name != stage
        and not strip.why(entry.name, folder=True)
        and not worker.disk.is_file(worker.path(entry.name, "pyvenv.cfg"))
    )


def has_modules(worker: Worker, folder: str) -> bool:
    """Whether a folder holds a module of the project's, directly or deeper."""
    entries = worker.disk.scan(folder)
    if any(entry.name.endswith(".py") and not strip.why(entry.name, folder=False) for entry in entries):
        return True
    return any(
        has_modules(worker, posixpath.join(folder, entry.name))
        for entry in entries
        if entry.kind == "dir" and not strip.why(entry.name, folder=True)
    )
