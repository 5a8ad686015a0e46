"""What a person at a terminal sees: the same words in colour, broken where the terminal ends. Needs rich."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from edgewheel.reports.blocks import blocks, singles
from edgewheel.reports.text import brief, clean, place, places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from edgewheel.findings import Finding

_LEVELS = {"error": "bold red", "warning": "bold yellow"}
_CHANGES = {"+": "green", "-": "red", "@": "cyan"}
_QUOTED = re.compile("`[^`]+`")
#: What a line begins with that names the rest of it: a place, a code, a heading.
_HEAD = re.compile(r"^(?:edgewheel:|[^\s:]+:[0-9]+(?=: )|EW[0-9]{3}\b|[A-Z][A-Za-z ]*:$)")
#: How a line begins that is pasted into a shell: where it is broken it must still be one command.
_COMMAND = re.compile(r"(?:uvx?|edgewheel|pywrangler|wrangler|git|mv|cp|rm|mkdir|touch|npm|npx|pip|printf|python3?)\s")
_AFTER = re.compile(r"(?<= &&) ")
#: Words of a shell's line, quoted ones whole.
_WORDS = re.compile(r"""(?:[^\s"']|"[^"]*"|'[^']*'|["'])+""")


def console(*, stderr: bool = False) -> Console:
    """NO_COLOR is taken at its word: no escape code at all, bold and cursor movements included."""
    plain = bool(os.environ.get("NO_COLOR"))
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, color_system=None if plain else "auto")


def moves(screen: Console) -> bool:
    """Whether lines may be drawn anew: not in a log (CI), nor where escape codes are unwanted."""
    return screen.is_terminal and screen.color_system is not None and not os.environ.get("CI")


def findings(found: Iterable[Finding], screen: Console, *, each_one: bool = False) -> Iterator[Text]:
    """Each block's lines, with `brief` fixes."""
    for block in brief(singles(found) if each_one else blocks(found)):
        each = block.head
        head = Text.assemble((place(each), "bold"), ": ", (each.code, _LEVELS[each.level]), " ")
        if each.level != "error":
            head.append(f"{each.level}: ", "yellow")
        message = Text(clean(each.message))
        message.highlight_regex(_QUOTED, "cyan")
        yield from hang(head + message, screen, 4)
        if where := places(block):
            yield from hang(Text(f"    {where}"), screen, 4)
        if each.fix:
            yield from _fix(each.fix, screen)


def _fix(fix: str, screen: Console) -> Iterator[Text]:
    label = "    fix: "
    for line in clean(fix, keep="\n").split("\n"):
        for part in _command(line, screen.width - len(label)) if _COMMAND.match(line) else [line]:
            yield from hang(Text(f"{label}{part}", "dim"), screen, len(label))
            label = " " * len(label)


def _command(line: str, width: int) -> Iterator[str]:
    """A shell's line as lines that mean the same when they are pasted: broken after `&&`, else with a backslash."""
    for command in _AFTER.split(line):
        words = _WORDS.findall(command)
        while cell_len(" ".join(words)) > width and len(words) > 1:
            fits = next((n for n in range(len(words) - 1, 1, -1) if cell_len(" ".join(words[:n])) + 2 <= width), 1)
            yield " ".join(words[:fits]) + " \\"
            words = ["  " + words[fits], *words[fits + 1 :]]
        yield " ".join(words)


def hang(line: Text, screen: Console, indent: int) -> Iterator[Text]:
    """A line broken at the terminal's width, what follows the first part indented."""
    if line.cell_len <= screen.width:
        yield line
        return
    first = line.wrap(screen, screen.width)[0]
    rest = line[len(first.plain) :]
    rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
    first.rstrip()
    yield first
    for more in rest.wrap(screen, max(screen.width - indent, 20)):
        more.rstrip()
        yield Text(" " * indent) + more


def total(line: str, found: Sequence[Finding]) -> Text:
    """The last line, in the colour of the worst finding."""
    worst = min((each.level for each in found), default="")
    return Text(line, _LEVELS.get(worst, "green"))


def lines(given: Iterable[str], screen: Console, indent: int) -> Iterator[Text]:
    """Plain lines with their own indent kept; what is broken off stands `indent` further in."""
    for line in given:
        own = len(line) - len(line.lstrip(" "))
        text = Text(line)
        text.highlight_regex(_QUOTED, "cyan")
        text.highlight_regex(_HEAD, "bold")
        yield from hang(text, screen, own + indent)


def diff(whole: str) -> Iterator[Text]:
    """A unified diff, unbroken: its lines are the file's."""
    for line in whole.splitlines():
        header = line.startswith(("--- ", "+++ "))
        yield Text(line, "bold" if header else _CHANGES.get(line[:1], ""))


#: Lines that a cell of a table may fill.
_LINES = 3


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int], screen: Console) -> Iterator[Text]:
    """Columns that share the width. Words stay whole: a cell with a word that is too long for its column, as a path may
    be, stands below its row.
    """
    cells = [[clean(cell) for cell in row] for row in (heads, *rows)]
    widths = _widths(cells, screen.width)
    shown = [at for at, width in enumerate(widths) if width]
    for number, row in enumerate(cells):
        fits = [bool(width) and _longest(cell) <= width for cell, width in zip(row, widths, strict=True)]
        parts = [
            Text(row[at] if fits[at] else "").wrap(screen, widths[at], justify="right" if at in right else "left")
            for at in shown
        ]
        for each in range(max(map(len, parts))):
            line = [
                part[each] if each < len(part) else Text(" " * widths[at])
                for at, part in zip(shown, parts, strict=True)
            ]
            whole = Text("  ").join(line)
            whole.rstrip()
            whole.stylize("" if number else "bold")
            yield whole
        if not number:
            yield Text("\u2500" * min(screen.width, sum(widths) + 2 * (len(shown) - 1)))
            continue
        for head, cell, fit in zip(heads, row, fits, strict=True):
            if cell and not fit:
                yield from hang(Text(f"    {head}: {cell}"), screen, 6)


def _widths(cells: Sequence[Sequence[str]], width: int, below: frozenset[int] = frozenset()) -> list[int]:
    """What each column gets: its longest word, then more from left to right; 0 for one that stands `below` the rows, as
    one does that would fill more than three lines.
    """
    widths: list[int] = []
    left = width + 2
    for at, column in enumerate(zip(*cells, strict=True)):
        need = max(map(_longest, column))
        room = need if need + 2 <= left else left - 2
        widths.append(room if room >= _longest(column[0]) and at not in below else 0)
        left -= widths[-1] + 2 if widths[-1] else 0
    for at, column in enumerate(zip(*cells, strict=True)):
        more = min(left, max(map(cell_len, column)) - widths[at]) if widths[at] else 0
        widths[at] += max(more, 0)
        left -= max(more, 0)
    tall = {
        at for at, column in enumerate(zip(*cells, strict=True)) if max(map(cell_len, column)) > _LINES * widths[at] > 0
    }
    return _widths(cells, width, below | tall) if tall else widths


def _longest(cell: str) -> int:
    """Cells that the longest word of a text takes."""
    return max(map(cell_len, cell.split()), default=0)
