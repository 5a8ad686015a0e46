"""`edgewheel explain CODE`: the page of one rule."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from edgewheel.commands import show
from edgewheel.findings import CouldNotRun
from edgewheel.rules.page import paragraphs, parse, sentence
from edgewheel.rules.registry import load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from edgewheel.rules.page import Page
    from edgewheel.rules.registry import Rule


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE", help="a rule's code, such as EW101")
    parser.add_argument("--format", default="text", choices=("text", "json"))


def run(args: argparse.Namespace) -> int:
    rule = next((rule for rule in load() if rule.code == args.code.upper()), None)
    if rule is None:
        raise CouldNotRun(f"`{args.code}` is no rule: `edgewheel rules` lists them")
    page = parse(rule.page)
    if args.format == "json":
        head = {"code": rule.code, "name": rule.name, "level": rule.level, "hook": rule.hook}
        show.data({"findings": [], "rule": head | page._asdict()})
        return 0
    show.lines(_lines(rule, page))
    return 0


def _lines(rule: Rule, page: Page) -> Iterator[str]:
    yield f"{rule.code} {rule.name} ({rule.level}{', fixed by --fix' if rule.fixes else ''})"
    yield from ("", page.finds, "")
    prose = paragraphs if sys.stdout.isatty() else str  # a terminal breaks the lines itself
    for title, body in (
        ("On Workers", prose(sentence(page.workers))),
        ("Fix", prose(sentence(page.fix))),
        ("Bad", page.bad),
        ("Good", page.good),
    ):
        yield f"{title}:"
        yield from (f"    {line}".rstrip() for line in body.splitlines())
        yield ""
