"""The prediction of an upload for a pull request: the size, what grew, came and went, the tables folded away."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from edgewheel.documents.paths import relative
from edgewheel.reports.bundle_tables import changes_section, gauges, sections
from edgewheel.reports.bundle_text import since, words
from edgewheel.reports.text import clean, plural
from edgewheel.wrangler.sizes import kib

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edgewheel.reports.bundle_tables import Report, Section

#: A comment may have 65,536 signs, and nobody reads more rows than that.
_CHANGES = 50


def render(report: Report) -> str:
    """A comment's text, in GitHub's dialect."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    upload = report.upload
    env = f" ({code(upload.env)})" if upload.env else ""
    packed = f" / gzip about {kib(report.gzip_bytes)} KiB" if report.gzip_bytes is not None else ""
    yield f"### Worker upload{env}: {kib(upload.total_bytes)} KiB{packed}"
    yield ""
    yield f"{code(relative(upload.main))} and {plural(upload.attached, 'more module')}, by wrangler {upload.wrangler}."
    yield ""
    yield from (f"* {'**' * (gauge.share > 1)}{words(gauge)}{'**' * (gauge.share > 1)}" for gauge in gauges(report))
    if report.before is not None:
        yield f"* {since(report)}"
        if report.changes:
            yield ""
            yield from _table(changes_section(report.changes, most=_CHANGES))
    for section in sections(report._replace(changes=())):
        yield ""
        yield from _folded(section.title, _table(section))
    if upload.duplicate_warnings:
        duplicates = [f"* {code(each)}" for each in upload.duplicate_warnings]
        yield ""
        yield from _folded(f"wrangler will ignore {plural(len(duplicates), 'duplicate module')}", duplicates)
    for warning in dict.fromkeys(upload.warnings):
        yield ""
        yield f"> wrangler will warn: {code(' '.join(warning.split()))}"


def code(text: str) -> str:
    """A name as code, whatever signs it holds: nothing in it is read as Markdown or HTML."""
    return f"<code>{html.escape(clean(text)).replace('|', '&#124;').replace('`', '&#96;')}</code>"


def _folded(title: str, body: Iterable[str]) -> Iterator[str]:
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from body
    yield ""
    yield "</details>"


def _table(section: Section) -> Iterator[str]:
    *numbers, name = section.heads
    yield f"| {name} | {' | '.join(numbers)} |"
    yield f"| --- |{' ---: |' * len(numbers)}"
    for row in section.rows:
        *cells, label = row.cells
        yield f"| {code(label)} | {' | '.join(cells)} |"
    if section.more:
        yield ""
        yield f"and {section.more:,} more"
