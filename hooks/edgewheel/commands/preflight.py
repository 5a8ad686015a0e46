"""`edgewheel preflight`: check, `uv build`, inspect, stage, bundle and prove in one run, one summary.

Every step is the command of that name in a process of its own, so the summary cannot say other than they do.
"""

from __future__ import annotations

import json
import os
import tempfile
from typing import TYPE_CHECKING

from edgewheel.commands import preflight_steps, show, values
from edgewheel.findings import CouldNotRun
from edgewheel.reports import summary
from edgewheel.repository.discovery import find_one, known

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("path", nargs="?", default=".", metavar="PATH", help="the Worker's folder (default: here)")
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
        "--reports",
        default="",
        metavar="DIR",
        help="write the summary, each step's report and the upload as a picture to a folder",
    )
    add("--format", default="text", choices=("text", "json", "markdown"))
    add("--strict", action="store_true", help="warnings count as errors")


def run(args: argparse.Namespace) -> int:
    worker = find_one(args.path)
    known(worker, args.env)
    with tempfile.TemporaryDirectory(prefix="edgewheel-") as scratch:
        reports = os.path.abspath(args.reports) if args.reports else ""
        if reports:
            _make(reports)
        job = preflight_steps.Run(worker.root, scratch, reports, args, preflight_steps.flat(worker))
        done = summary.watched(preflight_steps.steps(job), live=args.format == "text")
    if reports:
        preflight_steps.write(reports, "preflight.json", json.dumps(summary.record(done), indent=2, ensure_ascii=False))
        preflight_steps.write(reports, "preflight.md", "\n".join(summary.markdown(done)))
    if args.format == "json":
        show.data(summary.record(done))
    elif args.format == "markdown":
        print("\n".join(summary.markdown(done)))
    else:
        for step in done:
            show.findings(summary.first(step))
            show.lines(summary.further(step), indent=4)
        show.verdict(summary.verdict(done), good=all(step.result in {"passed", "skipped"} for step in done))
    if any(step.result == "failed" for step in done):
        return 1
    return 2 if any(step.result == "could not run" for step in done) else 0


def _make(folder: str) -> None:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise CouldNotRun(f"`{folder}` cannot be made: {error.strerror}") from None
