"""The one line that every build and every staging prints."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edgewheel.layout.plan import Layout

#: More names than these are counted, not listed.
_SHOWN = 5


def line(layout: Layout, *, size: int) -> str:
    """Files, bytes, what was left out by kind, which `__init__.py` were added; `size` is the sum of all bytes."""
    parts = [_held(len(layout.files), size)]
    if layout.stripped:
        counted = Counter(each.why for each in layout.stripped)
        parts.append("left out " + ", ".join(f"{why} ({number:,})" for why, number in sorted(counted.items())))
    if layout.added:
        parts.append(f"added {_shown(layout.added)}")
    return "; ".join(parts)


def source_line(sizes: Sequence[int], left: Sequence[str]) -> str:
    """The same of a source archive: nothing is added to it, and left out are folders and files as a whole."""
    out = f"; left out {_shown(sorted(left))}" if left else ""
    return f"{_held(len(sizes), sum(sizes))}{out}"


def _held(files: int, size: int) -> str:
    return f"{files:,} file{'' if files == 1 else 's'}, {size:,} bytes"


def _shown(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
