"""EW406: symbolic links that stop wrangler, or that it passes over."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.documents.paths import quoted
from edgewheel.findings import Finding, Place
from edgewheel.repository.walk import BadLink
from edgewheel.rules.ew3 import walks
from edgewheel.rules.registry import rule
from edgewheel.wrangler.globs import any_match, compile_glob
from edgewheel.wrangler.trees import ROOT, spot
from edgewheel.wrangler.walk import Found, Refused, as_node, files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.repository.worker import Worker

_LINKS = {"link-dir", "link-broken"}


@rule("EW406", "worker-bundle")
def symbolic_link(deploys: Deploys) -> Iterator[Finding]:
    """A symbolic link that aborts wrangler, or whose folder is silently lost; or a file whose name it cannot read back.

    Workers: wrangler does not enter a linked folder. In python_modules, and where a glob matches its name, it stops
    with `EISDIR: illegal operation on a directory`; elsewhere the modules behind the link are missing in the upload. A
    link that leads nowhere stops it where a glob matches it, and so does a name with a backslash or with bytes that are
    no UTF-8.

    Fix: put the folder itself there, or let `edgewheel stage` write the files: it follows links.

    Bad:
        src/shared -> ../shared

    Good:
        src/shared/__init__.py
    """
    worker = deploys.worker
    for deploy in deploys.uploads(refused=True):
        if not deploy.target:
            yield from _in_root(deploy)
        elif isinstance(fault := deploys.layout_fault, BadLink):
            yield Finding(_relative(worker, fault), Place(fault.path), _unlinked(worker, fault.path))
        yield from _in_vendored(deploy)
        yield from _misread(worker, deploy)


def _in_root(deploy: Deploy) -> Iterator[Finding]:
    matches = any_match(each.glob for each in walks.patterns(deploy.active))
    for name, path, kind in _links(deploy.worker, deploy.config.module_root, f"{deploy.config.project_root}/.wrangler"):
        if matches(name):
            yield _stops(deploy.worker, path, kind)
        elif kind == "link-dir" and spot(f"{name}/x").tree == ROOT and (modules := _modules(deploy.worker, path)):
            shown = posixpath.relpath(path, deploy.worker.root)
            number = f"{modules:,} module{'' if modules == 1 else 's'}"
            message = f"`{shown}` is a link to a folder, which wrangler does not enter: {number} behind it "
            message += f"{'is' if modules == 1 else 'are'} not uploaded"
            yield Finding(message, Place(path), _replaced(shown))


def _relative(worker: Worker, fault: BadLink) -> str:
    """What is wrong with a link, its path as people write it."""
    return str(fault).partition(". ")[0].replace(f"`{fault.path}`", f"`{worker.shown(fault.path)}`")


def _unlinked(worker: Worker, path: str) -> str:
    """The command that takes a link away; for main, which must be there, what to do."""
    shown = quoted(worker.shown(path))
    if worker.config.get("main") == worker.shown(path):
        return f"put the file itself in the place of the link `{worker.shown(path)}`"
    return f"rm {shown}"


def _in_vendored(deploy: Deploy) -> Iterator[Finding]:
    excluded = any_match(compile_glob(glob) for glob in deploy.config.exclude)
    for name, path, kind in _links(deploy.worker, f"{deploy.config.project_root}/python_modules", ""):
        if kind == "link-dir" or not excluded(name):  # a folder is read before excludes are asked
            yield _stops(deploy.worker, path, kind)


def _misread(worker: Worker, deploy: Deploy) -> Iterator[Finding]:
    """The file or folder whose name wrangler reads differently, where it stops for that."""
    error = deploy.upload.error
    if error is None:
        return
    for top in (deploy.config.module_root, f"{deploy.config.project_root}/python_modules"):
        for name in _names(worker, top, ""):
            seen = as_node(name)
            if seen != name and any(f"{top}/{seen}{end}" in f"{error}\n" for end in "'\n"):
                shown = posixpath.relpath(f"{top}/{name}", worker.root)
                message = f"`{shown}` has a name that wrangler reads as `{seen}`: it finds nothing there and stops"
                yield Finding(message, Place(f"{top}/{name}"), "rename it: letters, digits, `-`, `_` and `.` are safe")
                return


def _names(worker: Worker, top: str, prefix: str) -> Iterator[str]:
    """The names of all files and folders, relative to the top."""
    for entry in worker.disk.scan(f"{top}/{prefix}".rstrip("/")):
        yield f"{prefix}{entry.name}"
        if entry.kind == "dir":
            yield from _names(worker, top, f"{prefix}{entry.name}/")


def _all(worker: Worker, folder: str, hidden: str) -> list[Found]:
    try:
        return list(files(worker.disk, folder, hidden=hidden))
    except Refused:  # not there
        return []


def _links(worker: Worker, folder: str, hidden: str) -> Iterator[tuple[str, str, str]]:
    for name, path, kind in _all(worker, folder, hidden):
        if kind in _LINKS:
            yield as_node(name), path, kind


def _stops(worker: Worker, path: str, kind: str) -> Finding:
    shown = posixpath.relpath(path, worker.root)
    if kind == "link-dir":
        message = f"`{shown}` is a link to a folder: wrangler stops with `EISDIR: illegal operation on a directory`"
        return Finding(message, Place(path), _replaced(shown))
    message = f"`{shown}` is a link that leads nowhere: wrangler stops, for it cannot read the file"
    return Finding(message, Place(path), _unlinked(worker, path))


def _replaced(shown: str) -> str:
    if shown.startswith("python_modules/"):
        return "pywrangler sync --force"
    return f"cp -rL {shown} {shown}.copy && rm {shown} && mv {shown}.copy {shown}"


def _modules(worker: Worker, path: str, depth: int = 0) -> int:
    """The number of modules behind a link, links in it left out."""
    number = 0
    for entry in worker.disk.scan(path):
        if entry.kind == "dir":
            number += _modules(worker, f"{path}/{entry.name}", depth + 1)
        elif entry.name.endswith(".py"):
            number += 1
    return number
