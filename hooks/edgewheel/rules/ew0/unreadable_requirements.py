"""EW001: tables and files of requirements that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.requirements import locks
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys


@rule("EW001", "worker-runtime-deps")
def unreadable_requirements(deploys: Deploys) -> Iterator[Finding]:
    """A pyproject.toml, a requirements file or a lock that cannot be parsed, or holds what is no requirement.

    Workers: `pywrangler sync` stops at it, so nothing can be deployed; until it is mended, the other rules judge
    only what they can read.

    Fix: correct the line; the message says what the parser wanted there.

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
        yield Finding(f"{message}: uv and pywrangler stop at it, so the Worker cannot be installed", place, fix)
