"""What a package's removal saves and breaks: the question of a review, answered before it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.dependencies.table import imported_as, only_by
from edgewheel.findings import CouldNotRun
from edgewheel.repository.walk import is_test, python_files
from edgewheel.requirements.requirement import normalize
from edgewheel.sources import program

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.dependencies.table import Dependencies
    from edgewheel.layout.usage import Usage, Use
    from edgewheel.repository.worker import Worker
    from edgewheel.sources.records import Node


class Impact(NamedTuple):
    """`gone` are the packages that leave with the named ones, `saved` their bytes as uploaded (None: not vendored);
    `direct` the statements that import them, `through` the modules that import such a module; `tests` the test files
    that touch one of these; `handlers` what stops working, `starts` whether the Worker still starts.
    """

    names: tuple[str, ...]
    gone: tuple[str, ...]
    saved: int | None
    direct: tuple[Use, ...]
    through: tuple[str, ...]
    tests: tuple[str, ...]
    handlers: tuple[str, ...]
    starts: bool


def impact(worker: Worker, found: Dependencies, usage: Usage, names: Sequence[str]) -> Impact:
    """CouldNotRun for a name that does not reach the Worker."""
    known = {row.name: row for row in found.rows}
    asked = tuple(dict.fromkeys(normalize(name) for name in names))
    if strange := [name for name in asked if name not in known]:
        raise CouldNotRun(f"`{strange[0]}` does not reach the Worker: `edgewheel deps` lists what does")
    gone = (
        {name for name in only_by(found.lock, found.roots, set(asked)) if name in known} if found.lock else set(asked)
    )
    sizes = [known[name].size for name in gone]
    tops = {each.name: each.tops for each in worker.vendored.distributions}
    modules = tuple(top for name in gone for top in imported_as(name, tops.get(name, ())))
    direct = tuple(use for use in usage.of(modules) if not is_test(posixpath.basename(use.path)))
    touched = {use.module for use in direct}
    behind = usage.behind(touched)
    at_start = _at_start(usage)
    starts = not any(use.at == "start" and use.module in at_start for use in direct)
    return Impact(
        asked,
        tuple(sorted(gone)),
        sum(size for size in sizes if size is not None) if any(size is not None for size in sizes) else None,
        direct,
        tuple(sorted(usage.paths[name] for name in behind if not is_test(posixpath.basename(name)))),
        tuple(_tests(worker, {_dotted(name) for name in touched | behind}, modules)),
        () if not starts else tuple(_handlers(worker, usage, direct, touched | behind)),
        starts,
    )


def _at_start(usage: Usage) -> set[str]:
    """The modules that are imported when the Worker starts."""
    found: set[str] = set()
    queue = [usage.main]
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            queue += [leads for use, leads in usage.inside if use.module == name and use.at == "start"]
    return found


def _handlers(worker: Worker, usage: Usage, direct: Sequence[Use], touched: set[str]) -> Iterator[str]:
    """The functions that import such a package themselves, and those of the entry that use a touched module."""
    for use in direct:
        function = _function(_program(worker, use.path), use.line) if use.path else ""
        yield f"{_dotted(use.module)}.{function}" if function else _dotted(use.module)
    entries = [usage.main, *(leads for use, leads in usage.inside if use.module == usage.main)]
    for entry in dict.fromkeys(entries):
        path = usage.paths.get(entry, "")
        bound = {use.name.rpartition(".")[2] for use, leads in usage.inside if use.module == entry and leads in touched}
        if path and bound:
            for name, node in program.functions(_program(worker, path)):
                if any(each[0] == "Name" and each[3] in bound for each in program.walk(node)):
                    yield f"{_dotted(entry)}.{name}"


def _program(worker: Worker, path: str) -> Node:
    return worker.disk.records.whole(worker.disk.read(path)).program or ()


def _function(body: Node, line: int) -> str:
    """The function around a line, "" at module level."""
    for name, node in program.functions(body):
        if node[1] <= line <= node[7]:
            return name
    return ""


def _tests(worker: Worker, modules: set[str], packages: tuple[str, ...]) -> Iterator[str]:
    """The test files that import a touched module, under whichever prefix, or the package itself."""
    top = posixpath.dirname(worker.pyproject.path) if worker.pyproject else worker.root
    for path in python_files(worker.disk, top):
        if not is_test(posixpath.basename(path)):
            continue
        imported: set[str] = set()
        for item in worker.disk.records.read(worker.disk.read(path)).imports:
            imported |= {item.module, *(f"{item.module}.{name}" for name in item.names)} - {""}
        if any(_ends(name, module) for name in imported for module in modules) or any(
            name == package or name.startswith(f"{package}.") for name in imported for package in packages
        ):
            yield path


def _ends(name: str, module: str) -> bool:
    """The same module, though tests may see it as `src.x` and the upload as `x`, or the reverse."""
    return name == module or name.endswith(f".{module}") or module.endswith(f".{name}")


def _dotted(name: str) -> str:
    return posixpath.splitext(name)[0].removesuffix("/__init__").replace("/", ".")
