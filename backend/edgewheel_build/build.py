"""What every way of building does around the writing: plan before, judge after. hatchling is not needed here."""

from __future__ import annotations

import os
import posixpath
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.layout import summary
from edgewheel.layout.selection import Built, built, is_sdist
from edgewheel.repository import writing
from edgewheel.repository.disk import Disk, repository
from edgewheel.repository.provenance import WheelOrigin
from edgewheel.repository.settings import are_written
from edgewheel.repository.wheel import read
from edgewheel.repository.worker import CONFIG_NAMES, Worker
from edgewheel.rules import wheels as artifact
from edgewheel.sources.modules import NameRecords
from edgewheel_build.errors import BuildRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.findings import Finding
    from edgewheel.layout.plan import File, Layout


#: The bits of a mode that run a file as its owner; no sdist carries them, so no wheel does.
SPECIAL = 0o7000


class Plan(NamedTuple):
    """What is to be built."""

    worker: Worker
    layout: Layout


def plan(root: str, made: Built | None = None) -> Plan:
    """The plan of the project in a folder, with what its build hooks have made.

    CouldNotRun where there is no Worker, no entry or no handler; BuildRefused for unknown settings.
    """
    worker = worker_of(root)
    if faults := _of_settings(worker):
        raise BuildRefused(f"{_report(faults)}\nedgewheel: nothing was built, since these settings would be ignored")
    return Plan(worker, built(worker, made or Built()))


def named(files: list[File]) -> list[File]:
    """The same files; CouldNotRun for a name that no zip can hold."""
    try:
        "".join(file.name for file in files).encode()
    except UnicodeEncodeError:
        shown = [file.name.encode("utf-8", "backslashreplace").decode() for file in files]
        name = next(each for each, file in zip(shown, files, strict=True) if each != file.name)
        raise CouldNotRun(f"`{name}` has a name that is not UTF-8: no wheel can hold it. Rename the file") from None
    return files


def finish(path: str, planned: Plan, files: Sequence[File]) -> tuple[list[str], str]:
    """The warnings about a wheel that was written from these files, and the line that every build prints.

    A wheel that is not fit to deploy is removed: BuildRefused, with the report.
    """
    worker, layout = planned
    findings, size = _judge(path, worker, layout, files)
    if any(each.level == "error" for each in findings):
        os.unlink(path)
        raise BuildRefused(f"{_report(findings)}\nedgewheel: the wheel is not fit to deploy and was removed")
    warnings = [_report(findings)] if findings else []
    warnings += [f"note: {worker.git.note}"] if _is_asked(worker) and worker.git.note else []
    warnings += [
        f"warning: the wrangler config binds `{name}`, which the entry does not bind at module level"
        for name in layout.unbound
    ]
    line = summary.line(layout._replace(files=tuple(files)), size=size)
    return warnings, f"edgewheel: {os.path.basename(path)}: {line}"


def source_line(path: str, left: list[str]) -> str:
    """The line about an sdist that was written: what is in the archive, and what was left out of the project."""
    import tarfile

    from edgewheel.reports.text import clean

    with tarfile.open(path) as archive:
        sizes = [each.size for each in archive if each.isfile()]
    return clean(f"edgewheel: {os.path.basename(path)}: {summary.source_line(sizes, left)}")


def worker_of(root: str) -> Worker:
    """The Worker in the folder of a pyproject.toml, else the one below; CouldNotRun for none or several."""
    top = os.path.abspath(root).replace(os.sep, "/")
    disk = Disk(NameRecords())
    around = repository(disk, top)
    if any(disk.is_file(posixpath.join(top, name)) for name in CONFIG_NAMES):
        return Worker(top, disk=disk, repository=around)
    from edgewheel.repository.discovery import find

    # bounded by the project, so that the pyproject.toml which is being built is theirs, in an unpacked sdist too
    below = [Worker(each.root, disk=disk, repository=around or top) for each in find([top])]
    mine = [each for each in below if each.pyproject and posixpath.dirname(each.pyproject.path) == top]
    if len(mine) == 1:
        return mine[0]
    names = ", ".join(CONFIG_NAMES)
    if not mine:
        raise CouldNotRun(f"no Worker in `{top}`: none of {names} stands there or below it with a `.py` as main")
    several = ", ".join(f"`{posixpath.relpath(each.root, top)}`" for each in mine)
    raise CouldNotRun(f"several Workers in one project: {several}. Give each a pyproject.toml of its own")


def _judge(path: str, worker: Worker, layout: Layout, files: Sequence[File]) -> tuple[list[Finding], int]:
    """The findings about the wheel at a path, built from these files, and how many bytes those are in it."""
    wheel = read(os.path.abspath(path).replace(os.sep, "/"))
    base = os.path.dirname(layout.folder)
    tracked, made, in_progress = _known_to_git(worker, files)
    project = WheelOrigin(
        worker.root,
        layout.namespace,
        layout.entry[len(base) + 1 :],
        worker.settings.packages,
        worker.settings.keep,
        tracked,
        made,
        in_progress,
    )
    asked = worker.settings
    found = artifact.judge(wheel._replace(project=project), select=asked.select, ignore=asked.ignore)
    return found, sum(wheel.sizes.get(file.name, 0) for file in files)


def _of_settings(worker: Worker) -> list[Finding]:
    """The findings of EW003: a misspelt `strip` would ship what it should leave out."""
    if "EW003".startswith(worker.settings.ignore or ("-",)):
        return []
    if not are_written(worker.pyproject):
        return []
    from edgewheel.repository.settings_shapes import faults

    found = faults(worker.pyproject)
    return [each._replace(code="EW003", level="error", worker=worker.root) for each in found]


def _known_to_git(
    worker: Worker, files: Sequence[File]
) -> tuple[frozenset[str] | None, frozenset[str], frozenset[str]]:
    """What is tracked, made by the build, and in progress. What the project's own settings leave out is not missed;
    where git knows no file of the Worker yet, there is no commit to compare with.
    """
    new = {file.name for file in files if _is_asked(worker) and file.source and worker.git.is_new(file.source)}
    rest = frozenset(file.name for file in files) - new
    if not _is_asked(worker) or not worker.git.answers or not any(file.source and file.name in rest for file in files):
        return None, frozenset(), frozenset()
    return frozenset(), rest, frozenset(new)


def _is_asked(worker: Worker) -> bool:
    """Whether git's word counts: an unpacked sdist holds nothing that it ignores."""
    return bool(worker.git.top) and not is_sdist(worker)


def _report(findings: list[Finding]) -> str:
    """The findings as lines, as `edgewheel inspect` prints them."""
    from edgewheel.reports import text

    return "\n".join(text.findings(findings))


@contextmanager
def temporary_folder(directory: str) -> Iterator[None]:
    """Every temporary file of hatchling's goes into a folder of this build's own, beside the archive to be.

    There the finished archive is renamed into its place, where from another disk it would be copied piece by piece;
    and what an error or a signal leaves is removed.
    """
    import shutil
    import tempfile

    os.makedirs(directory, exist_ok=True)
    writing.clear(directory)
    usual, own = tempfile.tempdir, writing.temporary(directory)
    os.mkdir(own, 0o700)
    tempfile.tempdir = own
    try:
        yield
    finally:
        tempfile.tempdir = usual
        shutil.rmtree(own, ignore_errors=True)
