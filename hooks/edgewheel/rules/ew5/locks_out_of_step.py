"""EW504: locks that differ from each other, from pyproject.toml, or from the wheels that they name."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.dependencies.table import MANAGED
from edgewheel.findings import Finding, Place
from edgewheel.repository import locks
from edgewheel.repository.pywrangler import folder_of
from edgewheel.requirements.markers import holds
from edgewheel.rules.ew1.cures import in_tool_uv
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.deploy import Deploys
    from edgewheel.repository.worker import Worker
    from edgewheel.requirements.locks import Lock, LockedPackage
    from edgewheel.requirements.requirement import Requirement

_SYNC = "uv run pywrangler sync --force"
_SHOWN = 5


@rule("EW504", "worker-bundle")
def locks_out_of_step(deploys: Deploys) -> Iterator[Finding]:
    """pylock.toml, uv.lock and pyproject.toml that say different things, a locked local wheel that has changed, or a
    folder that is a dependency and was edited after it was vendored.

    `workers-runtime-sdk` in pylock.toml is pywrangler's own and no fault.

    Workers: pylock.toml is what is deployed and uv.lock what the tests ran with: where they differ, other code runs in
    production. A wheel whose hash is not the locked one makes `pywrangler sync` stop.

    Fix: lock again; the message's command takes the deployed versions into uv.lock.

    Bad:
        # pylock.toml
        [[packages]]
        name = "fastapi"
        version = "0.115.6"

        # uv.lock
        [[package]]
        name = "fastapi"
        version = "0.121.0"

    Good:
        # pylock.toml
        [[packages]]
        name = "fastapi"
        version = "0.115.6"

        # uv.lock
        [[package]]
        name = "fastapi"
        version = "0.115.6"
    """
    worker = deploys.worker
    tested, deployed = _lock(worker, "uv.lock"), _lock(worker, "pylock.toml")
    if tested is not None:
        yield from _against_project(worker, tested)
        yield from _changed_wheels(worker, tested, "uv lock --refresh-package {name}")
    if deployed is not None:
        yield from _requirements(worker, deployed)
        yield from _changed_wheels(worker, deployed, f"rm pylock.toml && {_SYNC}")
    if tested is not None and deployed is not None:
        yield from _versions(worker, tested, deployed)
    for requirement in worker.requirements.project or () if worker.vendored.distributions else ():
        yield from _edited(worker, requirement)


def _lock(worker: Worker, name: str) -> Lock | None:
    """A lock that can be read; with the hashes, which take most of the time, only where it names local files."""
    path = locks.find(worker, name)
    local = bool(path) and b"path = " in worker.disk.read(path)
    lock = locks.read(worker, name, files=local)
    return lock if lock is not None and lock.fault is None else None


def _against_project(worker: Worker, lock: Lock) -> Iterator[Finding]:
    """uv.lock remembers the requirements that it was made for."""
    declared = next(
        (each.declared for each in lock.packages if each.declared is not None and _is_own(worker, lock, each)), None
    )
    project = worker.requirements.project
    if declared is None or project is None:
        return
    from edgewheel.requirements.specifiers import same

    known = {each.name: each for each in declared if "extra ==" not in each.marker}
    for requirement in project:
        edge = known.get(requirement.key)
        if edge is None and requirement.name:
            words = f"`{requirement.shown}` is in `[project].dependencies` and not in uv.lock"
        elif edge is not None and not requirement.url and not same(edge.version, requirement.specifier):
            words = f"uv.lock was made for `{requirement.name}{edge.version}`, not for `{requirement.text}`"
        else:
            continue
        yield Finding(f"{words}: what is tested is not what Workers get", requirement.place, "uv lock")
    unread = worker.requirements.unread
    names = {requirement.key for requirement in project} | unread
    for name in () if "" in unread else sorted(known.keys() - names):
        message = f"uv.lock was made with `{name}`, which `[project].dependencies` no longer has"
        yield Finding(f"{message}: what is tested is not what Workers get", lock.place(name), "uv lock")


def _is_own(worker: Worker, lock: Lock, package: LockedPackage) -> bool:
    """Whether a locked package is the Worker's own project: `.`, or a member of the workspace by its folder."""
    folder = posixpath.normpath(posixpath.join(posixpath.dirname(lock.path), package.local))
    return bool(package.local) and folder == worker.requirements.folder


def _requirements(worker: Worker, lock: Lock) -> Iterator[Finding]:
    """Every requirement of the Worker is locked for the deploy, in a version that it allows."""
    from edgewheel.requirements.specifiers import fits

    for requirement in worker.requirements.project or ():
        versions = lock.versions(requirement.key)
        if not requirement.name or not holds(requirement.marker):
            continue
        if not versions:
            words = f"`{requirement.shown}` is in `[project].dependencies` and not in pylock.toml"
        elif all(version and not fits(version, requirement.specifier) for version in versions):
            words = f"pylock.toml has `{requirement.name}` {versions[0]}, which `{requirement.text}` excludes"
        else:
            continue
        yield Finding(f"{words}: it was not synced since, and Workers get the old state", requirement.place, _SYNC)


def _versions(worker: Worker, tested: Lock, deployed: Lock) -> Iterator[Finding]:
    differ = [
        (package, versions[0])
        for package in deployed.packages
        if package.version
        and package.name != MANAGED
        and (versions := [version for version in tested.versions(package.name) if version])
        and package.version not in versions
    ]
    if not differ:
        return
    compiled, forced = _held_back(worker, tested, [package.name for package, _ in differ])
    yield from _forced(worker, deployed, [each for each in differ if each[0].name in forced], compiled)
    differ = [each for each in differ if each[0].name not in forced]
    if not differ:
        return
    words = _listed([f"{package.name} {package.version} (uv.lock: {version})" for package, version in differ])
    pins = " ".join(f'--upgrade-package "{package.name}=={package.version}"' for package, _ in differ)
    yield Finding(
        f"pylock.toml deploys other versions to Workers than uv.lock gives to the tests: {words}",
        Place(deployed.path, differ[0][0].line, 1),
        f"uv lock {pins}",
    )


def _held_back(worker: Worker, tested: Lock, differ: Sequence[str]) -> tuple[set[str], set[str]]:
    """Those of which Workers get the version that is compiled for them; the same and what needs them."""
    lock = locks.read(worker, "pylock.toml", files=True)
    compiled = {each.name for each in (lock.packages if lock else ()) if each.wasm and each.name in differ}
    needs = {each.name: {edge.name for edge in each.edges} for each in tested.packages}
    return compiled, compiled | {name for name in differ if compiled & needs.get(name, set())}


def _forced(
    worker: Worker, deployed: Lock, differ: Sequence[tuple[LockedPackage, str]], compiled: set[str]
) -> Iterator[Finding]:
    if not differ:
        return
    words = _listed([f"{package.name} {package.version} (uv.lock: {version})" for package, version in differ])
    pins = [f"{package.name}=={package.version}" for package, _ in differ if package.name in compiled]
    yield Finding(
        f"Workers get other versions than the tests, since they are what is compiled for Workers: {words}",
        Place(deployed.path, differ[0][0].line, 1),
        in_tool_uv(worker, "constraint-dependencies", *pins),
        "warning",
    )


def _changed_wheels(worker: Worker, lock: Lock, fix: str) -> Iterator[Finding]:
    """Local wheels by the hash that was locked for them."""
    for package in lock.packages:
        if not package.local.endswith(".whl") or not package.hashes:
            continue
        path = posixpath.normpath(posixpath.join(posixpath.dirname(lock.path), package.local))
        name = posixpath.basename(lock.path)
        if not worker.disk.is_file(path):
            words = f"`{package.local}`, which {name} locks, does not exist"
        elif _sha256(worker.disk.read(path)) not in package.hashes:
            words = f"`{package.local}` is not the file that {name} has locked (another hash)"
        else:
            continue
        place = Place(lock.path, package.line, 1)
        yield Finding(f"{words}: `pywrangler sync` stops at it", place, fix.format(name=package.name))


def _edited(worker: Worker, requirement: Requirement) -> Iterator[Finding]:
    """A folder's code that is not what was vendored of it: pywrangler looks at pyproject.toml and pylock.toml alone."""
    there = next((each for each in worker.vendored.distributions if each.name == requirement.key), None)
    folder = folder_of(worker, requirement) if there else ""
    for file in there.files if there and folder else ():
        if not file.endswith(".py"):
            continue
        for source in (f"{folder}/{file}", f"{folder}/src/{file}"):
            vendored = f"{worker.vendored.folder}/{file}"
            if worker.disk.is_file(source) and worker.disk.read(source) != worker.disk.read(vendored):
                yield Finding(
                    f"`{requirement.name}` was edited after the last sync: `python_modules/{file}` is not "
                    f"`{worker.shown(source)}`, and pywrangler does not sync again for it: Workers get the old code",
                    Place(source, 1, 1),
                    _SYNC,
                )
                return


def _sha256(content: bytes) -> str:
    from hashlib import sha256

    return f"sha256:{sha256(content).hexdigest()}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f"`{name}`" for name in names[:_SHOWN]) + more
