"""Prints what a command has to say: plain lines to a pipe, colours and broken lines to a terminal.

rich is loaded for a person only: the start of a hook in a pipe pays nothing for it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from edgewheel.reports import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edgewheel.findings import Finding


def findings(found: Sequence[Finding], *, each_one: bool = False) -> None:
    """The findings with their fixes, without the count: one block a cause, or `each_one`."""
    if not found or not sys.stdout.isatty():
        for line in text.findings(found, each_one=each_one):
            print(line)
        return
    from edgewheel.reports import terminal

    screen = terminal.console()
    for each in terminal.findings(found, screen, each_one=each_one):
        screen.print(each, soft_wrap=True)


def total(line: str, found: Sequence[Finding]) -> None:
    """The last line, which counts."""
    line = text.clean(line)
    if not found or not sys.stdout.isatty():
        print(line)
        return
    from edgewheel.reports import terminal

    terminal.console().print(terminal.total(line, found), soft_wrap=True)


def verdict(line: str, *, good: bool) -> None:
    """The last word of a long run; a terminal gets a free line before it."""
    line = text.clean(line)
    if not sys.stdout.isatty():
        print(line)
        return
    from edgewheel.reports import terminal

    terminal.console().print(f"\n{line}", style="bold green" if good else "bold red", soft_wrap=True)


def refusal(message: str) -> None:
    """Why a command could not run, on stderr. What follows the first line is indented: a name that holds a line break
    cannot be taken for another finding.
    """
    whole = text.clean(f"edgewheel: {message}", keep="\n").replace("\n", "\n  ")
    if not sys.stderr.isatty():
        print(whole, file=sys.stderr)
        return
    from edgewheel.reports import terminal

    screen = terminal.console(stderr=True)
    for each in terminal.lines(whole.split("\n"), screen, 4):
        screen.print(each, soft_wrap=True)


def notes(given: Sequence[str]) -> None:
    """What people must know beside the report, a line each on stderr."""
    if not given or not sys.stderr.isatty():
        for line in given:
            print(text.clean(f"note: {line}"), file=sys.stderr)
        return
    from edgewheel.reports import terminal

    screen = terminal.console(stderr=True)
    for each in terminal.lines([text.clean(f"note: {line}") for line in given], screen, 4):
        screen.print(each, soft_wrap=True)


def data(value: object) -> None:
    """A report as JSON."""
    print(text.data(value))


def lines(given: Iterable[str], *, indent: int = 0) -> None:
    """Lines, each with what is foreign in it made safe; a terminal's are broken at its width, the rest `indent` deeper
    than the line's own indent.
    """
    if not sys.stdout.isatty():
        for line in given:
            print(text.clean(line))
        return
    from edgewheel.reports import terminal

    screen = terminal.console()
    for each in terminal.lines(map(text.clean, given), screen, indent):
        screen.print(each, soft_wrap=True)


def diff(whole: str) -> None:
    """A unified diff, with colours for a person."""
    if not sys.stdout.isatty():
        print(whole, end="")
        return
    from edgewheel.reports import terminal

    screen = terminal.console()
    for each in terminal.diff(whole):
        screen.print(each, soft_wrap=True)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """A table; the columns in `right` hold numbers."""
    if not rows or not sys.stdout.isatty():
        from edgewheel.reports import table as plain

        for line in plain.text(heads, rows, right=right):
            print(line)
        return
    from edgewheel.reports import terminal

    screen = terminal.console()
    for each in terminal.table(heads, rows, right, screen):
        screen.print(each, soft_wrap=True)
