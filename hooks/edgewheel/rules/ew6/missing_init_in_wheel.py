"""EW603: a package in a wheel that lacks its `__init__.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.documents.paths import quoted
from edgewheel.findings import Finding, Place
from edgewheel.layout import packages
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.wheel import Wheel


@rule("EW603")
def missing_init_in_wheel(wheel: Wheel) -> Iterator[Finding]:
    """A package in a wheel that lacks its `__init__.py`, among packages that have theirs.

    Workers: a folder without it is a namespace portion, which any regular package of the same name in
    `python_modules` hides as a whole: the import works at home and fails on the edge.

    Fix: add the file to the source, or build with edgewheel, which adds it to the wheel.

    Bad:
        worker.py
        src/__init__.py
        src/core/config.py

    Good:
        worker.py
        src/__init__.py
        src/core/__init__.py
        src/core/config.py
    """
    mode = wheel.project.packages if wheel.project else "consistent"
    for namespace in () if mode == "off" else wheel.namespaces():
        lacking = packages.missing(wheel.sizes, namespace)
        regular = any(name.startswith(f"{namespace}/") and name.endswith(f"/{packages.INIT}") for name in wheel.sizes)
        for name in lacking if regular or mode == "strict" else ():
            yield Finding(
                f"`{name}` is not in the wheel: on Workers the package can be hidden by a vendored one of its name",
                Place(wheel.path),
                f"touch {quoted(name)}",
            )
