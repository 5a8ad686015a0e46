"""`edgewheel deps`: every package that reaches the Worker, with the chain that brings it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from edgewheel.commands import show
from edgewheel.dependencies import table as dependencies
from edgewheel.deploy import Deploys
from edgewheel.documents.paths import relative
from edgewheel.findings import CouldNotRun
from edgewheel.layout import usage as imports
from edgewheel.reports import table, text
from edgewheel.reports.pasted import from_here
from edgewheel.repository.discovery import find_one
from edgewheel.repository.writing import alone
from edgewheel.rules import runner
from edgewheel.rules.registry import load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from edgewheel.dependencies.impact import Impact
    from edgewheel.dependencies.table import Dependencies, PackageRow
    from edgewheel.findings import Finding

_HEADS = ("package", "version", "kind", "bytes", "brought by", "imported by")


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("path", nargs="?", default=".", metavar="PATH", help="a Worker's folder (default: here)")
    add("--format", default="text", choices=("text", "json", "markdown"))
    add("--strict", action="store_true", help="warnings count as errors")
    add("--write", action="store_true", help="write the runtime and development requirements files")
    add("--diff", action="store_true", help="print what --write would write as a diff; writes nothing")
    add("--hashes", action="store_true", help="with --write: also write the hashes of uv.lock")
    add("--impact", nargs="+", default=(), metavar="NAME", help="what removing these packages saves and breaks")


def run(args: argparse.Namespace) -> int:
    worker = find_one(args.path)
    if args.write or args.diff:
        from edgewheel.commands.deps_write import write

        with alone([worker]) if args.write and not args.diff else nullcontext():
            return write(find_one(args.path), hashes=bool(args.hashes), diff=bool(args.diff))
    deploys = Deploys(worker)
    upload = deploys.of(None).upload
    usage = imports.read(upload, worker.disk) if upload.error is None else None
    there = worker.vendored
    uploaded = {
        module.name.removeprefix("python_modules/"): module.size
        for module in upload.modules
        if module.name.startswith("python_modules/")
    }
    found = dependencies.read(worker, usage, dependencies.sizes_of(uploaded, there))
    if args.impact:
        from edgewheel.dependencies.impact import impact

        if usage is None:
            raise CouldNotRun(f"imports are not known: wrangler refuses the config ({upload.error})")
        _print_impact(impact(worker, found, usage, args.impact), args.format)
        return 0
    judged = from_here(runner.check(worker, load(select=["EW1"]), model=deploys))
    _print(found, judged, args.format)
    if upload.error is not None and args.format == "text":
        show.lines([f"imports are not known: wrangler refuses the config ({upload.error.splitlines()[0]})"])
    failed = any(each.level == "error" or args.strict for each in judged)
    return 1 if failed else 0


def _print(found: Dependencies, judged: Sequence[Finding], form: str) -> None:
    if form == "json":
        from edgewheel.reports import records

        packages = [_record(row) for row in found.rows]
        whole = {
            "findings": records.findings(judged),
            "source": found.source,
            "unknown": found.unknown,
            "packages": packages,
        }
        show.data(whole)
        return
    cells = [_cells(row) for row in found.rows]
    if form == "markdown":
        from edgewheel.reports import markdown

        print("\n".join([*table.markdown(_HEADS, cells, right=(3,)), "", *markdown.findings(judged)]))
        return
    show.table(_HEADS, cells, right=(3,))
    print()
    show.findings(judged)
    known = [row.size for row in found.rows if row.size is not None]
    weight = f", {sum(known):,} bytes of them in python_modules" if known else ""
    unknown = f"; it does not know {', '.join(found.unknown)}" if found.unknown else ""
    show.lines([f"{text.plural(len(found.rows), 'package')} by {found.source}{weight}{unknown}"])


def _cells(row: PackageRow) -> tuple[str, ...]:
    kind = f"{row.kind}, heavy" if row.heavy else row.kind
    size = "" if row.size is None else f"{row.size:,}"
    unasked = {"installed by pywrangler itself": "pywrangler", "required by nothing that is declared": "nobody"}
    brought = " → ".join(row.chain) or unasked.get(row.why, "direct")
    modules = list(dict.fromkeys(use.module for use in row.uses or ()))
    users = f"{modules[0]} and {len(modules) - 1} more" if len(modules) > 1 else "".join(modules)
    users = users or ("not known" if row.uses is None else "nowhere")
    return row.name, row.version, kind, size, brought, users


def _record(row: PackageRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "version": row.version,
        "kind": row.kind,
        "why": row.why,
        "heavy": row.heavy,
        "chain": [*row.chain, row.name],
        "bytes": row.size,
        "imported_by": None if row.uses is None else [_use(use) for use in row.uses],
    }


def _use(use: Any) -> dict[str, Any]:  # noqa: ANN401 - a Use
    return {"module": use.module, "path": relative(use.path), "line": use.line, "at": use.at}


def _print_impact(found: Impact, form: str) -> None:
    if form == "json":
        record = {
            **found._asdict(),
            "direct": [_use(use) for use in found.direct],
            "through": [relative(path) for path in found.through if path],  # "": the generated entry
            "tests": [relative(path) for path in found.tests],
        }
        show.data({"findings": [], "impact": record})
        return
    names = ", ".join(f"`{name}`" for name in found.names)
    others = [name for name in found.gone if name not in found.names]
    saved = (
        "not vendored, so nobody knows the bytes" if found.saved is None else f"{found.saved:,} bytes less to upload"
    )
    lines = [
        f"without {names}: {saved}",
        f"leaves with it: {', '.join(others) or 'nothing else'}",
        "imported by: " + _list(f"{relative(use.path)}:{use.line} ({use.at})" for use in found.direct),
        "and through them by: " + _list(relative(path) for path in found.through if path),
        "tests that touch these: " + _list(relative(path) for path in found.tests),
        "stops working: " + _list(dict.fromkeys(found.handlers))
        if found.starts
        else "every handler stops: the Worker does not start without it",
    ]
    show.lines(lines, indent=4)


def _list(items: Any) -> str:  # noqa: ANN401 - an iterable of texts
    return ", ".join(items) or "nothing"
