"""A table of plain cells as aligned text or as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.reports.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def text(heads: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> Iterator[str]:
    """Lines with columns as wide as their widest cell; the columns in `right` hold numbers."""
    cells = [[clean(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    for row in cells:
        padded = (
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(padded).rstrip()


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> Iterator[str]:
    """The same in GitHub's dialect; signs that mean something there are escaped."""
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---:' if at in right else '---' for at in range(len(heads)))} |"
    for row in rows:
        yield f"| {' | '.join(_escaped(cell) for cell in row)} |"


def _escaped(cell: str) -> str:
    shown = clean(cell)
    for sign in "\\|`*_[]<>":
        shown = shown.replace(sign, f"\\{sign}")
    return shown
