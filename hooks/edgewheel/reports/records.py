"""Findings as JSON objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.reports.text import relative

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edgewheel.findings import Finding


def findings(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """Paths relative to the current folder, posix; lines and columns from 1, 0 for the file as a whole."""
    return [
        {
            "code": each.code,
            "level": each.level,
            "message": each.message,
            "path": relative(each.place.path),
            "line": each.place.line,
            "column": each.place.column,
            "fix": each.fix,
            "worker": relative(each.worker),
        }
        for each in found
    ]
