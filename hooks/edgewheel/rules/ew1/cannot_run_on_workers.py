"""EW103: what cannot run where there are no processes, no threads and no foreign machine code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.dependencies import chains, lists
from edgewheel.dependencies.chains import reaches, written
from edgewheel.findings import Finding
from edgewheel.rules.ew1.cures import drop, drop_extra, override, stands
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys


@rule("EW103", "worker-runtime-deps")
def cannot_run_on_workers(deploys: Deploys) -> Iterator[Finding]:
    """A package among the Worker's requirements that cannot run there, itself or by what it or an extra of it brings.

    Workers: there are no processes, threads or listening sockets, and compiled code runs only as a wasm wheel.
    The installation fails because there is no wheel, or the first call fails at run time.

    Fix: remove it, drop the extra that brings it, or keep it off Workers by a marker
    (`; sys_platform != 'emscripten'`) where the same project also runs on servers.

    Bad:
        [project]
        dependencies = ["uvicorn[standard]>=0.30", "gunicorn"]

    Good:
        [project]
        dependencies = ["uvicorn>=0.30"]
    """
    worker = deploys.worker
    required = {each.key for each in worker.requirements.runtime}
    for requirement in written(worker):
        key = requirement.key
        reason = lists.impossible(key)
        extra, brings = ("", ()) if reason else lists.impossible_extra(requirement)
        if not (reason or extra) or lists.allowed(key, worker.settings) or not reaches(deploys, requirement.marker):
            continue
        if reason and lists.needed(key, required):
            continue
        where = stands(worker, requirement)
        if reason:
            instead = lists.instead(key, deploys.pythons)
            other = f"; instead: {instead}" if instead else ""
            message = f"`{requirement.shown}` in {where} cannot run on Workers: {reason}{other}"
            yield Finding(message, requirement.place, drop(worker, requirement))
        elif not all(lists.allowed(name, worker.settings) for name in brings):
            names = ", ".join(f"`{name}` ({lists.impossible(name)})" for name in brings)
            message = f"`{requirement.name}[{extra}]` in {where} brings what cannot run on Workers: {names}"
            yield Finding(message, requirement.place, drop_extra(worker, requirement, extra))
    yield from _by_others(deploys)


def _by_others(deploys: Deploys) -> Iterator[Finding]:
    """What a dependency of a dependency needs and no wheel gives: by the lock, unless an extra is already named."""
    worker = deploys.worker
    lock = chains.linked(worker)
    if lock is None:
        return
    named = {name for each in written(worker) for name in lists.impossible_extra(each)[1]}
    for name, chain, root, reached in chains.brought(deploys, lock, lists.without_wheel):
        if name in named or lists.allowed(name, worker.settings) or lists.needed(name, reached):
            continue
        extra = chain[1].via
        yield Finding(
            f"{chains.shown(chain)}: `{name}` cannot run on Workers: {lists.impossible(name)}",
            root.place,
            drop_extra(worker, root, extra) if extra in root.extras else override(worker, name),
        )
