"""EW608: a build whose hooks are switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.checks import rule
from edgewheel.findings import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.worker.wheel import Wheel


@rule("EW608", "build-hooks-off")
def hooks_off(wheel: Wheel) -> Iterator[Finding]:
    """HATCH_BUILD_NO_HOOKS is set: the build refuses.

    Workers: the variable makes hatchling skip every build hook without a word. The wheel then has no entry, no
    added `__init__.py`, and all the tests.

    Fix: `unset HATCH_BUILD_NO_HOOKS`, and build anew.

    Bad:
        HATCH_BUILD_NO_HOOKS=1 uv build

    Good:
        uv build
    """
    if wheel.hooks_off and "worker.py" not in wheel.sizes:
        yield Finding(
            "`HATCH_BUILD_NO_HOOKS` is set: hatchling skips every build hook, and the wheel would have no entry",
            Place(wheel.path),
            "unset HATCH_BUILD_NO_HOOKS",
        )
