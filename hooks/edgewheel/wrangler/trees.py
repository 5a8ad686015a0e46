"""In which tree a module of an upload stands and to which package of it it belongs, by its name alone.

A tree is the folder that somebody filled in one go: the module root itself (`ROOT`), `python_modules`, a virtual
environment (`.venv-workers`, `.venv-workers/pyodide-venv`, `.venv`), `node_modules`.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edgewheel.wrangler.collect import Module, Upload

#: The tree of what stands in no other.
ROOT = "."
VENDORED = "python_modules"
_FILLED = re.compile(
    r"(?P<tree>(?:.*?/)??(?:\.venv-workers/pyodide-venv|\.venv[^/]*|venv|node_modules|python_modules))/(?P<path>.*)",
    re.DOTALL,
)
_SITE = re.compile(r"(?:(?P<venv>.*?)/)??[Ll]ib(?:/python[^/]*)?/site-packages/(?P<path>.*)", re.DOTALL)
_METADATA = re.compile(r"(?P<name>.+?)-[^-/]+\.(?:dist|egg)-info(?:/|$)")


class Spot(NamedTuple):
    """`path` is the name inside the tree, as an import would see it: below `site-packages` for an environment."""

    tree: str
    path: str


class PackageWeight(NamedTuple):
    """What one package weighs in one tree: bytes and number of modules, a module that is listed twice counted twice."""

    tree: str
    name: str
    size: int
    modules: int


@cache
def _tree(folder: str) -> tuple[str, int]:
    """The tree of a folder, and how many signs of the folder's name (with its last slash) lead to the tree's top."""
    filled = _FILLED.fullmatch(folder)
    tree, start = (filled["tree"], filled.start("path")) if filled else (ROOT, 0)
    site = _SITE.fullmatch(folder, start)
    if site is None:
        return tree, start
    return posixpath.normpath(posixpath.join(tree, site["venv"] or "")), site.start("path")


def spot(name: str) -> Spot:
    """The tree of a module's name, and the rest of the name."""
    folder = name[: name.rfind("/") + 1]
    tree, start = _tree(folder) if folder else (ROOT, 0)
    return Spot(tree, name[start:])


def package(where: Spot) -> str:
    """A package's name: its top folder or module; in the module root the two upper folders, dotted.

    A distribution's metadata counts to the package of its name (`six-1.17.dist-info` to `six`).
    """
    if metadata := _METADATA.match(where.path):
        return re.sub(r"[-.]+", "_", metadata["name"]).lower()
    parts = where.path.split("/")
    if len(parts) == 1 or parts[0] == "__pycache__":
        return parts[-1].partition(".")[0] or parts[-1]
    return ".".join(parts[:-1][:2]) if where.tree == ROOT else parts[0].removesuffix(".libs")


def is_metadata(path: str) -> bool:
    """Whether a path inside a tree belongs to a distribution's metadata, which is never imported."""
    return _METADATA.match(path) is not None


def everything(upload: Upload) -> Iterator[Module]:
    """Main and wrangler's list: what `total_bytes` counts, duplicates included."""
    if upload.modules:
        main = upload.modules[0]
        size = upload.total_bytes - sum(module.size for module in upload.listed)
        yield main._replace(name=posixpath.basename(upload.main), type="python", size=size)
    yield from upload.listed


def packages(upload: Upload) -> tuple[PackageWeight, ...]:
    """All packages of an upload, the largest first; their sizes add up to `total_bytes`."""
    sums: dict[tuple[str, str], list[int]] = {}
    for module in everything(upload):
        where = spot(module.name)
        entry = sums.setdefault((where.tree, package(where)), [0, 0])
        entry[0] += module.size
        entry[1] += 1
    found = (PackageWeight(tree, name, size, modules) for (tree, name), (size, modules) in sums.items())
    return tuple(sorted(found, key=lambda each: (-each.size, each.tree, each.name)))


class TreeWeight(NamedTuple):
    """What a whole tree weighs."""

    tree: str
    size: int
    modules: int


def sums(found: Iterable[PackageWeight]) -> tuple[TreeWeight, ...]:
    """The trees of these packages, the largest first."""
    trees: dict[str, tuple[int, int]] = {}
    for each in found:
        size, modules = trees.get(each.tree, (0, 0))
        trees[each.tree] = (size + each.size, modules + each.modules)
    rows = (TreeWeight(tree, size, modules) for tree, (size, modules) in trees.items())
    return tuple(sorted(rows, key=lambda each: (-each.size, each.tree)))


def copies(upload: Upload) -> dict[str, list[str]]:
    """Import paths (`six.py`, `pkg/data.txt`) that several trees carry, with the names of all their modules."""
    found: dict[str, list[str]] = {}
    for module in upload.modules:
        found.setdefault(spot(module.name).path, []).append(module.name)
    return {path: names for path, names in found.items() if len(names) > 1}
