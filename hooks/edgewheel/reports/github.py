"""Findings as workflow commands of GitHub Actions, one a line, escaped so that no text can forge another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.documents.paths import relative
from edgewheel.reports.blocks import blocks, singles
from edgewheel.reports.text import clean, places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edgewheel.findings import Finding
    from edgewheel.reports.blocks import CauseBlock


def findings(found: Iterable[Finding], *, each_one: bool = False) -> Iterator[str]:
    """`::error file=…,line=…,title=…::message`; the places and the fix on lines of their own behind the message.

    One a cause, since GitHub shows ten a step, or `each_one`.
    """
    for block in singles(found) if each_one else blocks(found):
        each = block.head
        where = [f"file={_property(relative(each.place.path))}"] if each.place.path != "-" else []
        where += [f"line={each.place.line}"] if each.place.line and where else []
        where += [f"col={each.place.column}"] if each.place.column and each.place.line and where else []
        level = "error" if each.level == "error" else "warning"
        where += _end(block)
        message = "\n".join(filter(None, (each.message, places(block), each.fix and f"fix: {each.fix}")))
        yield f"::{level} {','.join([*where, f'title={each.code}'])}::{_data(message)}"


def _end(block: CauseBlock) -> list[str]:
    """Where the place ends, which a cause's own place does not say."""
    each = block.head
    if len(block.members) > 1 or not each.end_line or each.place.path == "-" or not each.place.column:
        return []
    return [f"endLine={each.end_line}", f"endColumn={each.end_column}"]


def _data(text: str) -> str:
    return clean(text.replace("%", "%25"), keep="\n").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
