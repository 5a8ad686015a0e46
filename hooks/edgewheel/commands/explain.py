"""`edgewheel explain`: the page of one rule, or a line of each where several are asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from edgewheel.commands import show
from edgewheel.findings import CouldNotRun, meant
from edgewheel.rules.page import paragraphs, parse, sentence
from edgewheel.rules.registry import book, load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from edgewheel.rules.page import Page
    from edgewheel.rules.registry import BookEntry, Rule


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "rule", metavar="CODE|NAME|PREFIX", help="a code (EW101), a name (lost-main), or the beginning of several (EW3)"
    )
    parser.add_argument("--format", default="text", choices=("text", "json"))


def run(args: argparse.Namespace) -> int:
    found = _chosen(args.rule)
    if len(found) == 1:
        rule = load(select=[found[0].code])[0]
        page = parse(rule.page)
        if args.format == "json":
            head = {"code": rule.code, "name": rule.name, "level": rule.level, "hook": rule.hook}
            show.data({"findings": [], "rule": head | page._asdict()})
        else:
            show.lines(_lines(rule, page))
        return 0
    rules = [(rule, parse(rule.page)) for rule in load(select=[entry.code for entry in found])]
    if args.format == "json":
        told = [
            {"code": rule.code, "name": rule.name, "level": rule.level, "finds": page.finds} for rule, page in rules
        ]
        show.data({"findings": [], "rules": told})
    else:
        show.lines((f"{rule.code} {rule.name}: {page.finds}" for rule, page in rules), indent=6)
        show.lines([f"`edgewheel explain {rules[0][0].code}` shows the whole page of one"])
    return 0


def _chosen(asked: str) -> list[BookEntry]:
    """The rules of a code, a name, or the beginning of either."""
    word = asked.strip().lower().replace("_", "-")
    for match in (str.__eq__, str.startswith):
        found = [entry for entry in book() if word and (match(entry.code.lower(), word) or match(entry.name, word))]
        if found:
            return found
    names = [name for entry in book() for name in (entry.code, entry.name)]
    raise CouldNotRun(f"unknown rule `{asked}`{meant(asked, names)}: `edgewheel rules` lists them")


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
