"""`edgewheel bundle`: what wrangler will upload, without wrangler."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.layout.upload import predict, seen
from edgewheel.worker.discovery import absolute, find_one
from edgewheel.wrangler.collect import Upload, collect

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from edgewheel.reports.bundle_tables import Report
    from edgewheel.worker.disk import Disk
    from edgewheel.worker.model import Worker
    from edgewheel.wrangler.baseline import Baseline


class Measured(NamedTuple):
    """A predicted upload with what was asked for besides; `disk` is the one that its modules stand on."""

    worker: Worker
    disk: Disk
    upload: Upload
    digests: list[str] | None = None
    gzip_bytes: int | None = None
    before: Baseline | None = None


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("path", nargs="?", default=".", metavar="PATH", help="where wrangler would run (default: here)")
    add("--config", default="", metavar="F", help="a wrangler config, relative to PATH")
    add("--env", default=None, metavar="N", help="an environment of the config")
    add("--script", default="", metavar="F", help="an entry named on wrangler's command line, relative to PATH")
    add("--wrangler", default="", metavar="V", help="predict this version (default: the installed one)")
    add("--format", default="text", choices=("text", "json", "markdown", "html"))
    add("--output", default="", metavar="F", help="write the report to a file")
    add("--by", default="", choices=("module", "package", "tree"), help="one table only, whole")
    add("--hash", action="store_true", help="with the SHA-256 of every module; reads all files")
    add("--gzip", action="store_true", help="with the compressed size, estimated within 3 %%; reads all files")
    add("--run-build", action="store_true", help="run the config's `[build] command` first, as wrangler does")
    add("--baseline", default="", metavar="F", help="tell what grew, came and went since this file was written")
    add("--save-baseline", default="", metavar="F", help="write this upload's sizes to a file")
    add("--max-size", default="", metavar="S", help="exit with 1 above this size, such as `58 MiB` (uncompressed)")


def run(args: argparse.Namespace) -> int:
    most = _max_size(args.max_size)
    try:
        measured = _measure(args)
    except CouldNotRun as error:
        if args.format == "json":  # who reads JSON finds the reason there too
            from edgewheel.reports import bundle_json

            _write(bundle_json.render(Upload(args.wrangler, "", args.env, "", "", error=str(error))), args.output)
        raise
    upload = measured.upload
    if upload.error is not None and args.format != "json":
        raise CouldNotRun(f"wrangler {upload.wrangler} would refuse: {upload.error}")
    _write(_render(measured, args), args.output)
    if upload.error is not None:
        return 2
    if args.save_baseline:
        _save(measured, args)
    if most is not None and upload.total_bytes > most:
        aside = args.format != "text" or args.output  # a report in another format stays whole
        print(_too_large(upload.total_bytes, args.max_size), file=sys.stderr if aside else sys.stdout)
        return 1
    return 0


def _max_size(text: str) -> int | None:
    if not text:
        return None
    from edgewheel.worker.settings import parse_size

    if (size := parse_size(text)) is None:
        raise CouldNotRun(f"`--max-size {text}` is no size: write one such as `58 MiB`")
    return size


def _too_large(size: int, most: str) -> str:
    from edgewheel.wrangler.sizes import human

    return f"over the size: {human(size)} ({size:,} bytes) is more than `--max-size` {most}"


def _measure(args: argparse.Namespace) -> Measured:
    measured = _built(args) if args.run_build else _predicted(args)
    if measured.upload.error is not None:
        return measured
    if args.baseline:
        measured = measured._replace(before=_baseline(args.baseline, args.env))
    return _read_all(measured, args) if args.hash or args.gzip else measured


def _predicted(args: argparse.Namespace) -> Measured:
    worker, cwd = _worker(args)
    upload = predict(worker, env=args.env, script=args.script, version=args.wrangler, cwd=cwd)
    if upload.error is not None:
        return Measured(worker, worker.disk, upload._replace(error=_explained(upload.error, worker, args)))
    return Measured(worker, seen(worker, env=args.env, script=args.script, cwd=cwd), upload)


def _built(args: argparse.Namespace) -> Measured:
    """The upload of what stands on the disk after the `[build] command`."""
    from edgewheel.commands.run_build import run_build

    worker, cwd = _worker(args)
    failure = run_build(worker, env=args.env, script=args.script, cwd=cwd)
    worker, _ = _worker(args)  # the build may have changed any file
    upload = collect(worker, worker.disk, env=args.env, script=args.script, version=args.wrangler, cwd=cwd)
    if failure is not None:
        upload = Upload(*upload[:5], error=failure)
    return Measured(worker, worker.disk, upload)


def _worker(args: argparse.Namespace) -> tuple[Worker, str]:
    """The Worker, and the folder in which wrangler would run."""
    worker = find_one(args.path, config=args.config, script=args.script)
    return worker, _working_directory(args, worker)


def _explained(error: str, worker: Worker, args: argparse.Namespace) -> str:
    """wrangler's error, and what to do where main is something that only the project's own command makes."""
    from edgewheel.layout.upload import owns_build
    from edgewheel.wrangler.config import resolve

    config = resolve(worker, env=args.env, script=args.script, cwd=_working_directory(args, worker))
    missing = bool(config.main) and not worker.disk.is_file(config.main_path)
    if args.run_build or not missing or not config.build_command or owns_build(config):
        return error
    return (
        f"{error}\n`[build] command` is run first (`{config.build_command}`) and may make that file, but edgewheel "
        "runs no command of a project unasked: `edgewheel bundle --run-build` does"
    )


def _working_directory(args: argparse.Namespace, worker: Worker) -> str:
    """PATH, unless the Worker was found below it: then wrangler would run in the Worker's own folder."""
    top = absolute(args.path)
    return top if args.config or args.script or f"{top}/".startswith(f"{worker.root}/") else worker.root


def _read_all(measured: Measured, args: argparse.Namespace) -> Measured:
    """With hashes and the compressed size, where they are asked for."""
    from edgewheel.commands.progress import progress
    from edgewheel.wrangler.content import gzip_estimate, sha256

    _, disk, upload, *_ = measured
    with progress(len(upload.modules) * args.hash + len(upload.listed) * args.gzip, "reading modules") as step:
        digests = [_stepped(each, step) for each in sha256(upload, disk)] if args.hash else None
        packed = gzip_estimate(upload, disk, lambda _: step()) if args.gzip else None
    return measured._replace(digests=digests, gzip_bytes=packed)


def _stepped(digest: str, step: Callable[[], None]) -> str:
    step()
    return digest


def _baseline(path: str, env: str | None) -> Baseline:
    from edgewheel.worker.disk import Disk
    from edgewheel.wrangler.baseline import parse

    disk, file = Disk(), absolute(path)
    if disk.kind(file) is None:
        raise CouldNotRun(f"`{path}` does not exist: `edgewheel bundle --save-baseline {path}` writes it")
    if (found := parse(disk.read(file), path=path, env=env)) is None:
        which = f"environment `{env}`" if env else "top level"
        raise CouldNotRun(f"`{path}` has no baseline of the {which}: `--save-baseline {path}` adds it")
    return found


def _save(measured: Measured, args: argparse.Namespace) -> None:
    from edgewheel.commands.mend import replace
    from edgewheel.wrangler.baseline import dump, of

    disk, file = measured.worker.disk, absolute(args.save_baseline)
    before = disk.read(file) if disk.kind(file) is not None else None
    kept = of(measured.upload, gzip_bytes=measured.gzip_bytes)
    replace({file: dump(kept, env=args.env, before=before, path=args.save_baseline).encode()})


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
        return _html(report, measured, args)
    if sys.stdout.isatty() and not args.output:
        from rich.console import Console

        from edgewheel.reports import bundle_rich

        Console(highlight=False).print(bundle_rich.render(report))
        return ""
    from edgewheel.reports import bundle_text

    return "".join(f"{line}\n" for line in bundle_text.render(report))


def _html(report: Report, measured: Measured, args: argparse.Namespace) -> str:
    from edgewheel.reports import bundle_html
    from edgewheel.wrangler.carriers import carriers
    from edgewheel.wrangler.config import resolve

    worker = measured.worker
    config = resolve(worker, env=args.env, script=args.script, cwd=_working_directory(args, worker))
    return bundle_html.render(report, carriers(config, worker.disk, measured.upload))


def _report(measured: Measured, args: argparse.Namespace) -> Report:
    from edgewheel.reports.bundle_tables import Report
    from edgewheel.wrangler import baseline
    from edgewheel.wrangler.limits import limits, warn_share

    settings = measured.worker.settings
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
    from edgewheel.commands.mend import replace

    replace({absolute(path): text.encode("utf-8", "backslashreplace")})
