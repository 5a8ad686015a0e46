"""Which trees of a project carry which packages on the disk, uploaded or not.

facts: pywrangler 1.17.9 installs every dependency three times: for Pyodide in `.venv-workers/pyodide-venv`, from there
by copy in `python_modules`, and natively in `.venv-workers`; a developer's own `.venv` makes four.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.wrangler.trees import ROOT, VENDORED, Spot, is_metadata, package, spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.disk import Disk, Entry
    from edgewheel.wrangler.collect import Upload
    from edgewheel.wrangler.config import Config

#: tree -> who needs it
NEEDED_BY = {
    ROOT: "the Worker itself",
    VENDORED: "the runtime: it is what imports find",
    ".venv-workers/pyodide-venv": "pywrangler: it is copied to python_modules",
    ".venv-workers": "editors and type checkers",
    ".venv": "tests and tools on this machine",
}
#: Beside packages in an environment's site-packages, and nobody's.
_NOBODYS = {"__pycache__", "pyvenv.cfg", ".synced", "bin"}
_PYTHON = re.compile(r"python3\.\d+t?")


class Weight(NamedTuple):
    """Bytes and files of one package in one tree."""

    size: int
    files: int


class Carrier(NamedTuple):
    """One tree: `folder` is where its packages stand (absolute, site-packages for an environment); `packages` by the
    name that an import says; `uploaded` the number of its files in the upload.
    """

    tree: str
    folder: str
    packages: dict[str, Weight]
    uploaded: int


def carriers(config: Config, disk: Disk, upload: Upload) -> tuple[Carrier, ...]:
    """The trees that are there, in the order of `NEEDED_BY`; the module root as it is uploaded, the others whole."""
    found = [Carrier(ROOT, config.module_root, *_own(upload))]
    for tree in list(NEEDED_BY)[1:]:
        top = posixpath.join(config.project_root, tree)
        folder = top if tree == VENDORED else _site_packages(disk, top)
        if folder and disk.is_dir(folder):
            inside = f"{folder}/"
            uploaded = sum(module.source.startswith(inside) for module in upload.modules)
            found.append(Carrier(tree, folder, _packages(disk, folder), uploaded))
    return tuple(found)


def imported(name: str, found: tuple[Carrier, ...]) -> str:
    """The tree from which the runtime imports a package; "" where none of the uploaded ones has it.

    facts: python_modules comes before the module root on `sys.path`, and nothing else of the upload is on it.
    """
    by_tree = {each.tree: each.packages for each in found if each.uploaded}
    return next((tree for tree in (VENDORED, ROOT) if name in by_tree.get(tree, ())), "")


def _own(upload: Upload) -> tuple[dict[str, Weight], int]:
    weights: dict[str, Weight] = {}
    number = 0
    for module in upload.modules:
        where = spot(module.name)
        if where.tree == ROOT:
            number += 1
            _add(weights, _top(where.path), module.size)
    return weights, number


def _top(path: str) -> str:
    """The name that an import begins with: `core` for `core/config/settings.py`, `main` for `main.py`."""
    return package(Spot(VENDORED, path))


def _site_packages(disk: Disk, top: str) -> str:
    for lib in ("lib", "Lib"):
        folder = posixpath.join(top, lib)
        for name in ("", *(entry.name for entry in disk.scan(folder) if _PYTHON.fullmatch(entry.name))):
            site = posixpath.normpath(posixpath.join(folder, name, "site-packages"))
            if disk.is_dir(site):
                return site
    return ""


def _packages(disk: Disk, folder: str) -> dict[str, Weight]:
    """What can be imported, metadata counted to its package; metadata of other names weighs next to nothing."""
    weights: dict[str, Weight] = {}
    for entry in disk.scan(folder):
        if entry.name not in _NOBODYS and not is_metadata(entry.name):
            _weigh(weights, disk, folder, entry)
    for entry in disk.scan(folder):
        if is_metadata(entry.name) and _name(entry) in weights:
            _weigh(weights, disk, folder, entry)
    return weights


def _weigh(weights: dict[str, Weight], disk: Disk, folder: str, entry: Entry) -> None:
    for file in _files(disk, posixpath.join(folder, entry.name), entry.kind):
        _add(weights, _name(entry), _size(disk, file))


def _name(entry: Entry) -> str:
    return _top(f"{entry.name}/" if entry.kind in {"dir", "link-dir"} else entry.name)


def _files(disk: Disk, path: str, kind: str) -> Iterator[str]:
    if kind == "dir":
        for entry in disk.scan(path):
            yield from _files(disk, posixpath.join(path, entry.name), entry.kind)
    elif kind in {"file", "link-file"}:
        yield path


def _size(disk: Disk, path: str) -> int:
    try:
        return disk.size(path)
    except CouldNotRun:  # it vanished meanwhile: it weighs nothing here
        return 0


def _add(weights: dict[str, Weight], name: str, size: int) -> None:
    known = weights.get(name, Weight(0, 0))
    weights[name] = Weight(known.size + size, known.files + 1)
