"""Which Workers stand below a folder, and which one a command for one Worker is about."""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.documents.document import parse
from edgewheel.documents.paths import absolute, relative
from edgewheel.findings import CouldNotRun
from edgewheel.repository.checkout import Checkout
from edgewheel.repository.disk import Disk, repository
from edgewheel.repository.walk import is_foreign
from edgewheel.repository.worker import CONFIG_NAMES, Worker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.documents.document import Document

#: Where a build tool names the config that wrangler is to take in the place of the user's.
REDIRECT = ".wrangler/deploy/config.json"
#: The script of a Worker in JavaScript or TypeScript.
_SCRIPT = r"\.[cm]?[jt]sx?\b"


class Found(NamedTuple):
    """The Workers of a search, and those that were passed over because they lack the environment."""

    workers: list[Worker]
    passed_over: list[Worker]


def find(paths: Sequence[str], *, env: str | None = None, keep: bool = False) -> list[Worker]:
    """The Workers in and below the given folders, each once, in the order of their paths, as `search` has them."""
    return search(paths, env=env, keep=keep).workers


def search(paths: Sequence[str], *, env: str | None = None, keep: bool = False) -> Found:
    """The Workers in and below the given folders, each once, in the order of their paths.

    With `env` they are judged in that environment only, and those that lack it are passed over; CouldNotRun where all
    do. `keep`: what is known of the Python files comes from the user's cache, and `disk.save()` puts it there.
    """
    checkout = Checkout()
    disk = checkout.disk
    found: dict[str, Worker] = {}
    for given in paths:
        top = absolute(given)
        kind = disk.kind(top)
        if kind is None:
            raise CouldNotRun(f"`{given}` does not exist")
        if kind != "dir":
            top = posixpath.dirname(top)
        if keep and not disk.project:
            disk.project = repository(disk, top) or top
        for folder in _unignored(top, list(_candidates(disk, top))):
            worker = Worker(folder, checkout=checkout, repository=repository(disk, folder), env=env, top=top)
            found.setdefault(folder, worker)
    workers = [found[folder] for folder in sorted(found) if _is_python(found[folder])]
    passed_over = [worker for worker in workers if not has(worker, env)]
    if passed_over and len(passed_over) == len(workers):
        if len(workers) == 1:
            known(workers[0], env)
        raise CouldNotRun(f"none of the {len(workers)} Workers has an environment `{env}`")
    return Found([worker for worker in workers if has(worker, env)], passed_over)


def known(worker: Worker, env: str | None) -> None:
    """CouldNotRun for an environment that the config lacks; an empty one is the top level, as for wrangler."""
    if not has(worker, env):
        names = ", ".join(f"`{name}`" for name in worker.config.table("env")) or "none"
        raise CouldNotRun(f"`{relative(worker.config.path)}` has no environment `{env}` (it has {names})")


def has(worker: Worker, env: str | None) -> bool:
    """Whether a config has an environment; one that cannot be parsed is not asked."""
    return not env or worker.config.problem is not None or env in worker.config.table("env")


def find_one(path: str, *, config: str = "", script: str = "") -> Worker:
    """The Worker whose config wrangler would take when it runs in a folder: there or above it, else the one below.

    `config` and `script` are wrangler's arguments, relative to the folder; a script's own folder is where the search
    begins. The Worker's root is the folder of the config that the user wrote, also where a build tool redirects
    wrangler to one of its own.
    """
    disk = Disk()
    top = absolute(path)
    if not disk.is_dir(top):
        raise CouldNotRun(f"`{path}` is not a folder")
    if config:
        file = absolute(os.path.join(top, config))
        if not disk.is_file(file):
            raise CouldNotRun(f"`{config}` does not exist: wrangler would find no config")
        folder = posixpath.dirname(file)
        return Worker(folder, disk=disk, config=file, config_given=config, repository=repository(disk, folder))
    start = posixpath.dirname(absolute(os.path.join(top, script))) if script else top
    user = next(filter(None, (find_up(disk, start, name) for name in CONFIG_NAMES)), "")
    if redirected := _redirect(disk, start, user, top):
        folder = posixpath.dirname(user) if user else top
        return Worker(folder, disk=disk, config=redirected, repository=repository(disk, folder), redirected=True)
    if user:
        folder = posixpath.dirname(user)
        return Worker(folder, disk=disk, config=user, repository=repository(disk, folder))
    below = find([path])
    if len(below) == 1:
        return below[0]
    if not below:
        raise CouldNotRun(
            f"no Worker in `{path}`: no wrangler config there, above it or below it names a `.py` as main"
        )
    names = ", ".join(f"`{posixpath.relpath(worker.root, top)}`" for worker in below)
    raise CouldNotRun(f"several Workers below `{path}`: name one of {names}")


def find_up(disk: Disk, folder: str, name: str) -> str:
    """The nearest file of that name in a folder or above it; "" where there is none."""
    while True:
        if disk.is_file(found := posixpath.join(folder, name)):
            return found
        if folder == posixpath.dirname(folder):
            return ""
        folder = posixpath.dirname(folder)


def redirected(worker: Worker) -> Worker | None:
    """The Worker as wrangler deploys it where a build tool has put a config in the place of the user's, beside it;
    CouldNotRun, in wrangler's words, for a redirect that leads nowhere.
    """
    if worker.redirected or worker.config_given or not worker.disk.is_file(worker.path(REDIRECT)):
        return None
    path = _redirect(worker.disk, worker.root, worker.config.path, worker.root)
    return Worker(worker.root, disk=worker.disk, config=path, repository=worker.repository, redirected=True)


def _redirect(disk: Disk, start: str, user: str, cwd: str) -> str:
    """The config that a build tool has put in the place of the user's; CouldNotRun, in wrangler's words, for a
    redirect that leads nowhere. facts: wrangler 4.42.2 to 4.164.0
    """
    if not (deploy := find_up(disk, start, REDIRECT)):
        return ""
    shown = posixpath.relpath(deploy, cwd)
    content = disk.read(deploy)
    target = parse(f"{deploy}c", content).get("configPath")
    if not isinstance(target, str) or not target:
        raise CouldNotRun(
            f'A deploy configuration file was found at "{shown}".\n'
            'But this is not valid - the required "configPath" property was not found.\n'
            f"Instead this file contains:\n```\n{content.decode('utf-8', 'replace')}\n```"
        )
    redirected = posixpath.normpath(posixpath.join(posixpath.dirname(deploy), target))
    if disk.kind(redirected) in {None, "link-broken"}:
        raise CouldNotRun(
            f'There is a deploy configuration at "{shown}".\n'
            "But the redirected configuration path it points to, "
            f'"{posixpath.relpath(redirected, cwd)}", does not exist.'
        )
    if user and posixpath.join(posixpath.dirname(user), REDIRECT) != deploy:
        raise CouldNotRun(
            f'Found both a user configuration file at "{posixpath.relpath(user, cwd)}"\n'
            f'and a deploy configuration file at "{shown}".\n'
            "But these do not share the same base path so it is not clear which should be used."
        )
    return redirected


def _candidates(disk: Disk, folder: str) -> Iterator[str]:
    entries = disk.scan(folder)
    if any(entry.name in CONFIG_NAMES and entry.kind in {"file", "link-file"} for entry in entries):
        yield folder
    for entry in entries:
        if entry.kind == "dir" and not is_foreign(disk, folder, entry.name):
            yield from _candidates(disk, posixpath.join(folder, entry.name))


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
    """Whether main is a `.py` in any env. A config that cannot be parsed is judged where it says `.py`, or where it
    names no script of another language and stands beside Python code: it is a Worker's, whose deploy stops.
    """
    return any(_names_python(worker, worker.document(path)) for path in worker.config_paths)


def _names_python(worker: Worker, config: Document) -> bool:
    if config.problem is not None:
        text = config.text.replace("\0", "")  # UTF-16, as Windows' PowerShell writes it
        return ".py" in text or (not re.search(_SCRIPT, text) and _has_python(worker))
    tables = [config.data, *config.table("env").values()]
    return any(
        isinstance(main, str) and main.endswith(".py")
        for table in tables
        if isinstance(table, dict)
        for main in (table.get("main"), _upload_main(table))
    )


def _has_python(worker: Worker) -> bool:
    """Whether Python code, or its project, stands beside a config."""
    entries = [entry for folder in (worker.root, worker.path("src")) for entry in worker.disk.scan(folder)]
    return any(entry.name == "pyproject.toml" or entry.name.endswith(".py") for entry in entries)


def _upload_main(table: dict[str, object]) -> object:
    """main inside `[build.upload]`: read by nobody since wrangler 2, and a Python Worker in its owner's eyes."""
    build = table.get("build")
    upload = build.get("upload") if isinstance(build, dict) else None
    return upload.get("main") if isinstance(upload, dict) else None
