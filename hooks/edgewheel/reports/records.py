"""Findings as JSON objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.documents.paths import relative
from edgewheel.rules.page import url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edgewheel.findings import Finding


def findings(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """Paths relative to the current folder, posix; lines and columns from 1, 0 for the file as a whole.

    `cause` is equal for findings that one edit would end; `url` is the rule's page.
    """
    return [
        {
            "code": each.code,
            "level": each.level,
            "message": each.message,
            "path": relative(each.place.path),
            "line": each.place.line,
            "column": each.place.column,
            "end_line": each.end_line,
            "end_column": each.end_column,
            "fix": each.fix,
            "cause": each.cause.key if each.cause else None,
            "url": url(each.code),
            "worker": relative(each.worker),
        }
        for each in found
    ]
