"""What `edgewheel bundle` reports on: the upload, with what its arguments ask for besides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.commands import where
from edgewheel.documents.paths import absolute
from edgewheel.findings import CouldNotRun
from edgewheel.wrangler.collect import Upload, collect

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from edgewheel.deploy import Deploy
    from edgewheel.repository.disk import Disk
    from edgewheel.wrangler.baseline import Baseline


class Measured(NamedTuple):
    """A predicted upload with what was asked for besides; `disk` is the one that the modules stand on."""

    deploy: Deploy
    disk: Disk
    upload: Upload
    digests: list[str] | None = None
    gzip_bytes: int | None = None
    before: Baseline | None = None


def measure(args: argparse.Namespace) -> Measured:
    """CouldNotRun where there is no upload to speak of; where wrangler would refuse, the upload says so."""
    measured = _built(args) if args.run_build else _predicted(args)
    if measured.upload.error is not None:
        return measured
    if args.baseline:
        measured = measured._replace(before=_baseline(args.baseline, measured.deploy.env))
    return _read_all(measured, args) if args.hash or args.gzip else measured


def _predicted(args: argparse.Namespace) -> Measured:
    deploy = where.find(args, script=args.script, version=args.wrangler)
    upload, worker = deploy.upload, deploy.worker
    return Measured(deploy, worker.disk if upload.error is not None else deploy.disk, upload)


def _built(args: argparse.Namespace) -> Measured:
    """The upload of what stands on the disk after the `[build] command`."""
    from edgewheel.commands.run_build import run_build

    deploy = where.find(args, script=args.script, version=args.wrangler)
    failure = run_build(deploy.config, cwd=deploy.deploys.cwd)
    deploy = where.find(args, script=args.script, version=args.wrangler)  # the build may have changed any file
    upload = collect(deploy.config, deploy.worker.disk, deploy.behavior, cwd=deploy.deploys.cwd, built=True)
    if failure is not None:
        upload = Upload(*upload[:5], error=failure)
    return Measured(deploy, deploy.worker.disk, upload)


def _read_all(measured: Measured, args: argparse.Namespace) -> Measured:
    """With hashes and the compressed size, where they are asked for."""
    from edgewheel.commands.progress import progress
    from edgewheel.wrangler.content import gzip_estimate, sha256

    disk, upload = measured.disk, measured.upload
    with progress(len(upload.modules) * args.hash + len(upload.listed) * args.gzip, "reading modules") as step:
        digests = [_stepped(each, step) for each in sha256(upload, disk)] if args.hash else None
        packed = gzip_estimate(upload, disk, lambda _: step()) if args.gzip else None
    return measured._replace(digests=digests, gzip_bytes=packed)


def _stepped(digest: str, step: Callable[[], None]) -> str:
    step()
    return digest


def _baseline(path: str, env: str | None) -> Baseline:
    from edgewheel.repository.disk import Disk
    from edgewheel.wrangler.baseline import parse

    disk, file = Disk(), absolute(path)
    if disk.kind(file) is None:
        raise CouldNotRun(f"`{path}` does not exist: `edgewheel bundle --save-baseline {path}` writes it")
    if (found := parse(disk.read(file), path=path, env=env)) is None:
        which = f"environment `{env}`" if env else "top level"
        raise CouldNotRun(f"`{path}` has no baseline of the {which}: `--save-baseline {path}` adds it")
    return found
