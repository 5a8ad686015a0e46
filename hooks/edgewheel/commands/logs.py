"""`edgewheel logs`: what a deploy, CI or `wrangler tail` log says went wrong, and the cure."""

from __future__ import annotations

import json
import os
import sys
from typing import IO, TYPE_CHECKING, Any

from edgewheel.commands import show, values
from edgewheel.documents.paths import absolute
from edgewheel.findings import CouldNotRun
from edgewheel.logs.summary import digest
from edgewheel.reports import text
from edgewheel.reports.pasted import from_here
from edgewheel.repository.discovery import find_one
from edgewheel.repository.settings import Settings
from edgewheel.rules.ew7.judged import Log
from edgewheel.rules.registry import load
from edgewheel.rules.runner import stamp
from edgewheel.wrangler.limits import limits

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from edgewheel.findings import Finding
    from edgewheel.logs.summary import Digest

#: Runs that a baseline file keeps: enough for a trend, few enough for one line.
_KEPT = 20
_BARS = "▁▂▃▄▅▆▇█"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="a log; `-` (default) reads a pipe and passes it on"
    )
    parser.add_argument(
        "--max-duplicates", type=values.count, default=None, metavar="N", help="allow N duplicate warnings (default 0)"
    )
    parser.add_argument("--baseline", default="", metavar="F", help="allow what the last run in this file had")
    parser.add_argument(
        "--save-baseline", default="", metavar="F", help=f"add this run to the file, which keeps {_KEPT}"
    )
    parser.add_argument("--format", default="text", choices=("text", "json", "github", "markdown"))
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")


def run(args: argparse.Namespace) -> int:
    before = _runs(args.baseline) if args.baseline else []
    kept = _runs(args.save_baseline, missing=True) if args.save_baseline else []
    read = _read(args.file, sys.stdout.buffer if args.format == "text" else sys.stderr.buffer)
    settings, own, root = _project()
    allowed = args.max_duplicates
    if allowed is None:
        allowed = before[-1]["duplicates"] if before else 0
    judged = Log(read, allowed, limits(settings), own)
    found = from_here(stamp(each, rule, root) for rule in load(judges="log") for each in rule.check(judged))
    found.sort(key=lambda each: (each.place.line, each.code))
    now = _measures(read)
    _print(found, [*(kept or before), now], args.format)
    if args.save_baseline:
        from edgewheel.repository.writing import replace

        content = json.dumps({"edgewheel": "logs", "runs": [*kept, now][-_KEPT:]}, indent=1) + "\n"
        replace({absolute(args.save_baseline): content.encode()})
    return 1 if any(each.level == "error" or args.strict for each in found) else 0


def _read(file: str, passed_on: IO[bytes]) -> Digest:
    if file != "-":
        try:
            with open(file, "rb", buffering=0) as stream:
                return digest(absolute(file), stream)
        except OSError as error:
            raise CouldNotRun(f"`{file}` cannot be read: {error.strerror}") from None
    return digest("-", sys.stdin.buffer, echo=_echo(passed_on))


def _echo(stream: IO[bytes]) -> Callable[[bytes], object]:
    def echo(chunk: bytes) -> None:
        stream.write(chunk)
        stream.flush()

    return echo


def _project() -> tuple[Settings, frozenset[str], str]:
    """Settings, top-level names and folder of the Worker here; the defaults where there is none."""
    try:
        worker = find_one(".")
    except CouldNotRun:
        return Settings(), frozenset(), ""
    folders = {entry.name for entry in worker.disk.scan(worker.root) if entry.kind == "dir"}
    return worker.settings, frozenset(folders - {"python_modules", "node_modules"}), worker.root


def _measures(read: Digest) -> dict[str, Any]:
    upload = read.hits.get("upload")
    last = upload.names[-1] if upload and upload.names else None
    sizes = [float(kib.replace(",", "")) for kib in (last.text, last.more)] if last else [None, None]
    return {"duplicates": read.count("duplicate"), "upload_kib": sizes[0], "gzip_kib": sizes[1]}


def _runs(file: str, *, missing: bool = False) -> list[dict[str, Any]]:
    if missing and not os.path.exists(file):
        return []
    try:
        with open(file, encoding="utf-8") as stream:
            runs = json.load(stream)["runs"]
        return [{key: run[key] for key in ("duplicates", "upload_kib", "gzip_kib")} for run in runs]
    except OSError as error:
        raise CouldNotRun(f"`{file}` cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise CouldNotRun(f"`{file}` is no baseline of `edgewheel logs`: write one with --save-baseline") from None


def _print(found: list[Finding], runs: list[dict[str, Any]], form: str) -> None:
    if form == "json":
        from edgewheel.reports import records

        show.data({"findings": records.findings(found), **runs[-1], "runs": runs})
    elif form == "github":
        from edgewheel.reports import github

        print("\n".join(github.findings(found)))
    elif form == "markdown":
        from edgewheel.reports import markdown

        print("\n".join([*markdown.findings(found), "", *_trend(runs)]))
    else:
        show.findings(found)
        show.lines(_trend(runs))
        errors = sum(each.level == "error" for each in found)
        counted = f"{text.plural(errors, 'error')}, {text.plural(len(found) - errors, 'warning')} in the log"
        show.total(counted, found)


def _trend(runs: list[dict[str, Any]]) -> list[str]:
    """One line a measure, with a small chart where there is more than this run."""
    lines = []
    for key, words in (("duplicates", "duplicate warnings"), ("upload_kib", "upload, KiB"), ("gzip_kib", "gzip, KiB")):
        values = [run[key] for run in runs if run[key] is not None]
        if values and runs[-1][key] is not None and (len(values) > 1 or values[-1]):
            chart = f"  {chart_of(values)}  {values[0]:,} → " if len(values) > 1 else "  "
            lines.append(f"{words:18}{chart}{values[-1]:,}")
    return lines


def chart_of(values: list[float]) -> str:
    """A bar a value, the largest at full height."""
    most = max(values) or 1
    return "".join(_BARS[min(len(_BARS) - 1, int(value / most * (len(_BARS) - 1) + 0.5))] for value in values)
