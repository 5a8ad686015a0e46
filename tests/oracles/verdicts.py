"""What `prove` says of several Workers: by analysis, and in Pyodide by one process a Python (its start takes long)."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tests import tools

from edgewheel.commands import prove
from edgewheel.runtime.proof import Proof
from edgewheel.runtime.real import pyodide
from edgewheel.runtime.real.running import Mounted, proof
from edgewheel.runtime.static import refusal
from edgewheel.runtime.verdict import judged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edgewheel.deploy import Deploy

PYODIDES = {"3.12": "0.26.4", "3.13": "0.28.3", "3.14": "314.0.7"}


def found(folder: Path) -> tuple[Deploy, argparse.Namespace]:
    """A Worker's deploy, as `prove` in its folder takes it."""
    asked = argparse.Namespace(path=str(folder), config="", env=None, python="", runtime="static", timeout=30.0)
    return prove._deploy(asked), asked


def by_analysis(folder: Path) -> tuple[Deploy, Proof]:
    deploy, asked = found(folder)
    return deploy, prove._proof(deploy, asked)


def in_pyodide(folders: Sequence[Path], top: Path) -> list[tuple[Deploy, Proof]]:
    """`top` is an empty folder, in which the uploads are laid out."""
    deploys = [found(folder)[0] for folder in folders]
    told: dict[int, Proof] = {}
    for python in sorted({each.python for each in deploys}):
        asked = {at: prove.subject_of(each) for at, each in enumerate(deploys) if each.python == python}
        for at, (what, _) in list(asked.items()):
            refused = refusal(what, deploys[at].resolver())
            if refused is not None:
                told[at] = Proof("pyodide", python, what.main[0], False, 0, (), (refused,))
        left = {at: prove.with_reached(what, deploys[at]) for at, (what, _) in asked.items() if at not in told}
        for at in left:
            Mounted(str(top / str(at)), deploys[at].readers)
        uploads = [(str(top / str(at)), what) for at, what in left.items()]
        folder = str(tools.pyodide(PYODIDES[python]))
        outcomes = pyodide.run(uploads, python=python, folder=folder, timeout=30.0) if uploads else []
        for (at, what), each in zip(left.items(), outcomes, strict=True):
            told[at] = proof(what, each, deploys[at].sources, runtime="pyodide", python=python)
        for at, (_, want) in asked.items():
            told[at] = judged(told[at], want, deploys[at].sources, deploys[at].main)
    return [(deploy, told[at]) for at, deploy in enumerate(deploys)]
