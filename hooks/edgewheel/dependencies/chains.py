"""What the locks say of who brings whom. Shared by the rules of this folder."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from edgewheel.repository import locks
from edgewheel.requirements.locks import chains
from edgewheel.requirements.markers import holds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.repository.worker import Worker
    from edgewheel.requirements.locks import Link, Lock
    from edgewheel.requirements.requirement import Requirement


def linked(worker: Worker) -> Lock | None:
    """uv.lock, else a pylock.toml that tells dependencies; None where neither does."""
    for name in ("uv.lock", "pylock.toml"):
        lock = locks.read(worker, name)
        if lock is not None and lock.linked and lock.fault is None:
            return lock
    return None


def brought(
    deploys: Deploys, lock: Lock, suspected: Callable[[str], object]
) -> Iterator[tuple[str, tuple[Link, ...], Requirement, frozenset[str]]]:
    """The suspected packages that the Worker's requirements bring on its platform: name, chain, the requirement that
    it begins with, and all that is brought.

    Markers are read only where a suspect is found without them: reading them costs most of a hook's time.
    """
    roots = [each for each in written(deploys.worker) if each.name]
    direct = {each.key for each in roots}
    suspects = {name for name in chains(lock, roots) if name not in direct and suspected(name)}
    if not suspects:
        return
    first: dict[str, Requirement] = {}
    for root in (kept := [each for each in roots if reaches(deploys, each.marker)]):
        first.setdefault(root.key, root)
    reached = chains(lock, kept, reached=partial(reaches, deploys))
    names = frozenset(reached)
    for name in sorted(suspects & names):
        yield name, reached[name], first[reached[name][0].name], names


def reaches(deploys: Deploys, marker: str) -> bool:
    """Whether a marker holds on one of the Pythons that the Worker's config selects."""
    return not marker or holds(marker, deploys.pythons)


def shown(chain: tuple[Link, ...]) -> str:
    """`` `a[extra]` → `b` → `c` ``"""
    steps = [each.name + (f"[{then.via}]" if then.via else "") for each, then in pairwise(chain)]
    return " → ".join(f"`{step}`" for step in (*steps, chain[-1].name))


def written(worker: Worker) -> tuple[Requirement, ...]:
    """The Worker's requirements without those that a tool has copied from pyproject.toml and its lock."""
    requirements = worker.requirements
    if requirements.project is None:
        return requirements.runtime
    copies = {file.path for file in requirements.files if file.generated}
    return tuple(each for each in requirements.runtime if each.place.path not in copies)
