"""Findings as a Markdown table, for a pull request or a job summary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edgewheel.documents.paths import relative
from edgewheel.reports.blocks import blocks, singles
from edgewheel.reports.text import clean, places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.findings import Finding

_CODE = re.compile(r"`([^`\n]+)`")


def findings(found: Sequence[Finding], *, each_one: bool = False) -> Iterator[str]:
    """A table of findings, one row a cause or `each_one`; or one sentence where there are none."""
    if not found:
        yield "No findings."
        return
    yield "| where | code | what | fix |"
    yield "| --- | --- | --- | --- |"
    for block in singles(found) if each_one else blocks(found):
        each = block.head
        line = f":{each.place.line}" if each.place.line else ""
        fix = "<br>".join(code(part) for part in each.fix.split("\n") if part.strip())
        what = "<br>".join(prose(part) for part in (each.message, places(block)) if part)
        yield f"| {code(relative(each.place.path) + line)} | {each.code} | {what} | {fix} |"


def code(text: str) -> str:
    """Text as code in a table cell: pipes and backticks cannot end it."""
    shown = clean(text).replace("|", "\\|")
    fence = "``" if "`" in shown else "`"
    return f"{fence}{' ' if fence == '``' else ''}{shown}{' ' if fence == '``' else ''}{fence}"


def prose(text: str) -> str:
    """A message in a table cell: its own backticks stay code, everything else is escaped."""
    parts = _CODE.split(clean(text))
    return "".join(code(part) if index % 2 else _escaped(part) for index, part in enumerate(parts))


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|@])", r"\\\1", text)
