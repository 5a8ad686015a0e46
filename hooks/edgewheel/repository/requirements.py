"""What the project requires and where it says so: for the Worker, and for development only."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import Place
from edgewheel.requirements.pyproject import Declared, RequirementTables, is_dev
from edgewheel.requirements.requirement import Requirement, RequirementFault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edgewheel.documents.document import Document
    from edgewheel.repository.worker import Worker
    from edgewheel.requirements.file import RequirementsFile


class RuntimeFile(NamedTuple):
    """A requirements file that is the Worker's, with all that it includes by `-r`."""

    path: str
    requirements: tuple[Requirement, ...]
    generated: bool


class Requirements(NamedTuple):
    """All of them. `project` is `[project].dependencies`, None where it is not given: no table, dynamic, no list.

    `unread` are the normalised names of what the Worker requires in words that are no requirement (EW001), with "" for
    what does not even tell its name: no other rule takes it for missing. `ignored` are requirements files that nothing
    reads: neither wrangler nor pywrangler takes a `requirements.txt`. facts: wrangler 4.77.0, workers-py 1.17.9
    """

    folder: str
    project: tuple[Requirement, ...] | None
    files: tuple[RuntimeFile, ...]
    extras: tuple[Declared, ...]
    dev: tuple[Declared, ...]
    faults: tuple[RequirementFault, ...]
    unread: frozenset[str] = frozenset()
    ignored: tuple[RuntimeFile, ...] = ()

    @property
    def runtime(self) -> tuple[Requirement, ...]:
        """What the Worker requires, `[project].dependencies` first; files that a tool has written from it are no
        declaration.
        """
        files = [file for file in self.files if self.project is None or not file.generated]
        return (*(self.project or ()), *(each for file in files for each in file.requirements))


_FILE = re.compile(r"(?:.*[-_.])?requirements?(?:[-_.].*)?\.(?:txt|in)")


def read(worker: Worker) -> Requirements:
    """Reads pyproject.toml and the requirements files beside it (beside the wrangler config where there is none)."""
    faults: list[RequirementFault] = []
    pyproject = worker.pyproject
    folder = posixpath.dirname(pyproject.path) if pyproject else worker.root
    files = _Files(worker, faults)
    table = RequirementTables(pyproject) if pyproject is not None and pyproject.problem is None else None
    project = table.project() if table else None
    runtime, development, unused = _candidates(worker, folder, declared=bool(project))
    read_files = tuple(RuntimeFile(path, *files.closure(path)) for path in runtime)
    unread = _hidden(faults)
    # a development file often begins with `-r requirements.txt`: those lines are the Worker's
    theirs = {requirement.place.path for file in read_files for requirement in file.requirements} | {*runtime}
    dev = []
    for path in development:
        requirements, generated = files.closure(path)
        own = tuple(each for each in requirements if each.place.path not in theirs)
        dev.append(Declared(f"`{posixpath.relpath(path, folder)}`", own, generated))
    silent = _Files(worker, [])
    ignored = tuple(RuntimeFile(path, *silent.closure(path)) for path in unused)
    if pyproject is None:
        return Requirements(folder, None, read_files, (), tuple(dev), tuple(faults), unread, ignored)
    if table is None:
        faults.insert(0, _broken(pyproject))
        return Requirements(folder, None, read_files, (), tuple(dev), tuple(faults), unread | {""}, ignored)
    extras, groups = table.extras(), table.groups()
    return Requirements(
        folder,
        project,
        read_files,
        tuple(extra for name, extra in extras if not is_dev(name)),
        (*(extra for name, extra in extras if is_dev(name)), *groups, *dev),
        (*table.faults, *faults),
        unread | _hidden(table.faults) | (frozenset() if read_files else table.untold()),
        ignored,
    )


def _broken(pyproject: Document) -> RequirementFault:
    """What is wrong with a pyproject.toml that cannot be read."""
    assert pyproject.problem is not None  # noqa: S101 - asked before
    message, line, column = pyproject.problem
    undecoded = message.startswith("not UTF-8")
    return RequirementFault(
        f"`pyproject.toml` is {'' if undecoded else 'not valid TOML: '}{message}",
        Place(pyproject.path, line, column),
        "save it as UTF-8" if undecoded else f"correct it at or before column {column}",
    )


def _hidden(faults: Iterable[RequirementFault]) -> frozenset[str]:
    return frozenset(fault.hides for fault in faults if fault.hides is not None)


def _candidates(worker: Worker, folder: str, *, declared: bool) -> tuple[list[str], list[str], list[str]]:
    """The requirements files by name: the Worker's, those for development, and those that nothing reads. Without a
    pyproject.toml, or beside one that has `declared` dependencies, a requirements.txt belongs to something else; beside
    one that has none it is what was meant for the Worker.
    """
    names = [entry.name for entry in worker.disk.scan(folder) if entry.kind in {"file", "link-file"}]
    within = [
        f"requirements/{entry.name}"
        for entry in worker.disk.scan(posixpath.join(folder, "requirements"))
        if entry.kind in {"file", "link-file"} and entry.name.endswith((".txt", ".in"))
    ]
    known = [name for name in names if _FILE.fullmatch(name) and name != "cf-requirements.txt"] + within
    configured = [posixpath.normpath(name) for name in worker.settings.runtime_files]
    development = [name for name in known if is_dev(posixpath.splitext(name)[0].replace("/", "-"))]
    runtime: list[str] = []
    unused: list[str] = []
    if worker.pyproject is None:
        unused = [name for name in known if name not in development]
    else:
        listed = [name for name in ("requirements.txt",) if name in names]
        (unused if declared and "requirements.txt" not in configured else runtime).extend(listed)
        runtime += [name for name in configured if name not in runtime and worker.disk.is_file(f"{folder}/{name}")]
    development = [name for name in development if name not in configured]
    return tuple([f"{folder}/{name}" for name in found] for found in (runtime, development, unused))  # type: ignore[return-value]


class _Files:
    """Requirements files, each read once, with what they include."""

    def __init__(self, worker: Worker, faults: list[RequirementFault]) -> None:
        self.disk = worker.disk
        self.faults = faults
        self.known: dict[str, RequirementsFile] = {}

    def closure(self, path: str) -> tuple[tuple[Requirement, ...], bool]:
        """The requirements of a file and of those it includes, and whether a tool has written the file."""
        found: list[Requirement] = []
        self._walk(path, (path,), found, set())
        return tuple(found), self.known[path].generated

    def _walk(self, path: str, above: tuple[str, ...], found: list[Requirement], done: set[str]) -> None:
        done.add(path)
        first = path not in self.known
        if first:
            from edgewheel.requirements.file import parse_file

            self.known[path] = parse_file(path, self.disk.read(path))
            self.faults += self.known[path].faults
        file = self.known[path]
        for include in file.includes:
            if "://" in include.target or "${" in include.target:
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), include.target.replace("\\", "/")))
            word = "-c" if include.constraint else "-r"
            if target in above:
                if first:
                    self.faults.append(
                        RequirementFault(f"`{word} {include.target}` includes itself", include.place, "remove the line")
                    )
            elif not self.disk.is_file(target):
                if first:
                    message = f"`{word} {include.target}`: there is no such file"
                    fix = f"create `{include.target}` or remove the line"
                    self.faults.append(
                        RequirementFault(message, include.place, fix, None if include.constraint else "")
                    )
            elif target not in done:
                self._walk(target, (*above, target), [] if include.constraint else found, done)
        found += file.requirements
