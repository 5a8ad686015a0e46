"""The analysis against the real runtimes: the same verdict on main and on every other module of each layout."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from tests import tools
from tests.layouts import LAYOUTS, Case

from edgewheel.runtime import static
from edgewheel.runtime.library import library
from edgewheel.runtime.python import number
from edgewheel.runtime.real import pyodide, workerd
from edgewheel.runtime.real.running import Mounted, proof
from edgewheel.runtime.resolve import Resolver
from edgewheel.runtime.tree import VENDORED, Tree
from edgewheel.sources.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edgewheel.runtime.proof import Proof, Subject

PYODIDES = {"3.12": "0.26.4", "3.13": "0.28.3", "3.14": "314.0.7"}
TABLE = [(python, name) for name, case in LAYOUTS.items() for python in case.pythons]


def readers(case: Case) -> dict[str, Callable[[], bytes]]:
    def content(text: str | bytes) -> bytes:
        return text.encode() if isinstance(text, str) else text

    return {name: partial(content, text) for name, text in case.files.items()}


def analysed(case: Case, python: str) -> tuple[Subject, Proof, Resolver]:
    def resolver() -> Resolver:
        modules = Modules(readers(case))
        return Resolver(Tree(case.files, number(python)), modules, library(python))

    what = static.subject(resolver(), case.main, pth=True)
    return what, static.prove(what, resolver(), python), resolver()


@pytest.mark.parametrize(("python", "name"), TABLE)
def test_verdict_on_main(python: str, name: str) -> None:
    """Without any runtime: what the table says."""
    assert analysed(LAYOUTS[name], python)[1].imports is LAYOUTS[name].imports


def test_there_are_enough_layouts() -> None:
    assert len(LAYOUTS) >= 40


@pytest.fixture(scope="session")
def in_pyodide(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Any]]:
    """The proofs of all layouts by one process a version."""
    known: dict[str, dict[str, Any]] = {}

    def proofs(python: str) -> dict[str, Any]:
        if python not in known:
            known[python] = _in_pyodide(python, tmp_path_factory.mktemp(f"layouts{python}"))
        return known[python]

    return proofs


def _in_pyodide(python: str, folder: Path) -> dict[str, Any]:
    uploads = []
    cases = {name: case for name, case in LAYOUTS.items() if python in case.pythons}
    for name, case in cases.items():
        Mounted(str(folder / name), readers(case))
        uploads.append((str(folder / name), analysed(case, python)[0]))
    package = str(tools.pyodide(PYODIDES[python]))
    told = pyodide.run(uploads, python=python, folder=package, timeout=30.0)
    return {
        name: proof(what, each, Modules(readers(cases[name])), runtime="pyodide", python=python)
        for name, (_, what), each in zip(cases, uploads, told, strict=True)
    }


@pytest.mark.oracle
@pytest.mark.parametrize(("python", "name"), TABLE)
def test_pyodide_says_the_same(python: str, name: str, in_pyodide: Callable[[str], dict[str, Any]]) -> None:
    what, said, resolver = analysed(LAYOUTS[name], python)
    if static.refusal(what, resolver) is not None:  # the runtime refuses before it imports anything
        assert not said.imports
        return
    real = in_pyodide(python)[name]
    assert (said.imports, said.failed) == (real.imports, real.failed)
    assert said.stand_ins == tuple(each for each in real.stand_ins if not each.startswith("js."))
    if len(said.problems) == len(real.problems) == 1 and said.problems[0].error != "SyntaxError":
        assert said.problems[0]._replace(trace=()) == real.problems[0]._replace(trace=())


def for_workerd() -> list[str]:
    """The layouts that its Python and its want of python_modules allow."""
    return [
        name
        for name, case in LAYOUTS.items()
        if case.workerd and "3.12" in case.pythons and not any(file.startswith(VENDORED) for file in case.files)
    ]


@pytest.fixture(scope="session")
def in_workerd() -> dict[str, Proof]:
    """The proofs of all layouts, each a Worker of its own, in two processes at once."""
    folder = str(tools.workerd().parent.parent)
    uploads = {}
    for name in for_workerd():
        what, _, resolver = analysed(LAYOUTS[name], "3.12")
        if static.refusal(what, resolver) is None:
            uploads[name] = (what, readers(LAYOUTS[name]))
    names = list(uploads)
    halves = [names[::2], names[1::2]]
    run = partial(workerd.run, folder=folder, timeout=60.0)
    with ThreadPoolExecutor(2) as threads:
        told = threads.map(lambda half: run([uploads[name] for name in half]), halves)
    return {
        name: proof(uploads[name][0], each or {}, Modules(uploads[name][1]), runtime="workerd", python="3.12")
        for half, outcomes in zip(halves, told, strict=True)
        for name, each in zip(half, outcomes, strict=True)
    }


@pytest.mark.oracle
@pytest.mark.parametrize("name", for_workerd())
def test_workerd_says_the_same(name: str, in_workerd: dict[str, Proof]) -> None:
    what, said, resolver = analysed(LAYOUTS[name], "3.12")
    if static.refusal(what, resolver) is not None:
        assert not said.imports
        return
    real = in_workerd[name]
    assert (said.imports, said.failed) == (real.imports, real.failed)
