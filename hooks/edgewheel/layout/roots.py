"""The folders and files from which a Worker's code is found: cheap, no module is parsed."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.layout import strip
from edgewheel.repository.walk import is_output

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.worker import Worker


def is_staged(worker: Worker, path: str) -> bool:
    """Whether an absolute path lies in the staging folder."""
    return path.startswith(f"{worker.path(worker.settings.stage)}/")


def mains(worker: Worker) -> tuple[str, ...]:
    """The absolute paths of main, of the top level and of each environment, or of the chosen one; each once."""
    return tuple(dict.fromkeys(main for main, _ in _deploys(worker)))


def module_roots(worker: Worker) -> tuple[str, ...]:
    """The folders that wrangler walks, of the mains that are the project's own files, not staged ones."""
    return tuple(dict.fromkeys(root for main, root in _deploys(worker) if not is_staged(worker, main)))


def _deploys(worker: Worker) -> Iterator[tuple[str, str]]:
    """main and module root of the top level and of each environment, an environment's own value first."""
    config = worker.config
    named = config.table("env")
    above = posixpath.dirname(config.path)
    for table in [config.data, *named.values()] if worker.env is None else [named.get(worker.env)]:
        own = table if isinstance(table, dict) else {}
        main, base = own.get("main") or config.get("main"), own.get("base_dir") or config.get("base_dir")
        if isinstance(main, str) and main.endswith(".py"):
            path = posixpath.normpath(posixpath.join(above, main))
            root = posixpath.normpath(posixpath.join(above, base)) if isinstance(base, str) else posixpath.dirname(path)
            yield path, root


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
        and not is_output(worker.disk, worker.path(entry.name))
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
