"""The tree that wrangler is to walk and the wheel is to hold: which file goes where, and what is left out."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.layout import exports, packages
from edgewheel.layout.entry import WORKER, locate
from edgewheel.layout.strip import Filter
from edgewheel.repository.walk import BadLink, through

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.layout.entry import Source
    from edgewheel.repository.disk import Entry
    from edgewheel.repository.worker import Worker


class File(NamedTuple):
    """One file: its posix name in the tree and where its bytes are, the absolute path of a file of the project or,
    for what is generated, the content itself.
    """

    name: str
    source: str
    content: bytes | None = None


class Stripped(NamedTuple):
    """What is left out: its name in the tree, with a slash at the end for a whole folder, and what kind it is."""

    name: str
    why: str


class Layout(NamedTuple):
    """The whole tree. `files` are sorted by name and include the generated entry and the added `__init__.py`; what
    `[tool.hatch.build]` adds to the namespace comes last.
    """

    #: the name that stays in imports
    namespace: str
    #: absolute path of the Worker's own entry
    entry: str
    files: tuple[File, ...]
    stripped: tuple[Stripped, ...]
    #: names of the `__init__.py` that the project lacks
    added: tuple[str, ...]
    #: absolute path of the namespace's folder; the one above it is where imports start
    folder: str
    #: the entry's dotted name
    module: str
    #: classes that the wrangler config binds to this Worker and the entry does not have
    unbound: tuple[str, ...] = ()
    #: names that the project declares to be in the tree whatever git says: artifacts and forced files
    declared: frozenset[str] = frozenset()
    #: absolute paths of forced files that are not there; the project's own build hooks may make them
    lacking: tuple[str, ...] = ()


def plan(worker: Worker) -> Layout:
    """The layout of a Worker as it stands on its disk.

    CouldNotRun where there is no entry or no handler in it, for a broken link that is named like a module, and where
    links to folders never end.
    """
    source = locate(worker)
    exported = exports.find(worker, source)
    stripped: list[Stripped] = []
    files = {file.name: file for file in _files(worker, source, stripped)}
    name = posixpath.relpath(source.entry, source.base)  # an entry beside the namespace, or named like a test
    files[name] = File(name, source.entry)
    stripped = [each for each in stripped if each.name != name]
    added = packages.missing(files, source.namespace) if worker.settings.packages != "off" else ()
    for name in added:
        files[name] = File(name, "", b"")
    text = exports.text(source, exported, shown=exports.relative(worker, source.entry))
    files[WORKER] = File(WORKER, "", text.encode())
    return Layout(
        source.namespace,
        source.entry,
        tuple(files[name] for name in sorted(files)),
        tuple(sorted(stripped)),
        added,
        source.folder,
        source.module,
        exported.unbound,
    )


def _files(worker: Worker, source: Source, stripped: list[Stripped]) -> Iterator[File]:
    stage = worker.path(worker.settings.stage)
    if f"{stage}/".startswith(f"{source.folder}/") or f"{source.folder}/".startswith(f"{stage}/"):
        raise CouldNotRun(
            f"the staging folder `{worker.settings.stage}` and the namespace "
            f"`{posixpath.relpath(source.folder, worker.root)}` lie in each other: each run would stage the last one. "
            'Give it a place of its own, in pyproject.toml:\n[tool.edgewheel]\nstage = "build/worker"'
        )
    walk = _PlanWalk(worker, source, stripped)
    yield from walk.files(source.folder, source.namespace, "", (worker.disk.real(source.folder),), 0)


class _PlanWalk:
    """One pass over the namespace. Names are those in the tree; patterns see paths relative to the Worker."""

    def __init__(self, worker: Worker, source: Source, stripped: list[Stripped]) -> None:
        self.disk = worker.disk
        self.filter = Filter(worker.settings.strip, worker.settings.keep)
        self.above = posixpath.relpath(source.base, worker.root)
        self.stripped = stripped

    def files(self, folder: str, name: str, inherited: str, real: tuple[str, ...], links: int) -> Iterator[File]:
        for entry in self.disk.scan(folder):
            path, below = f"{folder}/{entry.name}", f"{name}/{entry.name}"
            is_folder = entry.kind in {"dir", "link-dir"}
            seen = below if self.above == "." else f"{self.above}/{below}"
            why = self.filter.why(seen, folder=is_folder, inherited=inherited)
            if is_folder:
                yield from self.below(path, below, why, (real, links), entry)
            elif why or entry.kind not in {"file", "link-file"}:
                self.stripped.append(Stripped(below, why or self.unusual(entry.kind, path)))
            else:
                yield File(below, path)

    def below(
        self, path: str, name: str, why: str, passed: tuple[tuple[str, ...], int], entry: Entry
    ) -> Iterator[File]:
        real, links = passed
        if why and not self.filter.searches:
            self.stripped.append(Stripped(f"{name}/", why))
            return
        yield from self.files(path, name, why, *through(self.disk, path, entry, real, links))

    @staticmethod
    def unusual(kind: str, path: str) -> str:
        """Why what is neither file nor folder is left out; a broken link that is a module is an error."""
        if kind == "link-broken" and path.endswith(".py"):
            raise BadLink(path, f"`{path}` is a link that leads nowhere: the module would be missing in the upload")
        return "broken links" if kind == "link-broken" else "special files"
