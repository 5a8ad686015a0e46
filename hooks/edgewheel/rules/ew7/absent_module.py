"""Which kind of module is missing. Shared by EW704 and EW705."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edgewheel.logs.summary import Name


def is_compiled(name: Name) -> bool:
    head, dot, last = name.text.rpartition(".")
    return bool(dot) and last.startswith("_") and not last.startswith("__") and not head.startswith("_")
