"""Which Workers stand below a folder, and which one a command for one Worker is about."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun
from edgewheel.worker.disk import Disk
from edgewheel.worker.model import CONFIG_NAMES, Worker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.text.document import Document

#: Folders that hold other people's files, whatever git says of them.
_FOREIGN = {
    "node_modules",
    "python_modules",
    "site-packages",
    "__pycache__",
    ".git",
    ".hg",
    ".svn",
    ".wrangler",
    ".tox",
    ".nox",
}


def absolute(path: str) -> str:
    """A user's path as an absolute posix path, `..` resolved by name."""
    return os.path.abspath(path).replace(os.sep, "/")


def find(paths: Sequence[str], *, env: str | None = None) -> list[Worker]:
    """The Workers in and below the given folders, each once, in the order of their paths.

    With `env` they are judged in that environment only; CouldNotRun where one does not have it.
    """
    disk = Disk()
    found: dict[str, Worker] = {}
    for given in paths:
        top = absolute(given)
        kind = disk.kind(top)
        if kind is None:
            raise CouldNotRun(f"`{given}` does not exist")
        if kind != "dir":
            top = posixpath.dirname(top)
        for folder in _unignored(top, list(_candidates(disk, top))):
            found.setdefault(folder, Worker(folder, disk=disk, repository=repository(disk, folder), env=env))
    workers = [found[folder] for folder in sorted(found) if _is_python(found[folder])]
    for worker in workers if env is not None else ():
        if worker.config.problem is None and env not in worker.config.get("env", default={}):
            raise CouldNotRun(f"`{env}` is no environment of `{worker.config.path}`")
    return workers


def find_one(path: str, *, config: str = "") -> Worker:
    """The Worker whose config wrangler would take from a folder: there or above it, else the one below."""
    disk = Disk()
    top = absolute(path)
    if not disk.is_dir(top):
        raise CouldNotRun(f"`{path}` is not a folder")
    if config:
        file = posixpath.normpath(posixpath.join(top, config.replace(os.sep, "/")))
        if not disk.is_file(file):
            raise CouldNotRun(f"`{config}` does not exist: wrangler would find no config")
        folder = posixpath.dirname(file)
        return Worker(folder, disk=disk, config=file, repository=repository(disk, folder))
    for name in CONFIG_NAMES:
        folder = top
        while True:
            if disk.is_file(posixpath.join(folder, name)):
                return Worker(folder, disk=disk, repository=repository(disk, folder))
            if folder == posixpath.dirname(folder):
                break
            folder = posixpath.dirname(folder)
    below = find([path])
    if len(below) == 1:
        return below[0]
    if not below:
        raise CouldNotRun(
            f"no Worker in `{path}`: no wrangler config there, above it or below it names a `.py` as main"
        )
    names = ", ".join(f"`{posixpath.relpath(worker.root, top)}`" for worker in below)
    raise CouldNotRun(f"several Workers below `{path}`: name one of {names}")


def repository(disk: Disk, folder: str) -> str:
    """The nearest folder upwards that holds `.git`; "" outside a repository."""
    while True:
        if disk.kind(posixpath.join(folder, ".git")) is not None:
            return folder
        if folder == posixpath.dirname(folder):
            return ""
        folder = posixpath.dirname(folder)


def _candidates(disk: Disk, folder: str) -> Iterator[str]:
    entries = disk.scan(folder)
    if any(entry.name in CONFIG_NAMES and entry.kind in {"file", "link-file"} for entry in entries):
        yield folder
    for entry in entries:
        if entry.kind == "dir" and entry.name not in _FOREIGN and not entry.name.startswith(".venv"):
            below = posixpath.join(folder, entry.name)
            if not disk.is_file(posixpath.join(below, "pyvenv.cfg")):
                yield from _candidates(disk, below)


def _unignored(top: str, folders: list[str]) -> list[str]:
    """Without the folders that git ignores; the named folder itself always counts."""
    below = [folder for folder in folders if folder != top]
    if not below:
        return folders
    import subprocess

    try:
        answer = subprocess.run(
            ["git", "-C", top, "check-ignore", "-z", "--stdin"],
            input="\0".join(below).encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
        )
    except OSError:  # no git here, so nothing is ignored
        return folders
    ignored = set(answer.stdout.decode("utf-8", "surrogateescape").split("\0"))
    return [folder for folder in folders if folder not in ignored]


def _is_python(worker: Worker) -> bool:
    """Whether main is a `.py` in any env; a config that cannot be parsed is judged where it says `.py`."""
    return any(_names_python(worker.document(path)) for path in worker.config_paths)


def _names_python(config: Document) -> bool:
    if config.problem is not None:
        return ".py" in config.text
    environments = config.get("env", default={})
    tables = [config.data, *(environments.values() if isinstance(environments, dict) else ())]
    return any(
        isinstance(main, str) and main.endswith(".py")
        for table in tables
        if isinstance(table, dict)
        for main in (table.get("main"), _upload_main(table))
    )


def _upload_main(table: dict[str, object]) -> object:
    """main inside `[build.upload]`: read by nobody since wrangler 2, and a Python Worker in its owner's eyes."""
    build = table.get("build")
    upload = build.get("upload") if isinstance(build, dict) else None
    return upload.get("main") if isinstance(upload, dict) else None
