"""The prediction of an upload for a person at a terminal: the same tables with bars and colours, as wide as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from edgewheel.reports.bundle_tables import gauges, headline, sections
from edgewheel.reports.bundle_text import notes, since, words
from edgewheel.reports.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from edgewheel.reports.bundle_tables import Report, Section

_BAR = 12
#: From which width on a table has bars; modules have long names.
_WIDE = {"module": 110}
_PARTS = " ▏▎▍▌▋▊▉█"
_CHANGES = {"came": "yellow", "grew": "yellow", "went": "green", "shrank": "green"}


def render(report: Report, *, width: int = 80) -> RenderableType:
    """Something for `rich.console.Console.print`; in a narrow one the names need the room of the bars."""
    return Group(*_parts(report, width))


def _parts(report: Report, width: int) -> Iterator[RenderableType]:
    yield Text(clean(headline(report)), style="bold")
    for gauge in gauges(report):
        color = _color(gauge.share, report.warn_share)
        said = words(gauge)
        bar = _bar(gauge.share, min(_BAR, max(width - len(said) - 3, 5)))
        yield Text.assemble("  ", (bar, color), " ", (said, color))
    if report.before is not None:
        yield Text(f"  {since(report)}")
    for section in sections(report):
        yield Text()
        yield _table(section, report, bars=width >= _WIDE.get(section.heads[-1], 60))
        if section.more:
            yield Text(f" and {section.more:,} more: --by {section.heads[-1]} lists all", style="dim")
    for line in notes(report):
        yield Text(line, style="yellow" if line.startswith("wrangler will") else "")


def _table(section: Section, report: Report, *, bars: bool) -> Table:
    table = Table(title=section.title, title_justify="left", title_style="bold", box=None, padding=(0, 1), expand=True)
    shares = any(row.share is not None for row in section.rows)
    bars = bars and shares
    for head in section.heads[:-1]:
        table.add_column(head, justify="right", no_wrap=True, header_style="dim")
    if bars:
        table.add_column("", no_wrap=True, width=_BAR)
    table.add_column(section.heads[-1], ratio=1, overflow="fold", header_style="dim")
    for row in section.rows:
        *numbers, name = row.cells
        color = _CHANGES.get(numbers[0], "") if not shares else _color(row.share or 0, report.warn_share)
        cells = [Text(cell, style=color) for cell in numbers]
        bar = [Text(_bar(row.share or 0), style=color)] if bars else []
        table.add_row(*cells, *bar, Text(clean(name)))
    return table


def _bar(share: float, length: int = _BAR) -> str:
    eighths = round(min(max(share, 0), 1) * length * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_PARTS[rest] if rest else "")).ljust(length, "·" if not eighths else " ")


def _color(share: float, warn_share: float) -> str:
    return "red" if share > 1 else "yellow" if share >= warn_share else "green"
