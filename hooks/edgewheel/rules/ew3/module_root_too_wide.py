"""EW310: a module root that is the project's own root."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.repository.walk import OUTPUT, TEST_FOLDERS, is_foreign
from edgewheel.rules.ew3 import walks
from edgewheel.rules.registry import rule
from edgewheel.rules.staging import narrowed
from edgewheel.wrangler.globs import any_match

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.wrangler.config import Config

_OUTPUT = {*OUTPUT, "out"}


@rule("EW310", "worker-wrangler-config")
def module_root_too_wide(deploys: Deploys) -> Iterator[Finding]:
    """A module root that is the project's own root, or that holds what is not the Worker's: virtual environments,
    tests, node_modules, earlier output; or python_modules, which is then counted twice.

    Workers: wrangler uploads every `.py`, `.txt`, `.html`, `.sql`, `.bin` and `.wasm` below the folder of `main` (or
    `base_dir`), whatever folder it is in and whatever git ignores. A root `main.py` sweeps in `.venv-workers`
    with a second copy of every dependency.

    Fix: let `edgewheel stage` write the Worker's own files to a folder, and point `main` there; no import changes.

    Bad:
        main = "src/main.py"
        base_dir = "."

    Good:
        main = "build/worker/worker.py"

        [build]
        command = "edgewheel stage"
        watch_dir = "src"
    """
    for deploy in deploys:
        only_main = deploy.config.find_additional_modules is False and deploy.behavior.find_modules_optional
        if only_main or deploy.target or not deploy.worker.disk.is_file(deploy.config.main_path):
            continue
        swept = _swept(deploy)
        root = _is_project(deploy)
        if root or swept:
            yield Finding(_message(deploy, swept, root=root), _place(deploy.config), _cure(deploy, swept))


def _is_project(deploy: Deploy) -> bool:
    return deploy.worker.disk.is_file(posixpath.join(deploy.config.module_root, "pyproject.toml"))


def _place(config: Config) -> Place:
    return config.place("base_dir" if config.base_dir else "main")


def _message(deploy: Deploy, swept: dict[str, int], *, root: bool) -> str:
    shown = posixpath.relpath(deploy.config.module_root, deploy.worker.root)
    what = ", ".join(f"`{folder}/` ({count:,} {'file' if count == 1 else 'files'})" for folder, count in swept.items())
    name = "the project's root" if root else "the config's own folder" if shown == "." else f"`{shown}/`"
    if not swept:
        return f"the module root is {name}: every `.py` or `.txt` in it is uploaded, `.venv-workers` included"
    message = f"the module root is {name}: {what} {'is' if len(swept) == 1 else 'are'} uploaded with the Worker"
    if "python_modules" in swept:
        message += ", python_modules twice"
    return message


def _cure(deploy: Deploy, swept: dict[str, int]) -> str:
    """What is foreign in the Worker's folder moves out; where the project itself is the root, the root is narrowed."""
    if deploy.config.module_root != deploy.worker.root:
        return " && ".join(_moved(deploy, folder) for folder in swept)
    is_uploaded = any_match(each.glob for each in walks.patterns(deploy.active))
    names = [name for name in deploy.module_names if is_uploaded(name)]
    return narrowed(deploy, (name for name in names if not _is_aside(deploy, name)))


def _is_aside(deploy: Deploy, name: str) -> bool:
    """Whether an uploaded file is not the Worker's own."""
    folder = name.rpartition("/")[0]
    return name.startswith(".") or bool(folder and _foreign(deploy, folder))


def _moved(deploy: Deploy, folder: str) -> str:
    """The command that takes a foreign folder out of the module root."""
    source = posixpath.relpath(posixpath.join(deploy.config.module_root, folder), deploy.worker.root)
    if posixpath.basename(folder) not in TEST_FOLDERS:
        return f"rm -r {source}"
    taken = deploy.worker.disk.kind(deploy.worker.path("tests")) is not None
    return f"mv {source} tests{f'/{posixpath.basename(deploy.config.module_root)}' if taken else ''}"


def _swept(deploy: Deploy) -> dict[str, int]:
    """The folders below the module root that are not the Worker's, with the number of files that are uploaded."""
    is_uploaded = any_match(each.glob for each in walks.patterns(deploy.active))
    found: dict[str, int] = {}
    known: dict[str, str] = {}
    for name in deploy.module_names:
        folder = name.rpartition("/")[0]
        if folder not in known:
            known[folder] = _foreign(deploy, folder)
        if known[folder] and is_uploaded(name):
            found[known[folder]] = found.get(known[folder], 0) + 1
    return found


def _foreign(deploy: Deploy, folder: str) -> str:
    """The outermost folder on the way down that is not the Worker's, "" where all are."""
    at = ""
    for depth, part in enumerate(folder.split("/") if folder else ()):
        at = f"{at}/{part}" if at else part
        path = posixpath.join(deploy.config.module_root, at)
        # of compiled files EW402 tells
        if part not in {"python_modules", "__pycache__"} and is_foreign(
            deploy.worker.disk, posixpath.dirname(path), part
        ):
            return at
        if not depth and part == "python_modules" and deploy.config.module_root == deploy.config.project_root:
            return at
        if not depth and part in TEST_FOLDERS and not _imports(deploy, part):
            return at
        if not depth and part in _OUTPUT and not deploy.worker.disk.is_file(posixpath.join(path, "__init__.py")):
            return at
    return ""


def _imports(deploy: Deploy, folder: str) -> bool:
    """Whether a module of the Worker's own imports a folder by its name, as a Worker that runs its tests does."""
    import re

    statement = re.compile(rf"^\s*(?:from|import)\s+(?:[\w.]+\.)?{folder}\b".encode(), re.MULTILINE)
    for name in deploy.module_names:
        if name.endswith(".py") and not name.startswith((f"{folder}/", "python_modules/", ".", "node_modules/")):
            path = posixpath.join(deploy.config.module_root, name)
            if deploy.worker.disk.is_file(path) and statement.search(deploy.worker.disk.read(path)):
                return True
    return False
