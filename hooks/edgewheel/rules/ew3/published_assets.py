"""EW321: an assets folder that publishes more than assets, or holds a file that is too large."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun, Finding, Place
from edgewheel.rules.registry import rule
from edgewheel.wrangler.config import raw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.repository.disk import Disk

#: facts: wrangler uploads all below the folder but these, and what `.assetsignore` names
_UNREAD = frozenset((".assetsignore", "_redirects", "_headers"))
_LARGEST = 25 * 2**20
_SECRETS = r"\.(?:env|dev\.vars)(?:\..+)?|id_(?:rsa|dsa|ecdsa|ed25519)|\.netrc|\.pypirc|\.npmrc|.*\.(?:p12|pfx)"
_SOURCE = "Python source"
_EXAMPLES = (".example", ".sample", ".template")
_CONFIGS = r"wrangler\.(?:toml|jsonc?)|pyproject\.toml|uv\.lock|pylock\.toml|requirements[^/]*\.txt"
#: Folders that are one thing, whatever is in them -> what it is.
_FOLDERS = {
    "python_modules": "vendored packages",
    "node_modules": "packages for Node",
    ".git": "the repository's history",
    ".wrangler": "wrangler's own files",
    ".venv": "a virtual environment",
    ".venv-workers": "a virtual environment",
    "__pycache__": "compiled files",
}


class _Stray(NamedTuple):
    """A file or a folder (ending with `/`) by its name below the assets, and what it is."""

    name: str
    kind: str


@rule("EW321", "worker-wrangler-config")
def published_assets(deploys: Deploys) -> Iterator[Finding]:
    """An assets folder that publishes more than assets: `.env`, `.dev.vars`, configs, Python sources, python_modules.
    Or one that holds a file over 25 MiB.

    Workers: wrangler uploads every file below `assets.directory` and serves it to everybody, with `directory = "."`
    also secrets and the Worker's own code; only `.assetsignore`, `_redirects` and `_headers` stay behind, and what
    `.assetsignore` names. At a file over 25 MiB it stops.

    Fix: point `assets.directory` to a folder that holds assets only, or name the rest in `.assetsignore` there.

    Bad:
        [assets]
        directory = "."

    Good:
        [assets]
        directory = "public"
    """
    seen: set[str] = set()
    for deploy in deploys:
        config = deploy.config
        assets = raw(config, "assets")
        given = assets.get("directory") if isinstance(assets, dict) else None
        if not isinstance(given, str) or not given:
            continue
        folder = posixpath.normpath(posixpath.join(posixpath.dirname(config.config_path), given))
        if folder not in seen and deploys.disk.is_dir(folder):
            seen.add(folder)
            yield from _judged(deploys, folder, given, config.place("assets", "directory"))


def _judged(deploys: Deploys, folder: str, given: str, place: Place) -> Iterator[Finding]:
    disk = deploys.disk
    strays, large = [], []
    for name, kind in _below(disk, folder, _ignored(disk, folder)):
        if kind:
            strays.append(_Stray(name, kind))
        elif _size(disk, f"{folder}/{name}") > _LARGEST:
            large.append(name)
    if strays:
        secret = [each for each in strays if each.kind == "a secret"]
        first, *more = [*secret, *(each for each in strays if each not in secret)]
        others = f" and {len(more):,} more" if more else ""
        message = (
            f"`assets.directory` is `{given}`, which holds `{first.name}` ({first.kind}){others}: wrangler uploads "
        )
        message += "them, and everybody can read them" if more else "it, and everybody can read it"
        path = posixpath.relpath(f"{folder}/.assetsignore", deploys.worker.root)
        lines = dict.fromkeys(_pattern(each) for each in (first, *more))
        # a page may run Python of its own: what is not the Worker's is only doubtful
        own = any(each.config.main_path.startswith(f"{folder}/") for each in deploys)
        level = "" if own or any(each.kind != _SOURCE for each in strays) else "warning"
        yield Finding(message, place, "\n".join([f"# {path}", *lines]), level)
    for name in large:
        size = _size(disk, f"{folder}/{name}") / 2**20
        message = (
            f"`{name}` in `{given}` is {size:,.1f} MiB: wrangler stops with `Asset too large`, the limit is 25 MiB"
        )
        path = posixpath.relpath(f"{folder}/.assetsignore", deploys.worker.root)
        yield Finding(message, Place(f"{folder}/{name}"), f"# {path}, and serve it from R2\n/{name}")


def _pattern(stray: _Stray) -> str:
    """The line of `.assetsignore` that leaves it and its like out."""
    base = posixpath.basename(stray.name.rstrip("/"))
    if stray.kind == _SOURCE:
        return "*.py"
    return f"{base}/" if stray.name.endswith("/") else base


def _below(disk: Disk, top: str, ignored: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """The files that are published, by name below the folder, with what is no asset told ("" for an asset); what is
    told of a folder as a whole is not told of what is in it.
    """
    folders = [""]
    while folders:
        folder = folders.pop()
        for entry in disk.scan(posixpath.join(top, folder) if folder else top):
            name = f"{folder}/{entry.name}" if folder else entry.name
            if entry.kind == "dir":
                if ignored(f"{name}/"):
                    continue
                if entry.name in _FOLDERS or disk.is_file(f"{top}/{name}/pyvenv.cfg"):
                    yield f"{name}/", _FOLDERS.get(entry.name, "a virtual environment")
                else:
                    folders.append(name)
            elif not ignored(name) and name not in _UNREAD:
                yield name, _kind(entry.name)


def _kind(name: str) -> str:
    if re.fullmatch(_SECRETS, name) and not name.endswith(_EXAMPLES):
        return "a secret"
    if re.fullmatch(_CONFIGS, name):
        return "a config"
    return _SOURCE if name.endswith((".py", ".pyc")) else ""


def _size(disk: Disk, path: str) -> int:
    try:
        return disk.size(path)
    except CouldNotRun:  # a link that leads nowhere
        return 0


def _ignored(disk: Disk, folder: str) -> Callable[[str], bool]:
    """What `.assetsignore` leaves out. facts: wrangler reads it as a .gitignore"""
    path = f"{folder}/.assetsignore"
    if not disk.is_file(path):
        return lambda _: False
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines(disk.read(path).decode("utf-8", "replace").splitlines())
    return lambda name: bool(spec.match_file(name))
