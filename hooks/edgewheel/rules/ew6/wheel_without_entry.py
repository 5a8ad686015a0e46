"""EW601: a wheel without the namespace or the entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.repository.walk import MARK
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.wheel import Wheel

_BACKEND = '[build-system]\nrequires = ["edgewheel"]\nbuild-backend = "edgewheel_build"'


@rule("EW601")
def wheel_without_entry(wheel: Wheel) -> Iterator[Finding]:
    """A wheel without the namespace or the entry.

    Workers: the wheel is the module root. Without `worker.py` wrangler has no entry to upload; without the
    namespace every `from src.…` import of the deployed Worker fails with `No module named 'src'`.

    Fix: build with edgewheel, which keeps the namespace and generates the entry: `requires = ["edgewheel"]` and
    `build-backend = "edgewheel_build"` in `[build-system]`, or the hatchling hook `edgewheel`.

    Bad:
        forge-1.0-py3-none-any.whl
            main.py
            core/__init__.py

    Good:
        forge-1.0-py3-none-any.whl
            worker.py
            src/__init__.py
            src/main.py
            src/core/__init__.py
    """
    place = Place(wheel.path)
    if "worker.py" not in wheel.sizes:
        yield Finding("`worker.py` is not in the wheel: wrangler finds no entry to upload", place, _BACKEND)
    if wheel.project is None:
        yield from _unresolved(wheel)
        return
    namespace, entry = wheel.project.namespace, wheel.project.entry
    if not any(name.startswith(f"{namespace}/") for name in wheel.sizes):
        top = namespace.partition("/")[0]
        yield Finding(
            f"`{namespace}/` is not in the wheel: imports fail on Workers with `No module named '{top}'`",
            place,
            _BACKEND,
        )
    elif entry not in wheel.sizes:
        yield Finding(
            f"`{entry}` is not in the wheel: `worker.py` finds no handler on Workers, and the Worker does not start",
            place,
            "take the pattern that leaves it out from `strip` of `[tool.edgewheel]` or from `[tool.hatch.build]`",
        )


def _unresolved(wheel: Wheel) -> Iterator[Finding]:
    """Of a wheel alone: a module that `worker.py` imports from a package of the wheel, which has no such module."""
    tops = {name.partition("/")[0] for name in wheel.sizes if "/" in name}
    generated = MARK in wheel.entry_text  # it imports from the namespace alone
    for module in wheel.imported_by_entry():
        path = module.replace(".", "/")
        here = f"{path}.py" in wheel.sizes or f"{path}/__init__.py" in wheel.sizes
        if not here and (generated or module.partition(".")[0] in tops or not wheel.namespaces()):
            yield Finding(
                f"`worker.py` imports `{module}`, which is not in the wheel: the Worker does not start",
                Place(wheel.path),
                f"build the wheel again from a tree that has `{path}.py`",
            )
