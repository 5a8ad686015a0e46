"""Paths that git ignores and that a glob would match: a step before the deploy may make them, so nothing is missing."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from edgewheel.wrangler.globs import compile_glob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy

_WILD = re.compile(r"\*+|\?")
_HARD = re.compile(r"[\[\]\\]")


def may_come(deploy: Deploy, glob: str) -> bool:
    """Whether git ignores a path that is not there and that the glob would match: one below a folder that the glob
    names, one that an ignore file names, or one that the code opens.
    """
    git, root = deploy.worker.git, deploy.source_root
    if not git.top:
        return False
    if any(git.rule(f"{root}/{name}") for name in _heads(deploy, root, glob)):
        return True
    matches = compile_glob(glob).matches
    names = {name for name in _in_ignore_files(deploy, root, glob) if matches(name)}
    names = names or {name for name in _opened(deploy) if matches(name)}
    return any(git.rule(f"{root}/{name}") for name in names if not deploy.worker.disk.is_file(f"{root}/{name}"))


def _heads(deploy: Deploy, root: str, glob: str) -> Iterator[str]:
    """The folders that the glob names and that are not there, and the file that it names; folders end with `/`."""
    literal = glob.removeprefix("**/").partition("*")[0]
    for at in (index for index, character in enumerate(literal) if character == "/"):
        if literal[:at] and deploy.worker.disk.kind(f"{root}/{literal[:at]}") is None:
            yield literal[: at + 1]
    if literal == glob and glob:
        yield glob


def _in_ignore_files(deploy: Deploy, root: str, glob: str) -> Iterator[str]:
    """A name, relative to the root, for each line of the ignore files that names files."""
    head = posixpath.dirname(glob.partition("*")[0])
    for folder in _folders(deploy, root, head):
        file = f"{folder}/.gitignore"
        text = deploy.worker.disk.read(file) if deploy.worker.disk.is_file(file) else b""
        for line in text.decode("utf-8", "replace").splitlines():
            pattern = line.strip()
            if not pattern or pattern[0] in "#!" or pattern.endswith("/") or _HARD.search(pattern):
                continue
            name = _WILD.sub("x", pattern.removeprefix("**/"))
            if "/" in name:
                yield posixpath.relpath(posixpath.join(folder, name.lstrip("/")), root)
            else:
                yield from dict.fromkeys((name, posixpath.join(head, name)))


def _folders(deploy: Deploy, root: str, head: str) -> Iterator[str]:
    """The folders whose ignore files count for a folder below the root, that one first."""
    folder, top = posixpath.join(root, head).rstrip("/"), deploy.worker.git.top
    while f"{folder}/".startswith(f"{top}/"):
        yield folder
        folder = posixpath.dirname(folder)


def _opened(deploy: Deploy) -> Iterator[str]:
    """The names, as of modules, of the files that the reached code opens beside itself."""
    from edgewheel.sources import paths
    from edgewheel.sources.written import WRITING

    if deploy.carried.error is not None or not deploy.carried.modules:
        return
    for name, _ in deploy.own("opened"):
        for found in deploy.sources.whole(name).opened:
            if found.how not in WRITING and (inside := paths.resolve(found.path, name)):
                yield inside
