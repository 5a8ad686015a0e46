"""`edgewheel bundle`: what wrangler will upload, without wrangler."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from edgewheel.commands import show, values, where
from edgewheel.commands.measure import measure
from edgewheel.documents.paths import absolute
from edgewheel.findings import CouldNotRun
from edgewheel.wrangler.collect import Upload

if TYPE_CHECKING:
    import argparse

    from edgewheel.commands.measure import Measured
    from edgewheel.reports.bundle_tables import Report


def arguments(parser: argparse.ArgumentParser) -> None:
    where.arguments(parser)
    add = parser.add_argument
    add("--script", default="", metavar="F", help="an entry named on wrangler's command line, relative to PATH")
    add(
        "--wrangler",
        default="",
        type=values.version,
        metavar="V",
        help="predict this version (default: the installed one)",
    )
    add("--format", default="text", choices=("text", "json", "markdown", "html"))
    add("--output", default="", metavar="F", help="write the report to a file")
    add("--by", default="", choices=("module", "package", "tree"), help="one table only, whole")
    add("--hash", action="store_true", help="with the SHA-256 of every module; reads all files")
    add("--gzip", action="store_true", help="with the compressed size, estimated within 3 %%; reads all files")
    add("--run-build", action="store_true", help="run the config's `[build] command` first, as wrangler does")
    add("--baseline", default="", metavar="F", help="tell what grew, came and went since this file was written")
    add("--save-baseline", default="", metavar="F", help="write this upload's sizes to a file")
    add(
        "--max-size",
        default="",
        type=values.size,
        metavar="S",
        help="exit with 1 above this size, such as `58 MiB` (uncompressed)",
    )


def run(args: argparse.Namespace) -> int:
    try:
        measured = measure(args)
    except CouldNotRun as error:
        if args.format == "json":  # who reads JSON finds the reason there too
            from edgewheel.reports import bundle_json

            _write(bundle_json.render(Upload(args.wrangler, "", args.env, "", "", error=str(error))), args.output)
        raise
    upload = measured.upload
    if upload.error is not None and args.format != "json":
        raise CouldNotRun(f"wrangler {upload.wrangler} would refuse: {upload.error}")
    _write(_render(measured, args), args.output)
    show.notes(measured.deploy.worker.checkout.notes)
    if upload.error is not None:
        return 2
    if args.save_baseline:
        _save(measured, args)
    if args.max_size is not None and upload.total_bytes > args.max_size.bytes:
        aside = args.format != "text" or args.output  # a report in another format stays whole
        print(_too_large(upload.total_bytes, args.max_size.text), file=sys.stderr if aside else sys.stdout)
        return 1
    return 0


def _too_large(size: int, most: str) -> str:
    from edgewheel.wrangler.sizes import human

    return f"over the size: {human(size)} ({size:,} bytes) is more than `--max-size` {most}"


def _save(measured: Measured, args: argparse.Namespace) -> None:
    from edgewheel.repository.writing import replace
    from edgewheel.wrangler.baseline import dump, of

    disk, file = measured.deploy.worker.disk, absolute(args.save_baseline)
    before = disk.read(file) if disk.kind(file) is not None else None
    kept = of(measured.upload, gzip_bytes=measured.gzip_bytes)
    replace({file: dump(kept, env=measured.deploy.env, before=before, path=args.save_baseline).encode()})


def _render(measured: Measured, args: argparse.Namespace) -> str:
    """The report's text; "" where it has been drawn on the terminal."""
    if args.format == "json":
        from edgewheel.reports import bundle_json

        return bundle_json.render(
            measured.upload,
            digests=measured.digests,
            gzip_bytes=measured.gzip_bytes,
            by=args.by,
            before=measured.before,
        )
    report = _report(measured, args)
    if args.format == "markdown":
        from edgewheel.reports import bundle_markdown

        return bundle_markdown.render(report)
    if args.format == "html":
        return _html(report, measured)
    if sys.stdout.isatty() and not args.output:
        from edgewheel.reports import bundle_rich, terminal

        console = terminal.console()
        console.print(bundle_rich.render(report, width=console.width))
        return ""
    from edgewheel.reports import bundle_text

    return "".join(f"{line}\n" for line in bundle_text.render(report))


def _html(report: Report, measured: Measured) -> str:
    from edgewheel.reports import bundle_html
    from edgewheel.runtime.library import library
    from edgewheel.wrangler.carriers import carriers

    deploy = measured.deploy
    standard = library(deploy.python).present
    return bundle_html.render(report, carriers(deploy.config, deploy.worker.disk, measured.upload), standard)


def _report(measured: Measured, args: argparse.Namespace) -> Report:
    from edgewheel.reports.bundle_tables import Report
    from edgewheel.wrangler import baseline
    from edgewheel.wrangler.limits import limits, warn_share

    settings = measured.deploy.worker.settings
    return Report(
        measured.upload,
        limits(settings),
        warn_share(settings),
        args.by,
        measured.gzip_bytes,
        measured.before,
        baseline.changes(measured.before, baseline.of(measured.upload)) if measured.before else (),
    )


def _write(text: str, path: str) -> None:
    if not path:
        sys.stdout.write(text)
        return
    from edgewheel.repository.writing import replace

    replace({absolute(path): text.encode("utf-8", "backslashreplace")})
