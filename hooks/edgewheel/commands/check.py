"""`edgewheel check`: every offline rule, or those of one hook."""

from __future__ import annotations

import posixpath
import sys
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.commands import show
from edgewheel.documents.paths import relative
from edgewheel.findings import CouldNotRun
from edgewheel.reports import text
from edgewheel.repository.discovery import search
from edgewheel.rules import runner

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from edgewheel.findings import Finding
    from edgewheel.repository.worker import Worker
    from edgewheel.rules.registry import Rule


class Outcome(NamedTuple):
    """What there is to report. `known` findings are in the baseline, `gone` ones are in it and were not found."""

    found: list[Finding]
    workers: list[Worker]
    passed_over: list[Worker]
    rules: Sequence[Rule]
    known: int = 0
    gone: int = 0


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="a Worker's folder or one above several (default: here)")
    add("--hook", default="", metavar="ID", help="only the rules of this hook")
    add(
        "--select",
        action="append",
        default=[],
        metavar="CODES",
        help="only these rules: codes or prefixes, comma-separated; may be repeated",
    )
    add("--ignore", action="append", default=[], metavar="CODES", help="without these rules")
    add(
        "--env",
        default=None,
        metavar="NAME",
        help="judge this environment only, and the Workers that have it (default: all, whatever CLOUDFLARE_ENV says)",
    )
    add("--format", default="text", choices=("text", "json", "github", "sarif", "markdown"))
    add("--all", action="store_true", help="list each finding, also those that one edit would end")
    add("--statistics", action="store_true", help="count the findings of each rule instead of listing them")
    add("--baseline", default="", metavar="F", help="report only what this file does not have")
    add("--save-baseline", default="", metavar="F", help="write all findings to this file, to be fixed later")
    add("--output-file", default="", metavar="F", help="write the report to this file")
    add("--no-cache", action="store_true", help="read every Python file again, and keep nothing")
    add("-q", "--quiet", action="store_true", help="findings only: no last line, nothing where all is well")
    add("--strict", action="store_true", help="warnings count as errors")
    add("--exit-zero", action="store_true", help="exit with 0 also where there are findings")
    add("--fix", action="store_true", help="apply the fixes that need no decision")
    add("--diff", action="store_true", help="print a diff of what --fix would write instead of a report; write nothing")


def run(args: argparse.Namespace) -> int:
    _agree(args)
    asked = runner.Selection(_codes(args.select), _codes(args.ignore), args.env)
    rules = runner.rules_for(hook=args.hook, select=asked.select)
    paths = args.paths or ["."]
    fixed = 0
    if args.fix or args.diff:
        from edgewheel.commands.fixes import fix

        aside = args.format != "text" or bool(args.output_file)
        fixed = fix(paths, rules, asked, write=not args.diff, aside=aside)
        if args.diff:
            return 1 if fixed else 0
    outcome = _outcome(paths, rules, asked, keep=not args.no_cache)
    if args.save_baseline:
        _save(outcome.found, args.save_baseline, aside=args.format != "text")
        if not args.baseline:
            return 0
    if args.baseline:
        outcome = _against(outcome, args.baseline)
    _report(outcome, args)
    if not args.quiet:
        show.notes(_notes(outcome.workers, args.hook))
    failed = any(each.level == "error" or args.strict for each in outcome.found)
    return 1 if (failed or fixed) and not args.exit_zero else 0


def _agree(args: argparse.Namespace) -> None:
    """CouldNotRun for options that exclude each other."""
    if args.diff and args.format != "text":
        raise CouldNotRun(f"`--diff` prints a diff, not `--format {args.format}`: leave one of the two out")
    if args.diff and args.output_file:
        raise CouldNotRun("`--diff` prints a diff and has no report for `--output-file`: leave one of the two out")
    if args.statistics and args.format not in {"text", "json"}:
        raise CouldNotRun(f"`--statistics` has no `--format {args.format}`: choose text or json")


def _codes(given: list[str]) -> tuple[str, ...]:
    return tuple(code.strip() for codes in given for code in codes.split(",") if code.strip())


def _outcome(paths: Sequence[str], rules: Sequence[Rule], asked: runner.Selection, *, keep: bool) -> Outcome:
    workers, passed_over = search(paths, env=asked.env, keep=keep)
    found = [each for worker in workers for each in runner.check(worker, rules, asked)]
    if workers:
        workers[0].disk.save()
    if found:
        from edgewheel.reports.pasted import from_here

        found = from_here(found)
    return Outcome(found, workers, passed_over, rules)


def _save(found: Sequence[Finding], path: str, *, aside: bool) -> None:
    """Says on stderr (`aside`) or stdout what it has written."""
    from edgewheel.documents.paths import absolute
    from edgewheel.repository.writing import replace
    from edgewheel.rules.adopted import dump

    file = absolute(path)
    replace({file: dump(found, posixpath.dirname(file)).encode("utf-8", "backslashreplace")})
    line = f"{text.plural(len(found), 'finding')} saved: `edgewheel check --baseline {path}` reports only new ones"
    print(text.clean(line), file=sys.stderr if aside else sys.stdout)


def _notes(workers: Sequence[Worker], hook: str) -> list[str]:
    """What could not be looked at."""
    notes = list(dict.fromkeys(note for worker in workers for note in worker.checkout.notes))
    if hook == "worker-package-init" and any(not worker.repository for worker in workers):
        notes.append("what this commit takes away was not looked at, for EW201: there is no `.git`")
    return notes


def _against(outcome: Outcome, path: str) -> Outcome:
    """Without the findings that the baseline has."""
    from edgewheel.documents.paths import absolute
    from edgewheel.repository.disk import Disk
    from edgewheel.rules.adopted import judge

    disk, file = Disk(), absolute(path)
    if disk.kind(file) is None:
        raise CouldNotRun(f"`{path}` does not exist: `edgewheel check --save-baseline {path}` writes it")
    new, known, gone = judge(outcome.found, disk.read(file), path, posixpath.dirname(file))
    return outcome._replace(found=new, known=known, gone=gone)


def _report(outcome: Outcome, args: argparse.Namespace) -> None:
    if args.output_file:
        from edgewheel.documents.paths import absolute
        from edgewheel.repository.writing import replace

        whole = "".join(f"{line}\n" for line in _lines(outcome, args))
        replace({absolute(args.output_file): whole.encode("utf-8", "backslashreplace")})
    elif args.format != "text" or args.statistics or not outcome.workers:
        for line in _lines(outcome, args):
            print(line)
    else:
        show.findings(outcome.found, each_one=args.all)
        if not args.quiet:
            show.lines(_passed_over(outcome, args))
            show.total(_total(outcome), outcome.found)


def _lines(outcome: Outcome, args: argparse.Namespace) -> list[str]:
    """The report as plain lines, in the form that is asked for."""
    found = outcome.found
    if args.format == "sarif":
        from edgewheel.reports import sarif

        return [sarif.report(found, outcome.rules)]
    if args.format == "json":
        return [text.data(_record(outcome, args))]
    last = [] if args.quiet else [*_passed_over(outcome, args), text.clean(_total(outcome))]
    if args.format == "markdown":
        from edgewheel.reports import markdown

        return [] if args.quiet and not found else list(markdown.findings(found, each_one=args.all))
    if args.format == "github":
        from edgewheel.reports import github

        return [*github.findings(found, each_one=args.all), *last]
    if not outcome.workers and not args.quiet:
        where = text.clean(" ".join(args.paths)) or "here"
        return [f"no Worker below {where}: no wrangler config names a `.py` as main"]
    listed = _statistics(outcome) if args.statistics else text.findings(found, each_one=args.all)
    return [*listed, *last]


def _record(outcome: Outcome, args: argparse.Namespace) -> dict[str, object]:
    from edgewheel.reports import records

    record: dict[str, object] = {
        "findings": records.findings(outcome.found),
        "workers": [relative(worker.root) for worker in outcome.workers],
    }
    if args.env:
        record["passed_over"] = [relative(worker.root) for worker in outcome.passed_over]
    if args.baseline:
        record["baseline"] = {"known": outcome.known, "gone": outcome.gone}
    if args.statistics:
        record["statistics"] = [{"code": code, "name": name, "count": n} for n, code, name in _counts(outcome)]
    return record


def _counts(outcome: Outcome) -> list[tuple[int, str, str]]:
    """Number, code and name of each rule that has findings, the most first."""
    names = {rule.code: rule.name for rule in outcome.rules}
    codes = [each.code for each in outcome.found]
    return sorted(((codes.count(code), code, names[code]) for code in set(codes)), key=lambda row: (-row[0], row[1]))


def _statistics(outcome: Outcome) -> list[str]:
    from edgewheel.reports import table

    rows = [(f"{n:,}", code, name) for n, code, name in _counts(outcome)]
    return list(table.text(("findings", "rule", "name"), rows, right=(0,))) if rows else []


def _passed_over(outcome: Outcome, args: argparse.Namespace) -> list[str]:
    names = [text.clean(relative(worker.root)) for worker in outcome.passed_over]
    if not names:
        return []
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    return [f"passed over, without the environment `{text.clean(args.env)}`: {', '.join(names[:3])}{more}"]


def _total(outcome: Outcome) -> str:
    line = text.count(outcome.found, workers=len(outcome.workers))
    known = f"{outcome.known:,} in the baseline" if outcome.known else ""
    gone = f"{outcome.gone:,} of the baseline fixed: save it again" if outcome.gone else ""
    return "; ".join(filter(None, (line, known, gone)))
