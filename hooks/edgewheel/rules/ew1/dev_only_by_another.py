"""EW102: what only developers need, brought in by something else."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from edgewheel.dependencies import chains, lists
from edgewheel.dependencies.chains import linked, reaches, written
from edgewheel.findings import Finding
from edgewheel.repository import locks
from edgewheel.rules.ew1.cures import drop_extra, override, stands
from edgewheel.rules.ew1.uploaded import imported
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.repository.worker import Worker
    from edgewheel.requirements.locks import Link, Lock
    from edgewheel.requirements.requirement import Requirement


@rule("EW102", "worker-runtime-deps")
def dev_only_by_another(deploys: Deploys) -> Iterator[Finding]:
    """A package for development that an extra or a dependency of the Worker's requirements brings in.

    The chain is read from uv.lock, or from pylock.toml where it tells dependencies; without a lock, the extras that
    are known to bring such packages are named.

    Workers: it is vendored into `python_modules` and uploaded with every deploy, though nothing imports it.

    Fix: drop the extra, or keep the package off Workers:
    `[tool.uv] override-dependencies = ["sphinx ; sys_platform != 'emscripten'"]`, which pywrangler honours.

    Bad:
        [project]
        dependencies = ["rich[jupyter]"]

    Good:
        [project]
        dependencies = ["rich"]
    """
    worker = deploys.worker
    lock = linked(worker)
    if lock is None:
        direct = {each.key for each in written(worker)}
        yield from _by_extras(deploys, direct)
        pylock = locks.read(worker, "pylock.toml")
        if pylock is not None and pylock.fault is None:
            yield from _unexplained(deploys, pylock, direct)
        return
    suspected = partial(lists.development, settings=worker.settings)
    for name, chain, root, reached in chains.brought(deploys, lock, suspected):
        if not _excused(deploys, name, reached):
            yield _finding(worker, name, chain, root)


def _excused(deploys: Deploys, name: str, required: Container[str]) -> bool:
    settings = deploys.settings
    return lists.allowed(name, settings) or lists.needed(name, required) or imported(deploys, name)


def _finding(worker: Worker, name: str, chain: tuple[Link, ...], root: Requirement) -> Finding:
    extra = chain[1].via
    fix = drop_extra(worker, root, extra) if extra in root.extras else override(worker, name)
    reason = lists.development(name, worker.settings)
    return Finding(
        f"`{name}` is a development tool ({reason}), and {chains.shown(chain)} brings it in: it is uploaded with every "
        f"deploy",
        root.place,
        fix,
        "warning" if lists.costs_only_bytes(name) else "",
    )


def _by_extras(deploys: Deploys, direct: set[str]) -> Iterator[Finding]:
    worker = deploys.worker
    for requirement in written(worker):
        extra, names = lists.development_extra(requirement)
        brings = [name for name in names if name not in direct and not _excused(deploys, name, direct)]
        if brings and not lists.allowed(requirement.key, worker.settings) and reaches(deploys, requirement.marker):
            listed = ", ".join(f"`{name}` ({lists.development(name, worker.settings)})" for name in brings)
            yield Finding(
                f"`{requirement.name}[{extra}]` in {stands(worker, requirement)} brings development tools: "
                f"{listed}: they are uploaded with every deploy",
                requirement.place,
                drop_extra(worker, requirement, extra),
                "warning" if all(map(lists.costs_only_bytes, brings)) else "",
            )


def _unexplained(deploys: Deploys, lock: Lock, direct: set[str]) -> Iterator[Finding]:
    """What a lock without dependencies holds: that it is deployed is sure, not through whom."""
    worker = deploys.worker
    locked = {package.name for package in lock.packages}
    known = {name for each in worker.requirements.runtime for name in lists.development_extra(each)[1]}
    for name in sorted(locked - direct - known):
        if (reason := lists.development(name, worker.settings)) and not _excused(deploys, name, locked):
            yield Finding(
                f"`{name}` is a development tool ({reason}) and is locked for the Worker, though no requirement names "
                f"it: some dependency brings it in, and it is uploaded with every deploy",
                lock.place(name),
                override(worker, name),
                "warning" if lists.costs_only_bytes(name) else "",
            )
