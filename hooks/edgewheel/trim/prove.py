"""Runs every vendored package's import in Pyodide, before and after, and takes back what broke."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun
from edgewheel.runtime import static
from edgewheel.runtime.python import is_on
from edgewheel.runtime.real import npm, pyodide
from edgewheel.runtime.real.running import Mounted, proof
from edgewheel.sources.modules import Modules
from edgewheel.trim import propose as trimming
from edgewheel.trim.propose import VENDORED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from edgewheel.deploy import Deploy
    from edgewheel.repository.vendored import Distribution
    from edgewheel.runtime.proof import Problem, Proof, Subject
    from edgewheel.trim.propose import Proposal


def proved(  # noqa: PLR0913 - how, for how long, and what to show meanwhile
    deploy: Deploy,
    proposal: Proposal,
    propose: Callable[[Mapping[str, str]], Proposal],
    stays: Mapping[str, str],
    *,
    timeout: float,
    waiting: Callable[[str], AbstractContextManager[None]],
    each: bool = False,
) -> tuple[Proposal, tuple[str, ...]]:
    """The proposal less what an import needs, and the names of the packages that were given their files back.

    `propose` makes another one of the files that have to stay, `stays` are those so far; `timeout` is in seconds, for
    each upload; `waiting` shows what takes long; `each`: every module that is left is imported, not only the packages.
    A package that no longer imports gets its own files back first, then those of all that it requires, then all do.
    """
    npm.node()
    name, version, integrity = pyodide.package(deploy.python)
    with waiting(f"fetching {name} {version}"):
        folder = npm.fetch(name, version, integrity)
    there = deploy.worker.vendored.distributions
    left = deploy.instead(upload=trimming.without(deploy.upload, proposal))
    what = _every(_subject(deploy, there), left) if each else _subject(deploy, there)
    # a package that goes as a whole is not imported any more
    what = what._replace(modules=tuple(one for one in what.modules if one[1] in left.readers))
    known: Proof | None = None
    back: set[str] = set()
    for step in range(4):
        left = deploy.instead(upload=trimming.without(deploy.upload, proposal))
        uploads = [left] if known is not None else [deploy, left]
        with waiting(f"importing in {name} {version}"):
            *first, after = _run(uploads, what, folder, timeout)
        known = first[0] if known is None else known
        if set(after.failed) <= set(known.failed):
            return proposal, tuple(sorted(back))
        before = {_key(each) for each in known.problems}
        broken = [each for each in after.problems if _key(each) not in before] or list(after.problems)
        back |= _involved(broken, there, step)
        files = {file: trimming.PROVED for each in there if each.name in back for file in each.files}
        proposal = propose({**files, **stays}) if step < 2 else trimming.Proposal()
    names = ", ".join(sorted({f"`{each.module}`" for each in broken}))
    raise CouldNotRun(f"imports differ from one run of Pyodide to the next, whatever is left out: {names}")


def _subject(deploy: Deploy, there: Sequence[Distribution]) -> Subject:
    """Main, the project's modules, and everything that a distribution is imported as."""
    config, files = deploy.config, deploy.tree.files
    pth = is_on("python_process_pth_files", config.date, config.flags)
    what = static.subject(deploy.resolver(), deploy.main, pth=pth)
    tops = {
        top: file
        for each in there
        for top in each.tops
        for file in (f"{VENDORED}{top}/__init__.py", f"{VENDORED}{top}.py")
        if file in files
    }
    return what._replace(modules=(*what.modules, *tops.items()))


def _every(what: Subject, left: Deploy) -> Subject:
    """With every vendored module that is left; those with a hyphen or a leading digit are no modules."""
    names = {
        file: file[len(VENDORED) :].removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for file in left.readers
    }
    more = [
        (name, file)
        for file, name in names.items()
        if file.startswith(VENDORED) and file.endswith(".py") and all(map(str.isidentifier, name.split(".")))
    ]
    return what._replace(modules=tuple(dict.fromkeys((*what.modules, *sorted(more)))))


def _run(uploads: Sequence[Deploy], what: Subject, folder: str, timeout: float) -> list[Proof]:
    with tempfile.TemporaryDirectory(prefix="edgewheel-") as root:
        mounted = [(f"{root}/{at}", Mounted(f"{root}/{at}", each.readers), each) for at, each in enumerate(uploads)]
        told = pyodide.run(
            [(path, what) for path, _, _ in mounted], python=uploads[0].python, folder=folder, timeout=timeout
        )
    if len(told) != len(uploads):
        raise CouldNotRun("Pyodide ended before it had imported everything")
    return [
        proof(what, one, Modules(each.readers), runtime="pyodide", python=each.python)
        for one, (_, _, each) in zip(told, mounted, strict=True)
    ]


def _key(problem: Problem) -> tuple[str, str]:
    return problem.importer, problem.module


def _involved(broken: Sequence[Problem], there: Sequence[Distribution], step: int) -> set[str]:
    """The packages whose modules did not import or were not found; in a second step with all that these require."""
    tops = {name.partition(".")[0] for each in broken for name in (each.module, each.name)}
    tops |= {part for each in broken if each.importer.startswith(VENDORED) for part in each.importer.split("/")[1:2]}
    found = {
        each.name for each in there if tops & {top.removesuffix(".py") for top in (*each.tops, *tops & {each.name})}
    }
    if step:
        requires = {each.name: {edge.key for edge in each.requires} for each in there}
        queue = list(found)
        while queue:
            new = requires.get(queue.pop(), set()) - found
            found |= new
            queue += new
    return found
