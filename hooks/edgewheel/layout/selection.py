"""Which files are the Worker's: one answer for `stage`, `bundle`, `prove`, `inspect`, the wheel, also from an sdist.

The layout is narrowed by git's ignore rules and by hatchling's `exclude`, `include` and `only-include`; what these and
`packages` choose outside the namespace is added, and what `force-include` names stands in the place of all else.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.layout import hatch, packages
from edgewheel.layout.entry import WORKER
from edgewheel.layout.plan import File, Stripped, plan
from edgewheel.layout.strip import Filter
from edgewheel.repository.walk import FOREIGN, is_foreign, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edgewheel.layout.hatch import Options
    from edgewheel.layout.plan import Layout
    from edgewheel.repository.disk import Entry
    from edgewheel.repository.worker import Worker

IGNORED = "ignored by git"
EXCLUDED = "excluded by hatch"
NOT_INCLUDED = "not included by hatch"
#: facts: hatchling 1.33, EXCLUDED_FILES
_NEVER = frozenset((".DS_Store", ".git"))


class Built(NamedTuple):
    """What the project's build hooks have added while a wheel is built: patterns of artifacts, and a table of forced
    files as in `force-include`.
    """

    artifacts: tuple[str, ...] = ()
    forced: tuple[tuple[str, str], ...] = ()


def shipped(worker: Worker) -> Layout:
    """The files of a Worker as it stands on its disk.

    CouldNotRun as of `plan`, for a forced file that is not there, that would be written outside the tree, or that
    takes the place of the generated entry, and where the entry is left out.
    """
    layout = built(worker, Built())
    if all(file.source != layout.entry for file in layout.files):
        shown = posixpath.relpath(layout.entry, worker.root)
        raise CouldNotRun(
            f"`[tool.hatch.build]` leaves out the entry `{shown}`: the Worker would not start. Take the pattern "
            "that names it away"
        )
    return layout


def built(worker: Worker, made: Built) -> Layout:
    """The files of a Worker with what its build hooks have made."""
    options = hatch.options(worker)
    options = options._replace(artifacts=(*options.artifacts, *made.artifacts))
    layout = plan(worker)
    chosen = _Choice(worker, layout, options)
    left_out = dict(chosen.left_out())
    files = [file for file in layout.files if file.name not in left_out and file.name not in layout.added]
    others = list(chosen.others())
    forced, lacking = _forced(worker, options, (*options.forced, *made.forced))
    return _laid_out(worker, layout, (files, others, forced), left_out)._replace(
        declared=frozenset([*(file.name for file in forced), *chosen.declared()]), lacking=lacking
    )


def _laid_out(
    worker: Worker, layout: Layout, parts: tuple[list[File], list[File], list[File]], left_out: dict[str, str]
) -> Layout:
    """The layout of its own files, those beside the namespace and the forced ones: a later part comes first."""
    own, others, forced = parts
    taken = {file.name for file in forced}
    own = [file for file in own if file.name not in taken]
    taken |= {file.name for file in own}
    beside = {file.name: file for file in others if file.name not in taken}
    rest = [*beside.values(), *forced]
    _check(rest, own)
    names = [file.name for file in (*own, *rest)]
    added = packages.missing(names, layout.namespace) if worker.settings.packages != "off" else ()
    own += [File(name, "", b"") for name in added]
    stripped = (*layout.stripped, *(Stripped(name, why) for name, why in left_out.items()))
    return layout._replace(files=(*sorted(own), *rest), stripped=tuple(sorted(set(stripped))), added=added)


def _check(rest: list[File], own: list[File]) -> None:
    """CouldNotRun for names that no folder can hold side by side, and for what would take the entry's place."""
    names = {file.name for file in (*own, *rest)}
    for file in rest:
        shown = f"`{file.name}`, which `[tool.hatch.build]` makes of `{file.source}`,"
        if file.name == WORKER:
            raise CouldNotRun(f"{shown} is the name of the generated entry: give it another name")
        if file.name.startswith("/") or ".." in file.name.split("/"):
            raise CouldNotRun(f"{shown} leads out of the upload: name a path below it")
        above = posixpath.dirname(file.name)
        while above:
            if above in names:
                raise CouldNotRun(f"{shown} lies below the file `{above}`: give one of them another name")
            above = posixpath.dirname(above)


class _Choice:
    """The project's choice among the files of its layout, and beside them."""

    def __init__(self, worker: Worker, layout: Layout, options: Options) -> None:
        self._worker = worker
        self._layout = layout
        self._options = options
        self._artifacts = hatch.spec(options.artifacts)
        self._exclude = hatch.spec(options.exclude)
        self._include = hatch.spec(options.include)
        self._filter = Filter(worker.settings.strip, worker.settings.keep)
        self._reserved = frozenset(self._names_reserved())

    def declared(self) -> Iterator[str]:
        """The names of the layout's files that are artifacts."""
        if self._artifacts is not None:
            yield from (file.name for file in self._layout.files if file.source and self._is_artifact(file.source))

    def left_out(self) -> Iterator[tuple[str, str]]:
        """The layout's files that are left out, by name, and why; never an artifact, nor the entry by git's word."""
        asked = [each for each in self._layout.files if each.source]
        asked = [each for each in asked if not self._is_artifact(each.source)]
        chosen = {file.name for file in asked if self._is_chosen(file.source)}
        ignored = self._ignored(asked)
        for file in asked:
            excluded = self._excludes(file.source)
            if excluded:
                yield file.name, EXCLUDED
            elif chosen and file.name not in chosen:  # a choice that names nothing of the namespace is of other folders
                yield file.name, NOT_INCLUDED
            elif file.source in ignored and excluded is None and file.source != self._layout.entry:
                yield file.name, IGNORED

    def others(self) -> Iterator[File]:
        """The files beside the namespace that the project chooses."""
        found = [path for path in self._beside() if self._is_artifact(path) or not self._excludes(path)]
        files = [File(self._options.renamed(self._relative(path)), path) for path in found]
        ignored = self._ignored(files)
        for file in files:
            if self._is_artifact(file.source) or file.source not in ignored:
                yield file

    def _ignored(self, files: list[File]) -> frozenset[str]:
        if not files or is_sdist(self._worker):
            return frozenset()
        return self._worker.git.ignored(self._layout.folder, [file.source for file in files])

    def _relative(self, path: str) -> str:
        below = f"{self._options.root}/"  # as nearly all are: `relpath` takes ten times as long
        return path[len(below) :] if path.startswith(below) else posixpath.relpath(path, self._options.root)

    def _is_artifact(self, path: str) -> bool:
        return self._artifacts is not None and self._artifacts.match_file(self._relative(path))

    def _excludes(self, path: str) -> bool | None:
        """Whether `exclude` leaves a file out; None where it says nothing, False where a `!` line takes it back."""
        return None if self._exclude is None else self._exclude.check_file(self._relative(path)).include

    def _is_chosen(self, path: str) -> bool:
        relative = self._relative(path)
        if self._options.only:
            return any(f"{relative}/".startswith(f"{each}/") for each in self._options.only)
        if self._options.packages or self._include is None:
            return False
        return self._include.match_file(relative)

    def _beside(self) -> Iterator[str]:
        """The absolute paths of files outside the namespace that hatchling would walk to and take."""
        root, disk = self._options.root, self._worker.disk
        explicit = self._options.only or self._options.packages
        if not explicit and self._include is None:
            return
        for each in explicit or (".",):
            top = posixpath.normpath(posixpath.join(root, each))
            if disk.is_file(top) and not self._is_own(top):
                if self._options.renamed(self._relative(top)) not in self._reserved:
                    yield top
            elif disk.is_dir(top) and not self._is_own(top):
                for path, entry in walk(disk, top, enters=self._enters if explicit else self._enters_unforced):
                    if self._takes(path, entry, explicit=bool(explicit)):
                        yield path

    def _names_reserved(self) -> Iterator[str]:
        """What a forced file or folder takes away from its own place, or a file of outside from the place it gets."""
        options = self._options
        for source, target in options.forced:
            if source.startswith(f"{options.root}/"):
                yield options.renamed(self._relative(source))
            elif self._worker.disk.is_file(source):
                yield options.renamed(target)

    def _is_own(self, path: str) -> bool:
        """Whether the layout decides about a path."""
        return f"{path}/".startswith(f"{self._layout.folder}/") or path == self._layout.entry

    def _enters(self, path: str, entry: Entry) -> bool:
        if self._is_own(path) or path == self._worker.path(self._worker.settings.stage):
            return False
        folder = posixpath.dirname(path)
        if entry.name in FOREIGN or is_foreign(self._worker.disk, folder, entry.name):
            return False
        return self._filter.searches or not self._why(path, folder=True)

    def _enters_unforced(self, path: str, entry: Entry) -> bool:
        """As hatchling where it walks through the whole project: a forced folder is not walked at its own place."""
        return self._relative(path) not in self._reserved and self._enters(path, entry)

    def _why(self, path: str, *, folder: bool) -> str:
        relative = posixpath.relpath(path, self._worker.root)
        why = ""
        for at in (index for index, character in enumerate(relative) if character == "/"):
            if relative[:at].strip("./"):
                why = self._filter.why(relative[:at], folder=True, inherited=why)
        return self._filter.why(relative, folder=folder, inherited=why)

    def _takes(self, path: str, entry: Entry, *, explicit: bool) -> bool:
        if entry.kind not in {"file", "link-file"} or entry.name in _NEVER or self._is_own(path):
            return False
        if self._why(path, folder=False) or self._options.renamed(self._relative(path)) in self._reserved:
            return False
        if self._is_artifact(path):
            return True
        folder = posixpath.dirname(path)
        if self._options.only_packages and not self._worker.disk.is_file(f"{folder}/{packages.INIT}"):
            return False
        return explicit or self._include is None or self._include.match_file(self._relative(path))


def _forced(worker: Worker, options: Options, table: Iterable[tuple[str, str]]) -> tuple[list[File], tuple[str, ...]]:
    """The forced files, and the sources that are not there: the project's build hooks may make them."""
    found: dict[str, File] = {}
    lacking = []
    for source, target in table:
        if worker.disk.is_file(source):
            files = [File(options.renamed(target), source)]
        elif worker.disk.is_dir(source):
            files = [
                File(options.renamed(f"{target}/{path[len(source) + 1 :]}"), path)
                for path, entry in walk(worker.disk, source, enters=_is_plain)
                if entry.kind in {"file", "link-file"} and entry.name not in _NEVER
            ]
        elif options.hooks:
            lacking.append(source)
            continue
        else:
            raise CouldNotRun(f"Forced include not found: `{source}`. Correct `force-include` of `[tool.hatch.build]`")
        for file in files:
            if (other := found.get(file.name)) and other.source != file.source:
                raise CouldNotRun(f"`force-include` makes `{file.name}` of both `{other.source}` and `{file.source}`")
            found[file.name] = file
    return list(found.values()), tuple(lacking)


def _is_plain(path: str, entry: Entry) -> bool:  # noqa: ARG001 - as `walk` calls it
    return entry.name not in FOREIGN


def is_sdist(worker: Worker) -> bool:
    """Whether the project is an unpacked sdist: the repository around it, if any, is somebody else's."""
    return worker.disk.is_file(posixpath.join(hatch.project_root(worker), "PKG-INFO"))
