"""`edgewheel logs`: what a deploy, CI or `wrangler tail` log says went wrong, and the cure."""

from __future__ import annotations

import json
import os
import sys
from typing import IO, TYPE_CHECKING, Any

from edgewheel.commands import show, values
from edgewheel.documents.paths import absolute
from edgewheel.findings import CouldNotRun
from edgewheel.logs.summary import digest, texts
from edgewheel.reports import text
from edgewheel.reports.pasted import from_here
from edgewheel.repository.discovery import find_one
from edgewheel.repository.settings import Settings
from edgewheel.repository.settings_shapes import parse_duration
from edgewheel.repository.walk import FOREIGN
from edgewheel.rules.ew7.judged import Log
from edgewheel.rules.registry import load
from edgewheel.rules.runner import stamp
from edgewheel.wrangler.limits import limits

#: Texts of EW710, which say that something failed.
_GENERAL = frozenset(text.kind for text in texts() if text.code == "EW710")

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from edgewheel.findings import Finding
    from edgewheel.logs.summary import Digest

#: Runs that a baseline file keeps: enough for a trend, few enough for one line.
_KEPT = 20
#: What is measured of each run; sizes in KiB, the start in milliseconds of CPU.
_MEASURES = ("duplicates", "upload_kib", "gzip_kib", "startup_ms")
_MOST = 1e12
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
        "--save-baseline", default="", metavar="F", help=f"add this run to the file, which keeps the last {_KEPT}"
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
    judged = Log(read, allowed, limits(settings), own, parse_duration(settings.startup_budget) or 0)
    found = from_here(stamp(each, rule, root) for rule in load(judges="log") for each in rule.check(judged))
    found.sort(key=lambda each: (each.place.line, each.code))
    now = _measures(read)
    _print(found, [*(kept or before), now], _blocks(read), args.format)
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
    return worker.settings, frozenset(folders - FOREIGN), worker.root


def _blocks(read: Digest) -> dict[int, tuple[str, ...]]:
    """The lines of the errors that EW710 names, by the number of the first line."""
    general = [hit for hit in read.hits.values() if hit.block and hit.kind in _GENERAL]
    return {hit.line: hit.block for hit in (*read.unexplained, *general)}


def _measures(read: Digest) -> dict[str, Any]:
    upload, start = read.hits.get("upload"), read.hits.get("startup-time")
    last = upload.names[-1] if upload and upload.names else None
    sizes = [float(kib.replace(",", "")) for kib in (last.text, last.more)] if last else [None, None]
    startup = float(start.names[-1].text) if start and start.names else None
    return dict(zip(_MEASURES, (read.count("duplicate"), *sizes, startup), strict=True))


def _runs(file: str, *, missing: bool = False) -> list[dict[str, Any]]:
    if missing and not os.path.exists(file):
        return []
    try:
        with open(file, encoding="utf-8") as stream:
            runs = json.load(stream)["runs"]
        return [_run(run) for run in runs]
    except OSError as error:
        raise CouldNotRun(f"`{file}` cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise CouldNotRun(f"`{file}` is not a baseline of `edgewheel logs`: write one with --save-baseline") from None


def _run(run: dict[str, Any]) -> dict[str, Any]:
    """One run of a baseline, its numbers checked; ValueError for what is none."""
    found = {key: run.get(key) for key in _MEASURES}
    for key, value in found.items():
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float | None)
            or not (value is None or 0 <= value < _MOST)
        ):
            raise ValueError(key)
    if not isinstance(found["duplicates"], int):
        raise ValueError("duplicates")  # noqa: TRY004 - the caller knows one kind
    return found


def _print(found: list[Finding], runs: list[dict[str, Any]], blocks: dict[int, tuple[str, ...]], form: str) -> None:
    if form == "json":
        from edgewheel.reports import records

        told = [
            {**record, "block": list(blocks.get(each.place.line, ()))} if each.code == "EW710" else record
            for each, record in zip(found, records.findings(found), strict=True)
        ]
        show.data({"findings": told, **runs[-1], "runs": runs})
    elif form == "github":
        from edgewheel.reports import github

        print("\n".join(github.findings(found)))
    elif form == "markdown":
        from edgewheel.reports import markdown

        print("\n".join([*markdown.findings(found), "", *_trend(runs)]))
    else:
        for each in found:
            show.findings([each])
            if each.code == "EW710":
                show.lines((f"    | {line}" for line in blocks.get(each.place.line, ())), indent=2)
        show.lines(_trend(runs))
        errors = sum(each.level == "error" for each in found)
        counted = f"{text.plural(errors, 'error')}, {text.plural(len(found) - errors, 'warning')} in the log"
        show.total(counted, found)


def _trend(runs: list[dict[str, Any]]) -> list[str]:
    """One line a measure, with a small chart where there is more than this run."""
    lines = []
    for key, words in zip(
        _MEASURES, ("duplicate warnings", "upload, KiB", "gzip, KiB", "start, ms of CPU"), strict=True
    ):
        values = [run[key] for run in runs if run[key] is not None]
        if values and runs[-1][key] is not None and (len(values) > 1 or values[-1]):
            chart = f"  {chart_of(values)}  {values[0]:,} → " if len(values) > 1 else "  "
            lines.append(f"{words:18}{chart}{values[-1]:,}")
    return lines


def chart_of(values: list[float]) -> str:
    """A bar a value, the largest at full height."""
    most = max(values) or 1
    return "".join(_BARS[min(len(_BARS) - 1, int(value / most * (len(_BARS) - 1) + 0.5))] for value in values)
