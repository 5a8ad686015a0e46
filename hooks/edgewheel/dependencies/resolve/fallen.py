"""What resolves, but only to a release that is old for want of a wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.dependencies.resolve.outcome import Fallen, MissingWheel
from edgewheel.requirements import locks
from edgewheel.requirements.markers import holds
from edgewheel.requirements.requirement import Requirement

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edgewheel.dependencies.resolve.uv import Answer
    from edgewheel.requirements.locks import Lock

_TWO_YEARS = 730


def fallen(  # noqa: PLR0913 - by keyword
    real: Answer,
    newest: Answer,
    roots: tuple[Requirement, ...],
    *,
    python: str,
    lacking: Mapping[str, MissingWheel],
    has: Callable[[str, str], bool],
) -> tuple[Fallen, ...]:
    """What resolves only to a release a major version or two years behind the newest. `lacking` are the wheels that
    are missing for the newest, `has` tells whether Pyodide's index has a version.
    """
    if real.lock is None or newest.lock is None:
        return ()
    old = {
        package.name: package.version
        for package in real.lock.packages
        if (latest := next(iter(newest.lock.versions(package.name)), ""))
        and _is_old(package.version, latest, real.times, newest.times, package.name)
        and not has(package.name, package.version)
    }
    found = []
    for name, version in old.items():
        root = _root(newest.lock, roots, name, old)
        below = locks.chains(newest.lock, [Requirement(name)], reached=lambda marker: holds(marker, (python,)))
        forced = tuple(f"{each} {lacking[each].version}" for each in below if each in lacking)
        if root is not None and (forced or root.key == name):
            released = real.times.get(name, "")[:10]
            found.append(Fallen(name, version, newest.lock.versions(name)[0], released, forced, root))
    return tuple(found)


def _root(lock: Lock, roots: tuple[Requirement, ...], name: str, old: Mapping[str, str]) -> Requirement | None:
    """The direct requirement to name for an old release: itself, or one that brings it and has not fallen as well."""
    own = next((root for root in roots if root.key == name), None)
    bringing = (root for root in roots if root.key not in old and name in locks.chains(lock, [root]))
    return own or next(bringing, None)


def _is_old(version: str, latest: str, times: Mapping[str, str], latest_times: Mapping[str, str], name: str) -> bool:
    from datetime import date

    if is_major(version, latest):
        return True
    then, now = times.get(name, "")[:10], latest_times.get(name, "")[:10]
    if not then or not now:
        return False
    return version != latest and (date.fromisoformat(now) - date.fromisoformat(then)).days >= _TWO_YEARS


def is_major(version: str, latest: str) -> bool:
    """Whether a version is a major one behind another."""
    from packaging.version import InvalidVersion, Version

    try:
        one, other = Version(version), Version(latest)
    except InvalidVersion:
        return False
    return one < other and (one.epoch, one.major) != (other.epoch, other.major)
