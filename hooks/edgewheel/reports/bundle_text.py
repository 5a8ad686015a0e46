"""The prediction of an upload as plain lines, for a pipe or a log: numbers first, names whole at the line's end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.reports.bundle_tables import gauges, headline, percent, sections, signed
from edgewheel.reports.text import clean, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.reports.bundle_tables import Gauge, Report, Section


def render(report: Report) -> Iterator[str]:
    """The lines, without their ends."""
    yield clean(headline(report))
    for gauge in gauges(report):
        yield f"  {words(gauge)}"
    if report.before is not None:
        yield f"  {since(report)}"
    for section in sections(report):
        yield ""
        yield from _table(section)
    yield from notes(report)


def words(gauge: Gauge) -> str:
    """A size against a limit in words."""
    over = " OVER" if gauge.share > 1 else ""
    return f"{percent(gauge.share)} of {gauge.limit.words}{over}"


def since(report: Report) -> str:
    """The difference to the baseline in words."""
    assert report.before is not None  # noqa: S101 - the caller has looked
    difference = report.upload.total_bytes - report.before.total_bytes
    return f"{signed(difference) if difference else 'no difference'} since the baseline"


def notes(report: Report) -> Iterator[str]:
    """What wrangler will print besides: duplicates and warnings."""
    upload = report.upload
    if upload.duplicate_warnings:
        yield ""
        number = len(upload.duplicate_warnings)
        yield f"wrangler will ignore {plural(number, 'duplicate module')}:"
        yield from (f"  {clean(each)}" for each in upload.duplicate_warnings)
    for warning in dict.fromkeys(upload.warnings):
        yield ""
        first, *rest = clean(warning, keep="\n").split("\n")
        yield f"wrangler will warn: {first}"
        yield from (f"  {line.strip()}" for line in rest if line.strip())


def _table(section: Section) -> Iterator[str]:
    rows = [section.heads, *(row.cells for row in section.rows)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(section.heads) - 1)]
    for *numbers, name in rows:
        cells = "  ".join(f"{cell:>{width}}" for cell, width in zip(numbers, widths, strict=True))
        yield f"{cells}  {clean(name)}"
    if section.more:
        yield f"and {section.more:,} more: --by {section.heads[-1]} lists all"
