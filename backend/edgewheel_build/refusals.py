"""What hatchling would stumble over in the middle of a build, said before it begins."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hatchling.builders.wheel import WheelBuilder

from edgewheel.findings import CouldNotRun

if TYPE_CHECKING:
    from edgewheel_build.selection import Builder

#: The last second that a zip file can hold (the end of 2107), and the seconds that gzip can.
_TIMES = {"wheel": range(-(2**63), 4354819200), "sdist": range(2**32)}


def check(builder: Builder, target: str, build_data: dict[str, Any]) -> None:
    """CouldNotRun for a time that no archive can hold, and for a `requires-python` that no Python satisfies."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is not None and builder.config.reproducible and not _is_time(epoch, _TIMES.get(target)):
        raise CouldNotRun(
            f"`SOURCE_DATE_EPOCH` is `{epoch}`, which is no time that an archive can hold: set it to whole seconds "
            "since 1970 (`git log -1 --format=%ct` prints those of the last commit), or unset it"
        )
    if isinstance(builder, WheelBuilder) and "tag" not in build_data and builder.get_default_tag().startswith("-"):
        written = builder.metadata.core.requires_python
        raise CouldNotRun(f'`requires-python = "{written}"` allows no Python 2 or 3: no installer would take the wheel')


def _is_time(text: str, times: range | None) -> bool:
    try:
        return times is None or int(text) in times
    except ValueError:
        return False
