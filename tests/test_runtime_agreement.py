"""The analysis against the real runtimes: the same verdict on main and on every other module of each layout."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

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
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from edgewheel.runtime.proof import Proof, Subject

PYODIDES = {"3.12": "0.26.4", "3.13": "0.28.3", "3.14": "314.0.7"}
TABLE = [(python, name) for name, case in LAYOUTS.items() for python in case.pythons]


def readers(case: Case, below: str = "") -> dict[str, Callable[[], bytes]]:
    """The files. `below` is the folder of the upload where others stand beside it."""

    def content(text: str | bytes) -> bytes:
        given = text.encode() if isinstance(text, str) else text
        return given.replace(b"/session/metadata", b"/session/metadata" + below.encode())

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


def proved(cases: Mapping[str, Case], python: str) -> dict[str, tuple[Subject, Proof]]:
    """What the analysis says of those that the runtime imports; of the others, that it refuses them."""
    found = {}
    for name, case in cases.items():
        what, said, resolver = analysed(case, python)
        if static.refusal(what, resolver) is None:
            found[name] = (what, said)
        else:
            assert not said.imports
    return found


@pytest.mark.oracle
@pytest.mark.parametrize("python", PYODIDES)
def test_pyodide_says_the_same(python: str, tmp_path: Path) -> None:
    """All layouts in one process, and in one test: what starts the process is not to run once a worker of xdist."""
    cases = {name: case for name, case in LAYOUTS.items() if python in case.pythons}
    said = proved(cases, python)
    for name in said:
        Mounted(str(tmp_path / name), readers(cases[name]))
    uploads = [(str(tmp_path / name), what) for name, (what, _) in said.items()]
    told = pyodide.run(uploads, python=python, folder=str(tools.pyodide(PYODIDES[python])), timeout=30.0)
    wrong = {}
    for (name, (what, found)), each in zip(said.items(), told, strict=True):
        real = proof(what, each, Modules(readers(cases[name])), runtime="pyodide", python=python)
        stood_in = tuple(each for each in real.stand_ins if not each.startswith("js."))
        left, right = (found.imports, found.failed, found.stand_ins), (real.imports, real.failed, stood_in)
        if left == right and len(found.problems) == len(real.problems) == 1:
            left, right = _problem(found), _problem(real)
        if left != right:
            wrong[name] = (left, right)
    assert wrong == {}


def _problem(said: Proof) -> tuple[object, ...]:
    """The one failure, but for its trace and for the words of another parser."""
    problem = said.problems[0]._replace(trace=())
    return problem[:2] if problem.error == "SyntaxError" else tuple(problem)


@pytest.mark.oracle
def test_workerd_says_the_same() -> None:
    """Those that its Python and its want of python_modules allow, all of them in one Worker."""
    cases = {
        name: case
        for name, case in LAYOUTS.items()
        if case.workerd and "3.12" in case.pythons and not any(file.startswith(VENDORED) for file in case.files)
    }
    said = proved(cases, "3.12")
    uploads = [(what, readers(cases[name], f"/w{at}")) for at, (name, (what, _)) in enumerate(said.items())]
    told = workerd.run(uploads, folder=str(tools.workerd().parent.parent), timeout=60.0)
    wrong = {}
    for (name, (what, found)), each in zip(said.items(), told, strict=True):
        real = proof(what, each, Modules(readers(cases[name])), runtime="workerd", python="3.12")
        if (found.imports, found.failed) != (real.imports, real.failed):
            wrong[name] = ((found.imports, found.failed), (real.imports, real.failed))
    assert wrong == {}
