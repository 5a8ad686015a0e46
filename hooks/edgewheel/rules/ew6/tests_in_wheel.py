"""EW602: tests in a wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.layout import strip
from edgewheel.rules.ew6.left_out import REBUILD, files, unwanted
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.wheel import Wheel


@rule("EW602")
def tests_in_wheel(wheel: Wheel) -> Iterator[Finding]:
    """Tests in a wheel.

    Workers: every `.py` of the wheel is uploaded, counts against the size limit of the bundle and is code that
    the deployed Worker carries without need; what tests import (pytest) is not there.

    Fix: build with edgewheel, which strips `tests`, `test`, `test_*.py`, `*_test.py` and `conftest.py`. A package
    that is really called so is kept by `keep = ["src/test"]` in `[tool.edgewheel]`.

    Bad:
        worker.py
        src/core/__init__.py
        src/core/config.py
        src/core/test_config.py

    Good:
        worker.py
        src/core/__init__.py
        src/core/config.py
    """
    for name, count, why in unwanted(wheel):
        if why == strip.TESTS:
            what = f"`{name}` ({files(count)}) is" if name.endswith("/") else f"`{name}` is"
            yield Finding(
                f"{what} a test in the wheel: it would be uploaded with the Worker",
                Place(wheel.path),
                f'{REBUILD}; a package of that name is kept by `keep = ["{name.rstrip("/")}"]` in `[tool.edgewheel]`',
            )
