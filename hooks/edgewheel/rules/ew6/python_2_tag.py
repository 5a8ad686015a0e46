"""EW607: a `py2.py3` tag, because there is no `requires-python`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.wheel import Wheel


@rule("EW607", level="warning")
def python_2_tag(wheel: Wheel) -> Iterator[Finding]:
    """A `py2.py3` tag, because there is no `requires-python`.

    Workers: the runtime is Python 3.12 or later. A wheel that claims Python 2 is taken by every installer, so that
    resolution for an old Python finds it, and no tool can say that its syntax is too new.

    Fix: write `requires-python` in `[project]`.

    Bad:
        forge-1.0-py2.py3-none-any.whl

    Good:
        forge-1.0-py3-none-any.whl
    """
    if any(tag.startswith("py2") for tag in wheel.tags):
        why = (
            "though it requires " + wheel.requires_python
            if wheel.requires_python
            else "because there is no `requires-python`"
        )
        yield Finding(
            f"`{wheel.path.rpartition('/')[2]}` is tagged for Python 2 {why}: Workers run Python 3.12 and later",
            Place(wheel.path),
            'requires-python = ">=3.12"  # in [project]',
        )
