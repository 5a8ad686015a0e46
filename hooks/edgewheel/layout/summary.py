"""The one line that every build and every staging prints."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edgewheel.layout.plan import Layout

#: More names than these are counted, not listed.
_SHOWN = 5


def line(layout: Layout, *, size: int) -> str:
    """Files, bytes, what was left out by kind, which `__init__.py` were added; `size` is the sum of all bytes."""
    files = len(layout.files)
    parts = [f"{files:,} file{'' if files == 1 else 's'}, {size:,} bytes"]
    if layout.stripped:
        counted = Counter(each.why for each in layout.stripped)
        parts.append("left out " + ", ".join(f"{why} ({number:,})" for why, number in sorted(counted.items())))
    if layout.added:
        more = len(layout.added) - _SHOWN
        shown = ", ".join(layout.added[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
        parts.append(f"added {shown}")
    return "; ".join(parts)
