"""`edgewheel trim`: a safe `python_modules.exclude`, with what it saves. Nothing on the disk is deleted."""

from __future__ import annotations

import posixpath
import shlex
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from edgewheel.commands import show, values
from edgewheel.commands.progress import waiting
from edgewheel.documents.paths import relative
from edgewheel.findings import CouldNotRun
from edgewheel.reports import table, text
from edgewheel.reports.pasted import entered
from edgewheel.repository.discovery import find_one
from edgewheel.repository.writing import alone
from edgewheel.trim.search import search
from edgewheel.trim.tables import tables
from edgewheel.wrangler.trees import VENDORED, Spot, package
from edgewheel.wrangler.version import installed, switches

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from edgewheel.repository.worker import Worker
    from edgewheel.trim.search import Trim

_SHOWN = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("path", nargs="?", default=".", metavar="PATH", help="a Worker's folder (default: here)")
    add("--config", default="", metavar="F", help="a wrangler config, relative to PATH")
    add("--format", default="text", choices=("text", "json", "markdown"))
    add("--write", action="store_true", help="put the patterns into the config")
    add("--reach", action="store_true", help="also leave out modules that nothing can reach from the project's code")
    add("--prove", action="store_true", help="import every package in Pyodide before and after; needs Node")
    add(
        "--timeout",
        default=300.0,
        type=values.seconds,
        metavar="S",
        help="seconds for the imports of one upload in Pyodide",
    )


def run(args: argparse.Namespace) -> int:
    with alone([find_one(args.path, config=args.config)]) if args.write else nullcontext():
        return _run(args)


def _run(args: argparse.Namespace) -> int:
    worker = find_one(args.path, config=args.config)
    _check(worker)
    timeout = args.timeout if args.prove else None
    found = [search(worker, each, timeout=timeout, waiting=waiting, reach=args.reach) for each in tables(worker)]
    written = False
    if args.write:
        from edgewheel.trim.write import write

        written = write(worker, found)
    if args.format == "json":
        show.data(_record(worker, found, written=written))
    elif args.format == "markdown":
        for each in found:
            _markdown(each, worker)
    else:
        for each in found:
            _text(each, worker)
        _end(worker, found, args, written=written)
    return 0


def _check(worker: Worker) -> None:
    document = worker.config
    if document.problem is not None:
        raise CouldNotRun(f"`{relative(document.path)}` cannot be parsed: {document.problem.message}")
    version = installed(worker)
    if not switches(version).exclude:
        newer = entered("npm install --save-dev wrangler@latest", worker.root)
        raise CouldNotRun(f"wrangler {version} does not read `python_modules.exclude`: `{newer}`")
    folder = worker.path("python_modules")
    if not worker.disk.is_dir(folder):
        sync = entered("pywrangler sync", worker.root)
        raise CouldNotRun(f"`{relative(folder)}` is not there: `{sync}` makes it")


def _record(worker: Worker, found: Sequence[Trim], *, written: bool) -> dict[str, Any]:
    """One object of `tables` for each list of patterns in the config."""
    return {
        "findings": [],
        "config": relative(worker.config.path),
        "tables": [
            {
                "table": each.table.name,
                "env": each.table.env,
                "before": each.upload.total_bytes,
                "after": each.after,
                "saved": each.proposal.size,
                "exclude": list(each.exclude),
                "patterns": [
                    {"pattern": one.text, "why": one.why, "files": len(one.files), "bytes": one.size}
                    for one in each.proposal.patterns
                ],
                "packages": _packages(each, worker),
                "kept": [{"path": path, "why": why} for path, why in each.proposal.kept],
                "whole": [{"package": name, "why": why} for name, why in each.whole.items()],
                "proved": each.proved,
                "taken_back": list(each.taken_back),
            }
            for each in found
        ],
        "written": written,
    }


def _packages(trim: Trim, worker: Worker) -> dict[str, int]:
    """The bytes that each package saves, the largest first; what no RECORD names counts by its path."""
    owners = worker.vendored.owners
    saved: dict[str, int] = {}
    for pattern in trim.proposal.patterns:
        for file in pattern.files:
            owner = owners.get(file) or package(Spot(VENDORED, file))
            saved[owner] = saved.get(owner, 0) + trim.sizes[file]
    return dict(sorted(saved.items(), key=lambda item: (-item[1], item[0])))


def _text(trim: Trim, worker: Worker) -> None:
    if trim.proposal.patterns:
        show.table(("pattern", "what", "files", "bytes"), _rows(trim), right=(2, 3))
        print()
        saved = [(name, f"{size:,}") for name, size in _packages(trim, worker).items()]
        show.table(("package", "bytes saved"), saved[:_SHOWN], right=(1,))
        if len(saved) > _SHOWN:
            print(f"and {text.plural(len(saved) - _SHOWN, 'more package')}")
        print()
    show.lines(_kept(trim))
    show.lines([_sum(trim)])


def _markdown(trim: Trim, worker: Worker) -> None:
    lines = [
        f"## {trim.table.name}",
        "",
        *table.markdown(("pattern", "what", "files", "bytes"), _rows(trim), right=(2, 3)),
    ]
    saved = [(name, f"{size:,}") for name, size in _packages(trim, worker).items()]
    lines += ["", *table.markdown(("package", "bytes saved"), saved, right=(1,)), ""]
    kept = [f"- `{path}` stays: {why}" for path, why in trim.proposal.kept]
    print("\n".join([*lines, *kept, *([""] if kept else []), text.clean(_sum(trim))]))


def _rows(trim: Trim) -> list[tuple[str, ...]]:
    return [(each.text, each.why, f"{len(each.files):,}", f"{each.size:,}") for each in trim.proposal.patterns]


def _kept(trim: Trim) -> list[str]:
    back = [f"taken back: {text.clean(each)}" for each in trim.taken_back]
    back += [f"kept whole: {text.clean(name)}: {text.clean(why)}" for name, why in trim.whole.items()]
    reasons: dict[str, list[str]] = {}
    for path, why in trim.proposal.kept:
        reasons.setdefault(why, []).append(path)
    kept = [f"stays: {text.clean(_some(paths))}: {text.clean(why)}" for why, paths in reasons.items()]
    more = [f"and {text.plural(len(kept) - _SHOWN, 'more reason')} to stay"] if len(kept) > _SHOWN else []
    return [*back, *kept[:_SHOWN], *more]


def _some(paths: Sequence[str]) -> str:
    return paths[0] + (f" and {len(paths) - 1:,} more" if len(paths) > 1 else "")


def _sum(trim: Trim) -> str:
    before, saved = trim.upload.total_bytes, trim.proposal.size
    if not saved:
        return f"`{trim.table.name}`: nothing more to leave out of {before:,} bytes"
    share = f"{saved / before:.1%}"
    return (
        f"`{trim.table.name}`: {before:,} bytes before, {trim.after:,} after, {saved:,} less ({share}); {trim.proved}"
    )


def _end(worker: Worker, found: Sequence[Trim], args: argparse.Namespace, *, written: bool) -> None:
    name = text.clean(relative(worker.config.path))
    if args.write:
        print(f"{name}: {'written' if written else 'unchanged'}; nothing on the disk was deleted")
    elif any(each.proposal.patterns for each in found):
        config = f" --config {shlex.quote(posixpath.basename(worker.config.path))}" if args.config else ""
        command = text.clean(entered(f"edgewheel trim{config} --write", worker.root))
        print(f"`{command}` puts the patterns into {name}; nothing on the disk is deleted")
