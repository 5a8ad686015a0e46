"""What the project requires and where it says so: for the Worker, and for development only."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.findings import Place
from edgewheel.text.requirements import Fault, Requirement, nearest, parse_requirement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edgewheel.text.document import Document
    from edgewheel.text.requirements_file import File
    from edgewheel.worker.model import Worker


class Declared(NamedTuple):
    """Requirements of one source. `label` names it in messages: ``dependency group `dev` ``."""

    label: str
    requirements: tuple[Requirement, ...]
    generated: bool = False


class RuntimeFile(NamedTuple):
    """A requirements file that is the Worker's, with all that it includes by `-r`."""

    path: str
    requirements: tuple[Requirement, ...]
    generated: bool


class Requirements(NamedTuple):
    """All of them. `project` is `[project].dependencies`, None where that is not given here (no table, or dynamic)."""

    folder: str
    project: tuple[Requirement, ...] | None
    files: tuple[RuntimeFile, ...]
    extras: tuple[Declared, ...]
    dev: tuple[Declared, ...]
    faults: tuple[Fault, ...]

    @property
    def runtime(self) -> tuple[Requirement, ...]:
        """What the Worker requires, `[project].dependencies` first."""
        return (*(self.project or ()), *(each for file in self.files for each in file.requirements))


#: Words in the name of a group, an extra or a file that tell development from the Worker's own.
_DEV = frozenset(
    (
        *("dev", "develop", "development", "devel", "test", "tests", "testing", "lint", "linting", "linters", "doc"),
        *("docs", "documentation", "typing", "types", "typecheck", "mypy", "ci", "style", "format", "formatting"),
        *("quality", "qa", "bench", "benchmark", "benchmarks", "coverage", "cov", "tox", "nox", "release", "local"),
        *("notebook", "notebooks", "jupyter", "debug", "profiling", "precommit", "check", "checks", "e2e", "build"),
    )
)
#: Words that tell the opposite of a dependency group, which is for development unless it says otherwise.
_RUNTIME = frozenset(("runtime", "prod", "production", "main", "default", "deploy", "worker", "workers", "edge"))
_WORDS = re.compile(r"[-_.\s]+")
_FILE = re.compile(r"(?:.*[-_.])?requirements?(?:[-_.].*)?\.(?:txt|in)")


def read(worker: Worker) -> Requirements:
    """Reads pyproject.toml and the requirements files beside it (beside the wrangler config where there is none)."""
    faults: list[Fault] = []
    pyproject = worker.pyproject
    folder = posixpath.dirname(pyproject.path) if pyproject else worker.root
    files = _Files(worker, faults)
    runtime, development = _candidates(worker, folder)
    read_files = tuple(RuntimeFile(path, *files.closure(path)) for path in runtime)
    theirs = {requirement.place.path for file in read_files for requirement in file.requirements}
    dev = []
    for path in development:
        requirements, generated = files.closure(path)
        # a development file often begins with `-r requirements.txt`: those lines are the Worker's
        own = tuple(each for each in requirements if each.place.path not in {*runtime, *theirs})
        dev.append(Declared(f"`{posixpath.relpath(path, folder)}`", own, generated))
    if pyproject is None:
        return Requirements(folder, None, read_files, (), tuple(dev), tuple(faults))
    if pyproject.problem is not None:
        message, line, column = pyproject.problem
        place = Place(pyproject.path, line, column)
        fix = "save it as UTF-8" if message.startswith("not UTF-8") else f"correct it at or before column {column}"
        broken = Fault(f"`pyproject.toml` is no TOML: {message}", place, fix)
        return Requirements(folder, None, read_files, (), tuple(dev), (broken, *faults))
    table = _Table(pyproject)
    project, extras, groups = table.project(), table.extras(), table.groups()
    return Requirements(
        folder,
        project,
        read_files,
        tuple(extra for name, extra in extras if not is_dev(name)),
        (*(extra for name, extra in extras if is_dev(name)), *groups, *dev),
        (*table.faults, *faults),
    )


def is_dev(name: str) -> bool:
    """Whether the name of an extra or a requirements file says that it is for development."""
    return not _DEV.isdisjoint(_WORDS.split(name.lower()))


def _candidates(worker: Worker, folder: str) -> tuple[list[str], list[str]]:
    """The Worker's requirements files and the development ones, by name."""
    names = [entry.name for entry in worker.disk.scan(folder) if entry.kind in {"file", "link-file"}]
    within = [
        f"requirements/{entry.name}"
        for entry in worker.disk.scan(posixpath.join(folder, "requirements"))
        if entry.kind in {"file", "link-file"} and entry.name.endswith((".txt", ".in"))
    ]
    known = [name for name in names if _FILE.fullmatch(name) and name != "cf-requirements.txt"] + within
    configured = [posixpath.normpath(name) for name in worker.settings.runtime_files]
    development = [name for name in known if is_dev(posixpath.splitext(name)[0].replace("/", "-"))]
    if worker.pyproject is None:
        chosen = [name for name in known if name not in development]
        # `x.in` is what `x.txt` was made from
        runtime = [name for name in chosen if not (name.endswith(".in") and f"{name[:-3]}.txt" in chosen)]
    else:
        runtime = [name for name in ("requirements.txt",) if name in names]
    runtime += [name for name in configured if name not in runtime and worker.disk.is_file(f"{folder}/{name}")]
    return [f"{folder}/{name}" for name in runtime], [f"{folder}/{n}" for n in development if n not in configured]


class _Files:
    """Requirements files, each read once, with what they include."""

    def __init__(self, worker: Worker, faults: list[Fault]) -> None:
        self.disk = worker.disk
        self.faults = faults
        self.known: dict[str, File] = {}

    def closure(self, path: str) -> tuple[tuple[Requirement, ...], bool]:
        """The requirements of a file and of those it includes, and whether a tool has written the file."""
        found: list[Requirement] = []
        self._walk(path, (path,), found, set())
        return tuple(found), self.known[path].generated

    def _walk(self, path: str, above: tuple[str, ...], found: list[Requirement], done: set[str]) -> None:
        done.add(path)
        first = path not in self.known
        if first:
            from edgewheel.text.requirements_file import parse_file

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
                        Fault(f"`{word} {include.target}` includes itself", include.place, "remove the line")
                    )
            elif not self.disk.is_file(target):
                if first:
                    message = f"`{word} {include.target}`: there is no such file"
                    self.faults.append(Fault(message, include.place, f"create `{include.target}` or remove the line"))
            elif target not in done:
                self._walk(target, (*above, target), [] if include.constraint else found, done)
        found += file.requirements


class _Table:
    """The tables of pyproject.toml that hold requirements; what is wrong in them is collected."""

    def __init__(self, pyproject: Document) -> None:
        self.document = pyproject
        self.faults: list[Fault] = []

    def project(self) -> tuple[Requirement, ...] | None:
        table = self.document.get("project")
        if table is None:
            return None
        if not isinstance(table, dict):
            self.fault("must be a table", "project", fix="write `[project]`")
            return None
        dynamic = table.get("dynamic", [])
        if "dependencies" not in table:
            return None if isinstance(dynamic, list) and "dependencies" in dynamic else ()
        return tuple(self.requirements("project", "dependencies"))

    def extras(self) -> list[tuple[str, Declared]]:
        return [
            (name, Declared(f"extra `{name}`", tuple(self.requirements("project", "optional-dependencies", name))))
            for name in self.names("project", "optional-dependencies")
        ]

    def groups(self) -> Iterator[Declared]:
        """The dependency groups, which nothing installs on Workers: all but those named as the Worker's own."""
        for name in self.names("dependency-groups"):
            requirements = tuple(self.requirements("dependency-groups", name))
            if _RUNTIME.isdisjoint(_WORDS.split(name.lower())):
                yield Declared(f"dependency group `{name}`", requirements)
        if self.document.get("tool", "uv", "dev-dependencies") is not None:
            yield Declared("`tool.uv.dev-dependencies`", tuple(self.requirements("tool", "uv", "dev-dependencies")))

    def names(self, *key: str) -> Iterable[str]:
        table = self.document.get(*key)
        if table is None or (len(key) > 1 and not isinstance(self.document.get(*key[:-1]), dict)):
            return ()
        if not isinstance(table, dict):
            self.fault("must be a table of lists", *key, fix=f"write `[{'.'.join(key)}]`")
            return ()
        return table

    def requirements(self, *key: str) -> Iterator[Requirement]:
        """The well-formed requirements of a list; the rest become faults."""
        items = self.document.get(*key)
        if not isinstance(items, list):
            example = items if isinstance(items, str) else "name"
            words = f"must be a list of requirements, not {_kind(items)}"
            self.fault(words, *key, fix=f'write `{key[-1]} = ["{example}"]`')
            return
        for index, item in enumerate(items):
            if key[0] == "dependency-groups" and isinstance(item, dict):
                self.include(item, *key, index)
            elif not isinstance(item, str):
                name = item.get("name", "name") if isinstance(item, dict) else "name"
                self.fault(f"must hold requirements, not {_kind(item)}", *key, index, fix=f'write `"{name}"`')
            elif (found := parse_requirement(item, self.document.place(*key, index))) is not None:
                yield found
            else:
                self.fault(f"holds `{item}`, which is no requirement", *key, index, fix=nearest(item))

    def include(self, item: dict[str, Any], *key: str | int) -> None:
        """`{include-group = "x"}` of a dependency group (PEP 735)."""
        target = item.get("include-group")
        groups = {_normal(name): name for name in self.document.get("dependency-groups", default={})}
        if list(item) != ["include-group"] or not isinstance(target, str):
            words = 'may hold requirements and `{ include-group = "name" }` only'
            self.fault(words, *key, fix='write `{ include-group = "name" }`')
        elif _normal(target) not in groups:
            fix = f"add `{target} = []` to `[dependency-groups]` or name one of {', '.join(groups.values())}"
            self.fault(f"includes the group `{target}`, which does not exist", *key, fix=fix)
        elif str(key[1]) in self._reached(groups[_normal(target)], groups, set()):
            fix = f'remove `{{ include-group = "{target}" }}`'
            self.fault(f"includes the group `{target}`, which includes it again", *key, fix=fix)

    def _reached(self, group: str, groups: dict[str, str], seen: set[str]) -> set[str]:
        if group not in seen:
            seen.add(group)
            items = self.document.get("dependency-groups", group)
            for item in items if isinstance(items, list) else ():
                inner = item.get("include-group") if isinstance(item, dict) else None
                if isinstance(inner, str) and _normal(inner) in groups:
                    self._reached(groups[_normal(inner)], groups, seen)
        return seen

    def fault(self, words: str, *key: str | int, fix: str) -> None:
        dotted = ".".join(str(step) for step in key if isinstance(step, str))
        self.faults.append(Fault(f"`{dotted}` {words}", self.document.place(*key), fix))


def _normal(name: str) -> str:
    return _WORDS.sub("-", name).lower()


def _kind(value: Any) -> str:  # noqa: ANN401 - any TOML value
    """The TOML word for a value's type."""
    names = {str: "a string", bool: "a boolean", int: "an integer", float: "a float", list: "an array", dict: "a table"}
    return names.get(type(value), "a date")
