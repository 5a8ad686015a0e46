"""`edgewheel upgrade`: what a newer Python or compatibility date changes for a Worker, and the steps to it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from edgewheel.commands import show
from edgewheel.dependencies.upgrade import plan
from edgewheel.deploy import Deploys
from edgewheel.documents.paths import relative
from edgewheel.findings import CouldNotRun
from edgewheel.reports.text import clean
from edgewheel.repository.discovery import find
from edgewheel.requirements.markers import PYTHONS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from edgewheel.dependencies.upgrade import Difference, Upgrade
    from edgewheel.deploy import Deploy


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("paths", nargs="*", default=["."], metavar="PATH", help="Workers, or folders above them (default: here)")
    add(
        "--to",
        default=None,
        type=_wish,
        metavar="TO",
        help="a Python, such as 3.14, or a date (default: the newest Python)",
    )
    add("--env", default=None, metavar="N", help="an environment of the config")
    add("--format", default="text", choices=("text", "json"))


def _wish(text: str) -> str:
    import argparse

    if text in PYTHONS:
        return text
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"invalid target `{text}`: choose from {', '.join(PYTHONS)}, or a date")


def run(args: argparse.Namespace) -> int:
    deploys = [Deploys(worker).of(args.env) for worker in find(args.paths, env=args.env)]
    python = [each for each in deploys if each.config.is_python and each.carried.error is None]
    if not python:
        raise CouldNotRun("there is no Python Worker here that could be upgraded")
    found = [(each, plan(each, args.to or "")) for each in python]
    if args.format == "json":
        records = [_record(deploy, upgrade) for deploy, upgrade in found]
        show.data({"workers": records, "findings": []})
    else:
        show.lines([line for deploy, upgrade in found for line in _lines(deploy, upgrade)], indent=4)
    return 1 if any(each.breaks for _, upgrade in found for each in upgrade.changes) else 0


def _record(deploy: Deploy, upgrade: Upgrade) -> dict[str, Any]:
    return {
        "worker": relative(deploy.worker.root),
        "from": {"python": upgrade.python, "date": upgrade.date},
        "to": {"python": upgrade.to_python, "date": upgrade.to_date},
        "changes": [
            {
                "kind": each.kind,
                "message": each.message,
                "path": _path(each, deploy) or None,
                "line": each.line,
                "fix": each.fix,
                "at": each.breaks or None,
            }
            for each in upgrade.changes
        ],
        "steps": list(upgrade.steps),
        "unproven": list(upgrade.unproven),
    }


def _path(change: Difference, deploy: Deploy) -> str:
    real = deploy.path(change.path) if change.path else ""
    return relative(real) if real else change.path


def _lines(deploy: Deploy, upgrade: Upgrade) -> Iterator[str]:
    name = clean(relative(deploy.worker.root))
    yield (
        f"`{name}`: Python {upgrade.python} ({clean(upgrade.date) or 'no date'}) to Python {upgrade.to_python} "
        f"({clean(upgrade.to_date)})"
    )
    for each in upgrade.changes:
        place = _path(each, deploy)
        where = f"{clean(place)}{f':{each.line}' if each.line else ''}: " if place else ""
        yield f"{where}{'' if each.breaks else 'warning: '}{clean(each.message)}"
        if each.fix:
            yield f"    fix: {clean(each.fix, keep=chr(10))}"
    if not upgrade.steps:
        yield "nothing changes"
        return
    yield "steps:"
    yield from (f"  {at}. {clean(step)}" for at, step in enumerate(upgrade.steps, 1))
    yield f"not shown by data: {'; '.join(upgrade.unproven)}"
