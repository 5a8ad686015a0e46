"""Every package that reaches the Worker: of what kind, through whom, how large, and which modules import it."""

from __future__ import annotations

import posixpath
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.data import facts
from edgewheel.dependencies import lists
from edgewheel.repository import locks
from edgewheel.requirements.locks import Link, Lock, LockedEdge, LockedPackage, chains
from edgewheel.requirements.markers import holds
from edgewheel.runtime.distributions import brought, is_known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edgewheel.layout.usage import Usage, Use
    from edgewheel.repository.vendored import Vendored
    from edgewheel.repository.worker import Worker
    from edgewheel.requirements.requirement import Requirement

#: pywrangler installs it beside what the project requires. facts: workers-py 1.17.9
MANAGED = "workers-runtime-sdk"
#: A package that takes more than this share of what an upload may weigh is heavy.
_HEAVY = 0.1


class PackageRow(NamedTuple):
    """One package. `kind` is "runtime", "dev-only" or "cannot run", `why` its reason; `chain` names the packages that
    bring it, the direct one first, each with the extra that asks for the next; `size` is in bytes as uploaded, None
    where it is not vendored; `uses` is None where wrangler refuses the config, so that nothing is known of imports.
    """

    name: str
    version: str
    kind: str
    why: str
    heavy: bool
    chain: tuple[str, ...]
    size: int | None
    uses: tuple[Use, ...] | None


class Dependencies(NamedTuple):
    """The table, the largest first. `source` tells where versions and chains are from: `uv.lock`, `pylock.toml`,
    `python_modules`, or edgewheel's table with its date; `unknown` are the declared packages that are not in that.
    """

    source: str
    rows: tuple[PackageRow, ...]
    lock: Lock | None
    roots: tuple[Requirement, ...]
    unknown: tuple[str, ...] = ()


def read(worker: Worker, usage: Usage | None, sizes: Mapping[str, int]) -> Dependencies:
    """`sizes` are the bytes of each vendored package in the predicted upload."""
    roots = tuple(each for each in worker.requirements.runtime if each.name and holds(each.marker))
    there = worker.vendored
    lock = graph(worker, there)
    chained = chains(lock, roots, reached=holds) if lock else _by_table(roots)
    versions = _versions(worker, lock, there)
    deployed = _deployed(worker)
    present = [each.name for each in there.distributions]  # what is there is uploaded, whoever wants it
    names = dict.fromkeys((*chained, *deployed, *present))
    tops = {each.name: each.tops for each in there.distributions}
    rows = [
        _row(worker, name, versions.get(name, ""), chained.get(name, ()), sizes.get(name))._replace(
            uses=usage.of(imported_as(name, tops.get(name, ()))) if usage else None
        )
        for name in names
        if not deployed or name in deployed or name in present
    ]
    rows.sort(key=lambda row: (-(row.size or 0), row.name))
    if lock is not None:
        return Dependencies(posixpath.basename(lock.path), tuple(rows), lock, roots)
    unknown = tuple(dict.fromkeys(root.key for root in roots if not is_known(root.key)))
    return Dependencies(f"edgewheel's table of {facts('distributions')['as_of']}", tuple(rows), None, roots, unknown)


def _by_table(roots: Sequence[Requirement]) -> dict[str, tuple[Link, ...]]:
    """What the roots are well known to bring, where neither a lock nor python_modules says it."""
    found: dict[str, tuple[Link, ...]] = {root.key: (Link(root.key, ""),) for root in roots}
    for root in roots:
        for name in sorted(brought([root.key])):
            found.setdefault(name, (Link(root.key, ""), Link(name, "")))
    return found


def graph(worker: Worker, there: Vendored) -> Lock | None:
    """Which package brings which: by uv.lock, by a pylock.toml that tells it, or by what is vendored."""
    for name in ("uv.lock", "pylock.toml"):
        lock = locks.read(worker, name)
        if lock is not None and lock.linked and lock.fault is None:
            return lock
    if not there.distributions:
        return None
    packages = tuple(
        LockedPackage(
            each.name, each.version, 1, tuple(edge for required in each.requires for edge in _edges(required))
        )
        for each in there.distributions
    )
    return Lock(there.folder, packages)


def only_by(lock: Lock, roots: Sequence[Requirement], names: set[str]) -> set[str]:
    """These packages, and what nobody else brings: what disappears with them."""
    before = chains(lock, roots, reached=holds)
    rest = lock._replace(packages=tuple(each for each in lock.packages if each.name not in names))
    after = chains(rest, [root for root in roots if root.key not in names], reached=holds)
    return before.keys() - (after.keys() - names)


def imported_as(name: str, tops: tuple[str, ...]) -> tuple[str, ...]:
    """What a package is imported as: by the list for namespaces, else by what is vendored, else by its name."""
    listed = facts("distributions")["names"].get(name)
    if listed and (not tops or any("." in each for each in listed)):
        return tuple(listed)
    return tops or (name.replace("-", "_"),)


def _edges(required: Requirement) -> list[LockedEdge]:
    """A `Requires-Dist` as edges: one for each extra that its marker names, or one of the package itself."""
    if "extra" not in required.marker:
        return [LockedEdge(required.key, "", required.extras, required.marker, "")]
    from edgewheel.requirements.markers import extras_of

    return [LockedEdge(required.key, "", required.extras, "", extra) for extra in extras_of(required.marker)]


def _versions(worker: Worker, lock: Lock | None, there: Vendored) -> dict[str, str]:
    """What is vendored comes before what is locked for it, and that before what is locked for development."""
    found = {each.name: each.version for each in (lock.packages if lock else ())}
    pylock = locks.read(worker, "pylock.toml")
    found |= {each.name: each.version for each in (pylock.packages if pylock else ())}
    return found | {each.name: each.version for each in there.distributions}


def _deployed(worker: Worker) -> frozenset[str]:
    """What pywrangler has locked for the Worker; nothing where it has not."""
    pylock = locks.read(worker, "pylock.toml")
    return frozenset(each.name for each in pylock.packages) if pylock and pylock.fault is None else frozenset()


def _row(worker: Worker, name: str, version: str, chain: Sequence[Link], size: int | None) -> PackageRow:
    why = lists.impossible(name)
    kind = "cannot run" if why else "runtime"
    if not why and (why := lists.development(name, worker.settings)):
        kind = "dev-only"
    if why and lists.allowed(name, worker.settings):
        kind, why = "runtime", "allowed by `tool.edgewheel.dependencies.allow`"
    if not chain and name == MANAGED:
        why = "installed by pywrangler itself"
    elif not chain and not why:
        why = "required by nothing that is declared"
    return PackageRow(name, version, kind, why, _is_heavy(size), steps(chain), size, ())


def _is_heavy(size: int | None) -> bool:
    limit: int = facts("limits")["limits"][-1]["bytes"]
    return (size or 0) > limit * _HEAVY


def steps(chain: Sequence[Link]) -> tuple[str, ...]:
    """The packages of a chain before its last, each with the extra that brings the next."""
    return tuple(f"{each.name}[{then.via}]" if then.via else each.name for each, then in pairwise(chain))


def sizes_of(names: Mapping[str, int], there: Vendored) -> dict[str, int]:
    """The bytes of each package, of the uploaded modules by their name in python_modules."""
    found: dict[str, int] = {each.name: 0 for each in there.distributions}
    for name, size in names.items():
        if (owner := there.owners.get(name)) is not None:
            found[owner] += size
    return found
