"""`edgewheel stage`: writes the tree that wrangler walks, from the project or from a built wheel."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.commands import show
from edgewheel.documents.paths import relative
from edgewheel.findings import CouldNotRun
from edgewheel.layout import summary
from edgewheel.layout.selection import shipped
from edgewheel.reports.text import clean, plural
from edgewheel.repository.discovery import find_one
from edgewheel_build import staging

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from edgewheel.layout.plan import Layout
    from edgewheel.repository.worker import Worker


class Job(NamedTuple):
    """What is staged: the files, the folder, and the layout they come from (None: a wheel, at `wheel`)."""

    files: list[staging.Staged]
    target: str
    layout: Layout | None
    wheel: str
    #: what people must know beside that
    notes: list[str]
    #: with `precompile`, the compiled files of python_modules by absolute path, and how many files `files` has of them
    vendored: dict[str, bytes] | None = None
    compiled: int = 0


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="the Worker's folder (default: here)")
    parser.add_argument(
        "-o",
        "--output",
        default="",
        metavar="DIR",
        help="the folder to write, relative to here (default: `stage` of [tool.edgewheel])",
    )
    parser.add_argument("--wheel", default="", metavar="F", help="take the files of this built wheel, hashes verified")
    parser.add_argument("--dry-run", action="store_true", help="print the list of files and write nothing")
    parser.add_argument("--format", default="text", choices=("text", "json"))


def run(args: argparse.Namespace) -> int:
    worker = find_one(args.path)
    job = _job(worker, args)
    if worker.settings.precompile:
        job = _precompiled(worker, job)
    done = None if args.dry_run else staging.write(job.files, job.target)
    if done is not None and job.vendored is not None:
        staging.write_compiled(job.vendored, worker.path("python_modules"))
    show.notes(job.notes)
    if args.format == "json":
        show.data(_record(job, done))
        return 0
    show.lines(_lines(job, done), indent=4)
    return 0


def _lines(job: Job, done: staging.Written | None) -> Iterator[str]:
    if done is None:
        for file in job.files:
            yield f"{file.size:>9,}  {clean(file.name)}  {clean(_origin(file))}"
    yield clean(_line(job, done))
    for name in job.layout.unbound if job.layout else ():
        yield clean(f"warning: the wrangler config binds `{name}`, which the entry does not bind at module level")


def _job(worker: Worker, args: argparse.Namespace) -> Job:
    if args.wheel:
        from edgewheel.layout import unpack

        path = os.path.abspath(args.wheel)
        target = staging.target(worker, args.output)
        if path.startswith(f"{target}{os.sep}"):
            raise CouldNotRun(f"`{args.wheel}` is in the staging folder, which holds the upload and nothing else")
        return Job(staging.from_content(unpack.files(path), path.replace(os.sep, "/")), target, None, path, [])
    layout = shipped(worker)
    files, target = staging.from_layout(worker, layout), staging.target(worker, args.output, kept=layout.folder)
    return Job(files, target, layout, "", [*worker.checkout.notes, *_lacking(layout)])


def _precompiled(worker: Worker, job: Job) -> Job:
    """The same with compiled files beside the modules, for each Python that an environment selects."""
    from edgewheel.commands.precompiled import precompiled
    from edgewheel.deploy import Deploys

    files, vendored, notes = list(job.files), {}, dict.fromkeys(job.notes)
    pythons: set[str] = set()
    for deploy in Deploys(worker):
        inside = os.path.relpath(deploy.config.module_root, job.target).replace(os.sep, "/")
        prefix = "" if inside == "." or inside.startswith("..") else f"{inside}/"
        own = {each.name.removeprefix(prefix): each.read for each in job.files if each.name.startswith(prefix)}
        if deploy.carried.error is not None or deploy.python in pythons:
            continue
        pythons.add(deploy.python)
        made = precompiled(deploy, own)
        notes |= dict.fromkeys(made.notes)
        for name, content in made.files.items():
            if name.startswith("python_modules/"):
                vendored[f"{deploy.config.project_root}/{name}"] = content
            else:
                files += staging.from_content({prefix + name: content}, "")
    return job._replace(files=files, notes=list(notes), vendored=vendored, compiled=len(files) - len(job.files))


def _lacking(layout: Layout) -> Iterator[str]:
    """The forced files that only the project's build hooks make."""
    for path in layout.lacking:
        yield (
            f"`{relative(path)}` of `force-include` is not there: where a hook of the project makes it, build the "
            "wheel and stage that: edgewheel stage --wheel dist/NAME.whl"
        )


def _origin(file: staging.Staged) -> str:
    return f"<- {relative(file.source)}" if file.source else "(generated)"


def _shown(path: str) -> str:
    return relative(path.replace(os.sep, "/"))


def _line(job: Job, done: staging.Written | None) -> str:
    size = sum(file.size for file in job.files)
    if job.layout:
        text = summary.line(job.layout, size=size)
    else:
        text = f"{plural(len(job.files), 'file')}, {size:,} bytes from {_shown(job.wheel)}, hashes verified"
    if job.vendored is not None:
        more = sum(map(len, job.vendored.values()))
        text += f"; compiled ahead: {job.compiled:,} here, {len(job.vendored):,} in python_modules ({more:,} bytes)"
    did = f"{done.written:,} written, {done.removed:,} removed" if done else "nothing written"
    return f"{_shown(job.target)}: {text}; {did}"


def _record(job: Job, done: staging.Written | None) -> dict[str, Any]:
    """Paths relative to the current folder; `source` is "" for what is generated."""
    layout = job.layout
    return {
        "findings": [],
        "stage": _shown(job.target),
        "files": [
            {"name": file.name, "size": file.size, "source": relative(file.source) if file.source else ""}
            for file in job.files
        ],
        "stripped": [each._asdict() for each in layout.stripped] if layout else [],
        "added": list(layout.added) if layout else [],
        "unbound": list(layout.unbound) if layout else [],
        "compiled": [relative(path) for path in job.vendored or ()],
        **(done or staging.Written(0, 0, 0))._asdict(),
    }
