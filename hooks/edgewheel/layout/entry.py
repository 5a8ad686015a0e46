"""Where the Worker's own entry is, and the folder whose name stays in its imports.

The entry is `[tool.edgewheel] entry`; else wrangler's main, where that is not the staged one; else the one module,
directly in the namespace or in a top folder of the project or in the project's root, that binds a handler.
The namespace is `[tool.edgewheel] namespace` (of a nested path the last name stays: `packages/forge` is imported as
`forge`); else the top folder of the entry. An entry in the project's root is shipped beside the namespace, which
then is `src`, or the only folder with modules.
"""

from __future__ import annotations

import keyword
import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.layout.roots import has_modules, is_staged, mains, top_folders

if TYPE_CHECKING:
    from edgewheel.repository.worker import Worker

#: The name of the generated entry, in the staging folder and in the wheel.
WORKER = "worker.py"


class Source(NamedTuple):
    """The entry and the folder of the namespace as absolute paths; `module` is the entry's dotted name."""

    entry: str
    folder: str
    module: str

    @property
    def namespace(self) -> str:
        """The name that stays in imports."""
        return posixpath.basename(self.folder)

    @property
    def base(self) -> str:
        """The folder that becomes the module root: imports start in it."""
        return posixpath.dirname(self.folder)


def locate(worker: Worker) -> Source:
    """CouldNotRun, with the line to paste, where the entry or the namespace cannot be told."""
    entry = _set(worker) or _main(worker)
    if not entry:
        from edgewheel.layout.search import search

        entry = search(worker)
    folder = namespace_of(worker, entry)
    module = _module(worker, entry, folder)
    source = Source(entry, folder, module)
    clash = WORKER.removesuffix(".py")
    if clash in {source.namespace, module}:
        raise CouldNotRun(
            f"`{_shown(worker, entry if module == clash else folder)}` has the name of the generated entry "
            f"`{WORKER}`: the two would stand for one module. Rename it"
        )
    return source


def _set(worker: Worker) -> str:
    written = worker.settings.entry
    if not written:
        return ""
    if not written.endswith(".py") or not worker.disk.is_file(path := worker.path(written)):
        raise CouldNotRun(
            f"`[tool.edgewheel] entry` names `{written}`, which is not a `.py` file in the Worker's folder"
        )
    return path


def _main(worker: Worker) -> str:
    """The first main that is the project's own; "" where the top level's is staged, or where there is none."""
    named = mains(worker)
    if not named or is_staged(worker, named[0]):
        return ""
    for path in named:
        if not is_staged(worker, path) and worker.disk.is_file(path):
            return path
    raise CouldNotRun(
        f"main is `{_shown(worker, named[0])}`, which does not exist: there is nothing that the generated `{WORKER}` "
        'could re-export. Name the real entry, in pyproject.toml:\n[tool.edgewheel]\nentry = "src/main.py"'
    )


def namespace_of(worker: Worker, entry: str) -> str:
    """The absolute path of the namespace's folder, from the setting or from the entry's place."""
    if written := worker.settings.namespace:
        folder = worker.path(written)
        if not worker.disk.is_dir(folder):
            raise CouldNotRun(
                f"`[tool.edgewheel] namespace` names `{written}`, which is not a folder in `{worker.root}`"
            )
        return folder
    parts = posixpath.relpath(entry, worker.root).split("/")
    if parts[0] == "..":
        raise CouldNotRun(
            f"the entry `{entry}` is outside the Worker's folder `{worker.root}`: what is not below it is not shipped"
        )
    return worker.path(parts[0]) if len(parts) > 1 else _beside(worker, entry)


def _beside(worker: Worker, entry: str) -> str:
    found = [folder for folder in top_folders(worker) if has_modules(worker, folder)]
    preferred = [folder for folder in found if posixpath.basename(folder) == "src"] or found
    if len(preferred) == 1:
        return preferred[0]
    reason = "no folder with modules" if not found else f"several: {', '.join(_shown(worker, each) for each in found)}"
    raise CouldNotRun(
        f"the entry `{_shown(worker, entry)}` is in the Worker's folder itself, and there is {reason}. "
        "Name the folder whose name stays in imports, in pyproject.toml:\n"
        '[tool.edgewheel]\nnamespace = "src"'
    )


def _module(worker: Worker, entry: str, folder: str) -> str:
    base = posixpath.dirname(folder)
    if not entry.startswith(f"{folder}/") and posixpath.dirname(entry) != base:
        raise CouldNotRun(
            f"the entry `{_shown(worker, entry)}` is neither below the namespace `{_shown(worker, folder)}` "
            "nor beside it, so the upload would not carry it. Name the folder that holds it, in pyproject.toml:\n"
            f'[tool.edgewheel]\nnamespace = "{_shown(worker, entry).split("/", maxsplit=1)[0]}"'
        )
    parts = posixpath.relpath(entry, base).removesuffix(".py").split("/")
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    for part in parts:
        if not part.isidentifier() or keyword.iskeyword(part):
            raise CouldNotRun(
                f"the entry `{_shown(worker, entry)}` cannot be imported: `{part}` is not a module name. Rename it"
            )
    return ".".join(parts)


def _shown(worker: Worker, path: str) -> str:
    return posixpath.relpath(path, worker.root)
