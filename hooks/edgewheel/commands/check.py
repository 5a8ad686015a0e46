"""`edgewheel check`: every offline rule, or those of one hook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.commands import show
from edgewheel.findings import CouldNotRun
from edgewheel.reports import text
from edgewheel.repository.discovery import find
from edgewheel.rules import runner

if TYPE_CHECKING:
    import argparse

    from edgewheel.findings import Finding
    from edgewheel.repository.worker import Worker
    from edgewheel.rules.registry import Rule


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="a Worker's folder or one above several (default: here)"
    )
    parser.add_argument("--hook", default="", metavar="ID", help="only the rules of this hook")
    parser.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="CODES",
        help="only these rules: codes or prefixes, comma-separated; may be repeated",
    )
    parser.add_argument("--ignore", action="append", default=[], metavar="CODES", help="without these rules")
    parser.add_argument(
        "--env",
        default=None,
        metavar="NAME",
        help="judge this environment only (default: all, whatever CLOUDFLARE_ENV says)",
    )
    parser.add_argument("--format", default="text", choices=("text", "json", "github", "sarif", "markdown"))
    parser.add_argument("--no-cache", action="store_true", help="read every Python file anew, and keep nothing")
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")
    parser.add_argument("--fix", action="store_true", help="apply the fixes that need no decision")
    parser.add_argument(
        "--diff", action="store_true", help="print a diff of what --fix would write instead of a report; writes nothing"
    )


def run(args: argparse.Namespace) -> int:
    if args.diff and args.format != "text":
        raise CouldNotRun(f"`--diff` prints a diff, which is no `--format {args.format}`: leave one of the two out")
    asked = runner.Selection(_codes(args.select), _codes(args.ignore), args.env)
    rules = runner.rules_for(hook=args.hook, select=asked.select)
    paths = args.paths or ["."]
    fixed = 0
    if args.fix or args.diff:
        from edgewheel.commands.fixes import fix

        fixed = fix(paths, rules, asked, write=not args.diff, aside=args.format != "text")
        if args.diff:
            return 1 if fixed else 0
    workers = find(paths, env=args.env, keep=not args.no_cache)
    found = [each for worker in workers for each in runner.check(worker, rules, asked)]
    if workers:
        workers[0].disk.save()
    if found:
        from edgewheel.reports.pasted import from_here

        found = from_here(found)
    _print(found, workers, rules, args)
    failed = any(each.level == "error" or args.strict for each in found)
    return 1 if failed or fixed else 0


def _codes(given: list[str]) -> tuple[str, ...]:
    return tuple(code.strip() for codes in given for code in codes.split(",") if code.strip())


def _print(found: list[Finding], workers: list[Worker], rules: list[Rule], args: argparse.Namespace) -> None:
    if args.format == "text":
        if not workers:
            where = " ".join(args.paths) or "here"
            show.lines([f"no Worker below {where}: no wrangler config names a `.py` as main"])
            return
        show.findings(found)
        show.total(text.count(found, workers=len(workers)), found)
    elif args.format == "github":
        from edgewheel.reports import github

        print("\n".join([*github.findings(found), text.count(found, workers=len(workers))]))
    elif args.format == "sarif":
        from edgewheel.reports import sarif

        print(sarif.report(found, rules))
    elif args.format == "markdown":
        from edgewheel.reports import markdown

        print("\n".join(markdown.findings(found)))
    else:
        from edgewheel.reports import records

        names = [text.relative(worker.root) for worker in workers]
        show.data({"findings": records.findings(found), "workers": names})
