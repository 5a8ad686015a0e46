"""`edgewheel rules`: the rule book as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.commands import show
from edgewheel.findings import CouldNotRun
from edgewheel.rules.page import parse
from edgewheel.rules.registry import load

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--select", default="", metavar="CODES", help="only these: codes or prefixes, comma-separated")
    parser.add_argument("--format", default="text", choices=("text", "json", "markdown"))


def run(args: argparse.Namespace) -> int:
    asked = tuple(code for code in args.select.upper().replace(",", " ").split())
    rules = [(rule, parse(rule.page)) for rule in load() if not asked or rule.code.startswith(asked)]
    if unknown := next((code for code in asked if not any(rule.code.startswith(code) for rule, _ in rules)), ""):
        raise CouldNotRun(f"unknown rule `{unknown}`: `edgewheel rules` lists them")
    if args.format == "json":
        entries = [
            {
                "code": rule.code,
                "name": rule.name,
                "level": rule.level,
                "hook": rule.hook,
                "fixable": rule.fixes,
                "finds": page.finds,
            }
            for rule, page in rules
        ]
        show.data({"findings": [], "rules": entries})
    elif args.format == "markdown":
        print("| code | name | finds |\n| --- | --- | --- |")
        for rule, page in rules:
            print(f"| {rule.code} | {rule.name} | {page.finds} |")
    else:
        marks = [("E" if rule.level == "error" else "W") + ("*" if rule.fixes else " ") for rule, _ in rules]
        show.lines(
            (f"{rule.code}  {mark} {page.finds}" for (rule, page), mark in zip(rules, marks, strict=True)), indent=11
        )
        show.lines(["E error, W warning, * fixed by `edgewheel check --fix`; `edgewheel explain CODE` tells more"])
    return 0
