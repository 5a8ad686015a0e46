"""EW001: tables and files of requirements that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.repository import locks
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys


@rule("EW001", "worker-runtime-deps")
def unreadable_requirements(deploys: Deploys) -> Iterator[Finding]:
    """A pyproject.toml, a requirements file or a lock that cannot be parsed, or that holds an invalid requirement.

    Workers: uv and `pywrangler sync` stop at pyproject.toml and at the locks, so nothing can be deployed. They do not
    read requirements files: those are warnings, and the other rules judge only what they can read.

    Fix: correct the line; the message says what the parser expected there.

    Bad:
        [project]
        dependencies = "fastapi"

    Good:
        [project]
        dependencies = ["fastapi"]
    """
    worker = deploys.worker
    found = (locks.read(worker, name) for name in ("uv.lock", "pylock.toml"))
    broken = [lock.fault for lock in found if lock is not None and lock.fault is not None]
    for message, place, fix, _ in (*worker.requirements.faults, *broken):
        if place.path.endswith((".toml", ".lock")):
            consequence = "uv and pywrangler stop at it, so the Worker cannot be installed"
            yield Finding(f"{message}: {consequence}", place, fix)
        else:
            consequence = "pip and uv stop at it, and the other rules cannot judge what it lists"
            yield Finding(f"{message}: {consequence}", place, fix, "warning")
