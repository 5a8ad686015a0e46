"""`edgewheel preflight`: check, `uv build`, inspect, stage, bundle, prove and, where asked, startup, for each Worker in
and below a folder.

Every step is the command of its name, so the summary cannot say other than they do.
"""

from __future__ import annotations

import os
import posixpath
import tempfile
from typing import TYPE_CHECKING

from edgewheel.commands import preflight_steps, show, values
from edgewheel.documents.paths import relative
from edgewheel.findings import CouldNotRun
from edgewheel.reports import summary
from edgewheel.reports.pasted import entered
from edgewheel.reports.text import data
from edgewheel.repository.discovery import find, find_one, known

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from edgewheel.repository.worker import Worker


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("path", nargs="?", default=".", metavar="PATH", help="a Worker's folder, or one above several (default: here)")
    add(
        "--env",
        default=None,
        metavar="NAME",
        help="an environment of the config (default: check all, then that of CLOUDFLARE_ENV)",
    )
    add(
        "--python",
        default="",
        type=values.python,
        metavar="V",
        help="prove under this Python (default: the one the config selects)",
    )
    add(
        "--max-size",
        default="",
        type=values.size,
        metavar="S",
        help="fail above this uncompressed size, such as `58 MiB`",
    )
    add("--baseline", default="", metavar="F", help="compare the upload with this file of `bundle --save-baseline`")
    add(
        "--startup-baseline",
        default="",
        metavar="F",
        help="compare what the start costs with this file of `startup --save-baseline` (needs Node)",
    )
    add(
        "--reports",
        default="",
        metavar="DIR",
        help="write the summary, each step's report and the upload as a picture to a folder",
    )
    add("--sync", action="store_true", help=f"run `{preflight_steps.SYNC}` first, so that dependencies are vendored")
    add("--format", default="text", choices=("text", "json", "markdown"))
    add("--strict", action="store_true", help="warnings count as errors")


def run(args: argparse.Namespace) -> int:
    workers = _workers(args)
    reports = os.path.abspath(args.reports) if args.reports else ""
    if reports:
        _make(reports)
    flights = []
    for worker in workers:
        if args.format == "text" and len(workers) > 1:
            show.lines([f"{relative(worker.root)}:"])
        flights.append(_flight(worker, _own(reports, worker, workers), args))
        if args.format == "text":
            _print(flights[-1])
    if args.format == "text" and len(flights) > 1:
        show.verdict(summary.total(flights), good=all(each.code == 0 for each in flights))
    told = summary.record(flights)
    if reports:
        preflight_steps.write(reports, "preflight.json", data(told))
        preflight_steps.write(reports, "preflight.md", "\n".join(summary.markdown(flights)))
    if args.format == "json":
        show.data(told)
    elif args.format == "markdown":
        print("\n".join(summary.markdown(flights)))
    codes = {each.code for each in flights}
    return 1 if 1 in codes else max(codes)


def _workers(args: argparse.Namespace) -> list[Worker]:
    """The Workers in and below PATH, else the one whose folder it is in; with `--env` those that have it."""
    found = find([args.path]) or [find_one(args.path)]
    if len(found) == 1 or not args.env:
        known(found[0], args.env)
        return found
    have = [each for each in found if args.env in each.config.table("env")]
    if not have:
        raise CouldNotRun(f"no Worker below `{args.path}` has the environment `{args.env}`")
    return have


def _flight(worker: Worker, reports: str, args: argparse.Namespace) -> summary.Flight:
    with tempfile.TemporaryDirectory(prefix="edgewheel-") as scratch:
        measured = preflight_steps.asks_for_startup(worker, args)
        job = preflight_steps.PreflightRun(worker.root, scratch, reports, args, preflight_steps.flat(worker), measured)
        done = summary.watched(preflight_steps.steps(job), live=args.format == "text")
    return summary.Flight(relative(worker.root), tuple(done), entered(preflight_steps.vendor(worker.root), worker.root))


def _own(reports: str, worker: Worker, workers: Sequence[Worker]) -> str:
    """The folder of a Worker's own reports: of several each has one below, by its path."""
    if not reports or len(workers) == 1:
        return reports
    top = posixpath.commonpath([each.root for each in workers])
    own = os.path.join(reports, posixpath.relpath(worker.root, top).replace("/", "-").strip("."))
    _make(own)
    return own


def _print(flight: summary.Flight) -> None:
    for step in flight.steps:
        show.findings(summary.first(step))
        show.lines(summary.further(step), indent=4)
    show.verdict(summary.verdict(flight), good=flight.code == 0)
    if flight.unproven and flight.verdict == "not proven":
        show.lines([f"    next: {flight.sync}"], indent=6)


def _make(folder: str) -> None:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise CouldNotRun(f"`{folder}` cannot be made: {error.strerror}") from None
