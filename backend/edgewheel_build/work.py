"""What every way of building does around the writing: plan before, judge after. hatchling is not needed here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.layout import summary
from edgewheel.layout.committed import untracked, without_ignored
from edgewheel_build import verdict
from edgewheel_build.project import worker_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edgewheel.layout.plan import File, Layout
    from edgewheel.repository.git import Untracked
    from edgewheel.repository.worker import Worker


class Refused(CouldNotRun):
    """A build that ends with a report of findings."""


class Plan(NamedTuple):
    """What is to be built; `untracked` is what git says of it, None where there is no git."""

    worker: Worker
    layout: Layout
    untracked: Untracked | None


def plan(root: str, *, keeps: Callable[[str], bool] | None = None) -> Plan:
    """The plan of the project in a folder; `keeps` tells of a path whether it is kept though git ignores it.

    CouldNotRun where there is no Worker, no entry or no handler; Refused for settings that nobody reads.
    """
    worker = worker_of(root)
    if faults := verdict.of_settings(worker):
        raise Refused(f"{verdict.report(faults)}\nedgewheel: nothing was built with settings that nobody reads")
    found = untracked(worker)
    return Plan(worker, without_ignored(worker, found, keeps=keeps), found)


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

    A wheel that is not fit to deploy is removed: Refused, with the report.
    """
    worker, layout, found = planned
    findings, size = verdict.judge(path, worker, layout, files, found)
    if any(each.level == "error" for each in findings):
        os.unlink(path)
        raise Refused(f"{verdict.report(findings)}\nedgewheel: the wheel is not fit to deploy and was removed")
    warnings = [verdict.report(findings)] if findings else []
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


def words(error: CouldNotRun) -> str:
    """The last words of a build that cannot go on."""
    from edgewheel.reports.text import clean

    return str(error) if isinstance(error, Refused) else f"edgewheel: {clean(str(error), keep=chr(10))}"
