"""EW106: the mirror of `[project].dependencies` that tells something else."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.dependencies import lists
from edgewheel.findings import Finding, Place
from edgewheel.requirements.markers import holds
from edgewheel.rules.ew1.cures import quoted
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.deploy import Deploys
    from edgewheel.repository.requirements import RuntimeFile
    from edgewheel.repository.worker import Worker
    from edgewheel.requirements.requirement import Requirement

_FIX = "edgewheel deps --write"
_SHOWN = 5


@rule("EW106", "worker-runtime-deps")
def runtime_file_out_of_step(deploys: Deploys) -> Iterator[Finding]:
    """A runtime requirements file that does not say what `[project].dependencies` says.

    The files are `tool.edgewheel.dependencies.runtime-files`. One that is pinned throughout may hold more than
    the direct dependencies, each in the version of uv.lock where there is one.

    Workers: pywrangler installs what pyproject.toml says and reads no such file: what was tested or reviewed by the
    file is not what is deployed.

    Fix: `edgewheel deps --write` writes the file again, where it has made it; in one that is written by hand, correct
    the line that the message names.

    Bad:
        # pyproject.toml
        [project]
        dependencies = ["fastapi>=0.115"]

        [tool.edgewheel.dependencies]
        runtime-files = ["requirements-runtime.txt"]

        # requirements-runtime.txt
        fastapi==0.110.0

    Good:
        # pyproject.toml
        [project]
        dependencies = ["fastapi>=0.115"]

        [tool.edgewheel.dependencies]
        runtime-files = ["requirements-runtime.txt"]

        # requirements-runtime.txt
        fastapi>=0.115
    """
    worker = deploys.worker
    project, unread = worker.requirements.project, worker.requirements.unread
    if project is None or "" in unread:
        return
    configured = {posixpath.join(worker.requirements.folder, name) for name in worker.settings.runtime_files}
    for file in worker.requirements.files:
        if file.path in configured:
            yield from differences(worker, project, file)


def differences(worker: Worker, project: Sequence[Requirement], file: RuntimeFile) -> Iterator[Finding]:
    """What a requirements file says otherwise than `[project].dependencies`."""
    name = posixpath.relpath(file.path, worker.requirements.folder)
    unread = worker.requirements.unread
    exact = bool(file.requirements) and all(each.pinned or each.url or not each.name for each in file.requirements)
    mirrored: dict[str, list[Requirement]] = {}
    for each in file.requirements:
        mirrored.setdefault(each.key, []).append(each)
    for declared in project:
        there = mirrored.get(declared.key, [])
        if declared.key in unread:
            continue
        if not there and not lists.development(declared.key, worker.settings) and (not exact or holds(declared.marker)):
            message = f"`{name}` is out of date: it lacks `{declared.shown}` of `[project].dependencies`"
            yield Finding(message, declared.place, _fix(worker, file, f"add the line `{declared.text}` to `{name}`"))
        for each in there:
            if (words := _difference(declared, each, exact=exact)) and len(there) == 1:
                message = f"`{each.text}` in `{name}` is not `{declared.text}` of `[project].dependencies`"
                yield Finding(
                    f"{message} ({words}): Workers get the latter",
                    each.place,
                    _fix(worker, file, f"write `{declared.text}` there"),
                )
    if exact:  # it also holds what the direct dependencies bring, those that cannot be read too
        yield from () if unread else _against_lock(worker, project, file, name)
        return
    known = {declared.key for declared in project} | unread
    for each in file.requirements:
        if each.name and each.key not in known:
            message = f"`{each.shown}` is in `{name}` and not in `[project].dependencies`"
            yield Finding(f"{message}: Workers do not get it", each.place, _fix(worker, file, "remove the line"))


def _against_lock(worker: Worker, project: Sequence[Requirement], file: RuntimeFile, name: str) -> Iterator[Finding]:
    """A pinned file has all that uv.lock pins for the Worker, in that version."""
    from edgewheel.repository import locks
    from edgewheel.requirements.locks import chains

    lock = locks.read(worker, "uv.lock")
    if lock is None or lock.fault is not None:
        return
    roots = [each for each in project if each.name]
    reached = chains(lock, roots)
    declared = {each.key: each for each in project}
    for each in file.requirements:
        versions = [version for version in lock.versions(each.key) if version]
        if each.name and each.key not in reached:
            message = f"`{each.shown}` is in `{name}` and uv.lock does not lock it for the Worker"
            yield Finding(f"{message}: Workers do not get it", each.place, _fix(worker, file, "remove the line"))
        elif each.pinned and versions and each.pinned not in versions and not _told(declared.get(each.key), each):
            message = f"`{each.text}` in `{name}` is not the version of uv.lock ({', '.join(versions)})"
            fix = _fix(worker, file, f"write `{each.shown}=={versions[0]}`")
            yield Finding(f"{message}: the file does not say what the tests ran with", each.place, fix)
    there = {each.key for each in file.requirements} | declared.keys()
    if reached.keys() <= there:
        return
    locked = chains(lock, [each for each in roots if holds(each.marker)], reached=holds)
    if lacking := [each for each in sorted(locked) if each not in there]:
        missing = [f"`{each}`" for each in lacking]
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        words = f"it lacks {', '.join(missing[:_SHOWN])}{more}, which uv.lock locks for the Worker"
        lines = (f"{each}=={''.join(lock.versions(each)[:1])}".removesuffix("==") for each in lacking)
        fix = _fix(worker, file, "\n".join(f"echo {quoted(each)} >> {quoted(name)}" for each in lines))
        yield Finding(f"`{name}` is out of date: {words}", Place(file.path, 1, 1), fix)


def _fix(worker: Worker, file: RuntimeFile, otherwise: str) -> str:
    """The command that makes the file, or what to do by hand in one that it did not make and leaves alone."""
    return _FIX if "edgewheel deps --write" in worker.line(file.path, 1) else otherwise


def _told(declared: Requirement | None, mirrored: Requirement) -> bool:
    """Whether the difference to pyproject.toml is a finding already."""
    return declared is not None and bool(_difference(declared, mirrored, exact=True))


def _difference(declared: Requirement, mirrored: Requirement, *, exact: bool) -> str:
    """What differs; "" for nothing. A pinned file tells no extras: what they bring stands in it by name."""
    from edgewheel.requirements.specifiers import fits, same

    if exact and mirrored.pinned:
        if fits(mirrored.pinned, declared.specifier):
            return ""
        return f"{mirrored.pinned} is not {declared.specifier}"
    if declared.extras != mirrored.extras:
        return "other extras"
    if declared.url != mirrored.url:
        return "another source"
    if not same(declared.specifier, mirrored.specifier):
        return "another version"
    return "" if _bare(declared.marker) == _bare(mirrored.marker) else "another marker"


def _bare(marker: str) -> str:
    return "".join(marker.replace('"', "'").split())
