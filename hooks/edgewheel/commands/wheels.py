"""`edgewheel wheels`: a wheel for the runtime for every dependency, before the deploy. Needs uv and an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.commands import show, values
from edgewheel.commands.progress import progress
from edgewheel.dependencies.resolve.outcome import Resolution
from edgewheel.dependencies.resolve.search import ask
from edgewheel.deploy import Deploys
from edgewheel.findings import CouldNotRun
from edgewheel.reports import table, text
from edgewheel.reports.pasted import from_here
from edgewheel.repository.discovery import find_one
from edgewheel.rules import runner
from edgewheel.rules.registry import load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from edgewheel.dependencies.resolve.outcome import ResolvedPackage, WheelOutcome
    from edgewheel.findings import Finding

_STEPS = 4


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("path", nargs="?", default=".", metavar="PATH", help="a Worker's folder (default: here)")
    add(
        "--python",
        default="",
        type=values.pythons,
        metavar="V",
        help="3.12, 3.13, 3.14 or all (default: what the config selects)",
    )
    add("--format", default="text", choices=("text", "json", "markdown"))
    add("--matrix", action="store_true", help="one table, package by Python")
    add("--offline", action="store_true", help="from uv's cache only")
    add(
        "--pyodide-index",
        default="auto",
        type=values.index,
        metavar="S",
        help="an address, `npm` (the lock in its package), `none`, or `auto`: the network, else npm (default)",
    )
    add("--strict", action="store_true", help="warnings count as errors")


def run(args: argparse.Namespace) -> int:
    worker = find_one(args.path)
    asked = args.python or Deploys(worker).pythons
    if worker.requirements.faults:
        raise CouldNotRun(f"{worker.requirements.faults[0].message}: `edgewheel check --select EW001` shows the line")
    with progress(_STEPS * len(asked), "asking for wheels") as step:
        outcomes = tuple(
            ask(worker, python, wish=args.pyodide_index, offline=args.offline, step=step) for python in asked
        )
    found = from_here(runner.check(worker, load(hook="worker-wheels"), model=Resolution(worker, outcomes)))
    _print(outcomes, found, args)
    return 1 if any(each.level == "error" or args.strict for each in found) else 0


def _print(outcomes: Sequence[WheelOutcome], found: Sequence[Finding], args: argparse.Namespace) -> None:
    if args.format == "json":
        from edgewheel.reports import records

        whole = {"findings": records.findings(found), "pythons": [_record(outcome) for outcome in outcomes]}
        show.data(whole)
        return
    draw = _markdown if args.format == "markdown" else show.table
    if args.matrix:
        draw(("package", *(outcome.python for outcome in outcomes)), _matrix(outcomes))
    else:
        for outcome in outcomes:
            show.lines([_headline(outcome)])
            draw(("package", "version", "wheel", "from"), [_cells(each) for each in outcome.found])
            print()
    show.lines((f"Python {outcome.python}: {'; '.join(outcome.indexes)}" for outcome in outcomes), indent=4)
    print()
    if args.format == "markdown":
        from edgewheel.reports import markdown

        print("\n".join(markdown.findings(found)))
        return
    show.findings(found)
    show.total(text.count(found, workers=1), found)


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print("\n".join(table.markdown(heads, rows)))


def _headline(outcome: WheelOutcome) -> str:
    if outcome.resolves:
        return f"Python {outcome.python}: resolves to"
    if outcome.cured:
        return f"Python {outcome.python}: does not resolve; with the fixes below it would be"
    return f"Python {outcome.python}: does not resolve; wanted is"


def _cells(found: ResolvedPackage) -> tuple[str, ...]:
    return found.name, found.version, {"": "pure", "?": "none that fits"}.get(found.tag, found.tag), found.source


def _matrix(outcomes: Sequence[WheelOutcome]) -> list[tuple[str, ...]]:
    """The version and the kind of its wheel, or why there is none."""
    cells: dict[str, dict[str, str]] = {}
    for outcome in outcomes:
        for each in outcome.found:
            kind = {"": "pure", "?": "no wheel"}.get(each.tag, "wasm" if each.source == "package index" else "Pyodide")
            cells.setdefault(each.name, {})[outcome.python] = f"{each.version} {kind}"
        for missing in outcome.missing if not outcome.resolves else ():
            answer = "no wheel" if outcome.known else "unknown"
            cells.setdefault(missing.name, {})[outcome.python] = f"{missing.version} {answer}"
    return [(name, *(cells[name].get(outcome.python, "") for outcome in outcomes)) for name in sorted(cells)]


def _record(outcome: WheelOutcome) -> dict[str, Any]:
    return {
        "python": outcome.python,
        "indexes": outcome.indexes,
        "resolves": outcome.resolves,
        "cured": outcome.cured,
        "overrides": outcome.overrides,
        "packages": [
            {**each._asdict(), "tag": "none-any" if not each.tag else each.tag if each.tag != "?" else None}
            for each in outcome.found
        ],
        "missing": [
            {
                "name": each.name,
                "version": each.version,
                "chain": [link.name for link in each.chain],
                "requirement": each.root.text,
                "extra": each.extra or next((link.via for link in each.chain if link.via), ""),
                "newest_fit": each.fits or None,
                "known": outcome.known,
            }
            for each in outcome.missing
        ],
        "fallen": [{key: value for key, value in each._asdict().items() if key != "root"} for each in outcome.fallen],
    }
