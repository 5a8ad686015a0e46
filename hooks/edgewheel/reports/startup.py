"""A measured start as text, Markdown and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.documents.paths import relative
from edgewheel.reports.records import findings as finding_records
from edgewheel.reports.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from edgewheel.findings import Finding
    from edgewheel.rules.ew4.started import Started
    from edgewheel.runtime.startup import Cost, Start

_WIDTH = 12  # so that most names stand on their line at 80 columns
_MEMORY = 128 * 2**20
#: A module that costs less than this share of the start is left out of the tree.
_SHARE = 0.02
#: How far told and measured may be apart.
_APART = 0.1


class Tried(NamedTuple):
    """A statement as if deferred: what that would save as told and as measured; `measured` is None and `fault` says
    why where main needs the names at its top level.
    """

    modules: tuple[str, ...]
    path: str
    line: int
    told: float
    measured: float | None
    fault: str


class Columns(NamedTuple):
    """The start from sources and with compiled files, None where there is none of those; `modules` are compiled, into
    `size` bytes.
    """

    plain: Start
    compiled: Start | None
    modules: int
    size: int
    notes: tuple[str, ...]


class MeasuredStart(NamedTuple):
    """One Worker's start; `path` gives the real file of an upload's module."""

    started: Started
    tried: tuple[Tried, ...]
    findings: tuple[Finding, ...]
    path: Callable[[str], str]
    columns: Columns | None = None


def record(given: MeasuredStart) -> dict[str, Any]:
    """The JSON of one Worker."""
    start = given.started.start
    found: dict[str, Any] = {
        "python": start.python,
        "main": start.main,
        "cpu_ms": start.cpu_ms,
        "spread": start.spread,
        "runs": list(start.runs),
        "python_ms": start.python_ms,
        "budget_ms": given.started.budget_ms,
        "memory": start.memory,
        "imports": [_import(each, given) for each in start.imports],
        "packages": [
            {"name": each.name, "ms": round(each.ms, 3), "modules": each.modules, "bytes": each.size, "held": each.held}
            for each in start.packages
        ],
        "findings": finding_records(given.findings),
    }
    if (both := given.columns) is not None:
        found["precompiled"] = {
            "plain_ms": both.plain.cpu_ms,
            "plain_spread": both.plain.spread,
            "cpu_ms": both.compiled.cpu_ms if both.compiled else None,
            "spread": both.compiled.spread if both.compiled else None,
            "modules": both.modules,
            "bytes": both.size,
            "notes": list(both.notes),
        }
    if given.tried:
        found["what_if"] = [
            {
                "modules": list(each.modules),
                "path": _place(each.path, given),
                "line": each.line,
                "saves_ms": each.told,
                "measured_ms": each.measured,
                "needed": each.fault or None,
            }
            for each in given.tried
        ]
    return found


def _import(cost: Cost, given: MeasuredStart) -> dict[str, Any]:
    return {
        "module": cost.module,
        "self_ms": cost.self_ms,
        "total_ms": cost.total_ms,
        "package": cost.package,
        "path": _place(cost.path, given) or None,
        "line": cost.line,
        "saves_ms": cost.saves_ms,
    }


def _place(path: str, given: MeasuredStart) -> str:
    real = given.path(path) if path else ""
    return relative(real) if real else path


def text(given: MeasuredStart) -> Iterator[str]:
    """The report for a terminal: headline, tree with bars, packages, statements."""
    start = given.started.start
    yield from headline(given)
    yield ""
    yield "imports, with what they bring (ms of CPU):"
    least = max(1.0, start.cpu_ms * _SHARE)
    whole = max((each.total_ms for each in start.imports if each.above < 0), default=1.0) or 1.0
    for depth, cost in _tree(start, least):
        bar = _bar(cost.total_ms / whole)
        name = f"{'  ' * depth}{clean(cost.module)}"
        yield f"  {bar} {cost.total_ms:7,.1f}  {name}"
    yield ""
    yield "packages (ms of CPU, modules):"
    for package in start.packages[:10]:
        yield f"  {_bar(package.ms / whole)} {package.ms:7,.1f}  {clean(package.name)} ({package.modules})"
    rows = _statements(given)
    if rows:
        yield ""
        yield "what each import statement saves if a request runs it (ms of CPU):"
        yield from (f"  {saves:8,.1f}  {clean(place)}: {clean(module)}" for saves, place, module in rows[:15])
    yield from _what_if(given)
    yield ""


def headline(given: MeasuredStart) -> Iterator[str]:
    """What was measured, and how well."""
    start = given.started.start
    over = "over" if start.cpu_ms > given.started.budget_ms else "of"
    yield (
        f"`{clean(start.main)}` on Python {start.python}: {start.cpu_ms:,.0f} ms of CPU, {over} the budget of "
        f"{given.started.budget_ms:,.0f} ms (Python's own start, {start.python_ms:,.0f} ms, is not counted)"
    )
    steady = "" if start.spread <= 0.05 else ": not below 5 %, other work on this machine disturbs it"
    yield f"measured {len(start.runs)} times in Pyodide under Node; spread {start.spread:.1%}{steady}"
    yield from _columns(given.columns)
    if start.memory is not None:
        yield f"memory after the start: {start.memory / 2**20:.0f} MiB of {_MEMORY / 2**20:.0f} MiB, Python included"
    yield (
        "Cloudflare's CPUs differ: their figure is `Worker Startup Time` in a deploy log "
        "(`edgewheel logs --save-baseline` keeps it)"
    )


def _columns(both: Columns | None) -> Iterator[str]:
    if both is None:
        return
    if both.compiled is not None:
        share = both.compiled.cpu_ms / both.plain.cpu_ms - 1 if both.plain.cpu_ms else 0.0
        yield (
            f"from sources {both.plain.cpu_ms:,.0f} ms, precompiled {both.compiled.cpu_ms:,.0f} ms ({share:+.0%}); "
            f"{both.modules:,} compiled files, {both.size:,} bytes more to upload"
        )
    for note in both.notes:
        head, _, rest = note.partition("\n")
        yield f"{clean(head)}{rest and ' '}{clean(rest.replace(chr(10), '; '))}"


def _tree(start: Start, least: float) -> Iterator[tuple[int, Cost]]:
    below: dict[int, list[int]] = {}
    for at, each in enumerate(start.imports):
        below.setdefault(each.above, []).append(at)

    def walk(at: int, depth: int) -> Iterator[tuple[int, Cost]]:
        for each in sorted(below.get(at, ()), key=lambda one: -start.imports[one].total_ms):
            cost = start.imports[each]
            if cost.total_ms >= least:
                yield depth, cost
                yield from walk(each, depth + 1)

    return walk(-1, 0)


def _bar(share: float) -> str:
    filled = min(_WIDTH, round(share * _WIDTH))
    return "█" * filled + "·" * (_WIDTH - filled)


def _statements(given: MeasuredStart) -> list[tuple[float, str, str]]:
    """The project's import statements that save at least a millisecond: what, where, which modules."""
    rows: dict[tuple[str, int], tuple[float, list[str]]] = {}
    for each in given.started.costs():
        rows.setdefault((each.path, each.line), (each.saves_ms or 0.0, []))[1].append(each.module)
    found = [
        (saves, f"{_place(path, given)}:{line}", ", ".join(names)) for (path, line), (saves, names) in rows.items()
    ]
    return sorted((row for row in found if row[0] >= 1), key=lambda row: -row[0])


def _what_if(given: MeasuredStart) -> Iterator[str]:
    if given.tried:
        yield ""
        yield "measured as if deferred (ms of CPU):"
    for each in given.tried:
        place = f"{_place(each.path, given)}:{each.line}: {', '.join(each.modules)}"
        if each.measured is None:
            yield f"  {clean(place)}: needed at the start: {clean(each.fault)}"
            continue
        apart = abs(each.measured - each.told) / each.told if each.told else 0.0
        note = "" if apart < _APART else f", told and measured differ by {apart:.0%}"
        yield f"  {clean(place)}: told {each.told:,.1f}, measured {each.measured:,.1f}{note}"


def markdown(given: MeasuredStart) -> Iterator[str]:
    """The report for a pull request."""
    start = given.started.start
    yield f"### Start of `{clean(start.main)}`: {start.cpu_ms:,.0f} ms of CPU"
    yield ""
    yield from (f"{line}  " for line in headline(given))
    yield ""
    yield from _table(
        ("Import statement", "Modules", "Saves ms"),
        [
            (f"`{clean(place)}`", f"`{clean(module)}`", f"{saves:,.1f}")
            for saves, place, module in _statements(given)[:15]
        ],
    )
    yield from _table(
        ("Package", "Modules", "ms"),
        [(f"`{clean(each.name)}`", str(each.modules), f"{each.ms:,.1f}") for each in start.packages[:10]],
    )
    for line in _what_if(given):
        yield f"- {line.strip()}" if line.startswith("  ") else line
    for each in given.findings:
        yield f"- **{each.code}** {clean(each.message)}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if rows:
        yield f"| {' | '.join(heads)} |"
        yield f"| {' | '.join('---' if at < len(heads) - 1 else '---:' for at in range(len(heads)))} |"
        yield from (f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in rows)
        yield ""
