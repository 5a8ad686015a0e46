"""EW608: HATCH_BUILD_NO_HOOKS is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.wheel import Wheel


@rule("EW608")
def build_hooks_off(wheel: Wheel) -> Iterator[Finding]:
    """HATCH_BUILD_NO_HOOKS is set: the build refuses.

    Workers: the variable makes hatchling skip every build hook without a word. The wheel then has no entry, no
    added `__init__.py`, and all the tests.

    Fix: `unset HATCH_BUILD_NO_HOOKS`, and build again.

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
