"""EW501, EW504 and EW505: what is vendored or locked, against what the configuration and pyproject.toml say."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from edgewheel.checks import rule
from edgewheel.checks.dependencies import MANAGED
from edgewheel.data import facts
from edgewheel.findings import Finding, Place
from edgewheel.runtime import python
from edgewheel.runtime.markers import holds
from edgewheel.worker import locks, vendored
from edgewheel.wrangler.config import environments, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.worker.locks import Lock, Package
    from edgewheel.worker.model import Worker

_SYNC = "uv run pywrangler sync --force"
_COMPILED = re.compile(r"\.(cpython-3\d+-[\w-]+|cp3\d+-[\w-]+|abi3)\.(?:so|pyd)$")
_SHOWN = 5


@rule("EW501", "stale-compiled-modules")
def stale_compiled(worker: Worker) -> Iterator[Finding]:
    """Compiled modules in python_modules that were built for another Python than the configuration selects.

    Workers: the runtime does not see them: `No module named 'pydantic_core._pydantic_core'` at the first request.
    pywrangler syncs again when pyproject.toml or pylock.toml changes, never for a new compatibility date or flag.

    Fix: `pywrangler sync --force`, or the date and flags that the files were made for.

    Bad:
        compatibility_date = "2026-10-01"
        # python_modules/pydantic_core/_pydantic_core.cpython-313-wasm32-emscripten.so

    Good:
        compatibility_date = "2026-10-01"
        # python_modules/pydantic_core/_pydantic_core.cpython-314-wasm32-emscripten.so
    """
    suffixes = {row["so_suffix"]: name for name, row in facts("pythons")["pythons"].items()}
    built: dict[str, list[str]] = {}
    for file in vendored.read(worker).sizes:
        if _COMPILED.search(file) and not file.endswith(".abi3.so"):
            made = next((name for suffix, name in suffixes.items() if file.endswith(suffix)), "")
            built.setdefault(f"Python {made}" if made else "another platform", []).append(file)
    seen: set[tuple[Place, str]] = set()
    for env in environments(worker) if built else ():
        config = resolve(worker, env=env)
        if python.is_open(config.date):
            continue
        selected = python.select(config.date, config.flags)
        for made, files in built.items():
            place = config.place("compatibility_date")
            if made != f"Python {selected}" and (place, made) not in seen:
                seen.add((place, made))
                yield Finding(
                    f"{_listed([f'python_modules/{file}' for file in files])} {_were(files)} compiled for {made} and "
                    f"the configuration selects Python {selected}: the runtime does not find {_them(files)}",
                    place,
                    _SYNC,
                )


@rule("EW504", "locks-out-of-step")
def out_of_step(worker: Worker) -> Iterator[Finding]:
    """pylock.toml, uv.lock and pyproject.toml that tell different things, or a locked local wheel that has changed.

    `workers-runtime-sdk` in pylock.toml is pywrangler's own and no fault.

    Workers: pylock.toml is what is deployed and uv.lock what the tests ran with: where they differ, other code runs in
    production. A wheel whose hash is not the locked one makes `pywrangler sync` stop.

    Fix: lock again; the message's command takes the deployed versions into uv.lock.

    Bad:
        # pylock.toml: fastapi 0.115.6
        # uv.lock: fastapi 0.121.0

    Good:
        # both: fastapi 0.115.6
    """
    tested, deployed = _lock(worker, "uv.lock"), _lock(worker, "pylock.toml")
    if tested is not None:
        yield from _against_project(worker, tested)
        yield from _changed_wheels(worker, tested, "uv lock --refresh-package {name}")
    if deployed is not None:
        yield from _requirements(worker, deployed)
        yield from _changed_wheels(worker, deployed, f"rm pylock.toml && {_SYNC}")
    if tested is not None and deployed is not None:
        yield from _versions(tested, deployed)


@rule("EW505", "broken-distribution")
def broken_distribution(worker: Worker) -> Iterator[Finding]:
    """Two dist-infos of one package in python_modules, or one whose files are gone.

    Workers: `importlib.metadata` tells the version of one and the code is that of the other; a package without files is
    `No module named …` at start, though everything says that it is installed.

    Fix: `pywrangler sync --force` makes python_modules anew.

    Bad:
        python_modules/httpx-0.27.2.dist-info/
        python_modules/httpx-0.28.1.dist-info/

    Good:
        python_modules/httpx-0.28.1.dist-info/
    """
    there = vendored.read(worker)
    named: dict[str, list[str]] = {}
    for each in there.distributions:
        named.setdefault(each.name, []).append(each.info)
        if each.gone and not any(".dist-info/" not in file for file in each.files):
            yield Finding(
                f"`python_modules/{each.info}` is there and none of the package's files: importing "
                f"`{(each.gone[0].partition('/')[0]).partition('.')[0]}` fails on Workers",
                Place(posixpath.join(there.folder, each.info)),
                _SYNC,
            )
    for name, infos in named.items():
        if len(infos) > 1:
            yield Finding(
                f"`{name}` is vendored {len(infos)}x ({_listed(infos)}): on Workers its metadata is not its code's",
                Place(posixpath.join(there.folder, infos[-1])),
                _SYNC,
            )


def _lock(worker: Worker, name: str) -> Lock | None:
    """A lock that can be read; with the hashes, which take most of the time, only where it names local files."""
    path = posixpath.join(worker.requirements.folder, name)
    local = worker.disk.is_file(path) and b"path = " in worker.disk.read(path)
    lock = locks.read(worker, name, files=local)
    return lock if lock is not None and lock.fault is None else None


def _against_project(worker: Worker, lock: Lock) -> Iterator[Finding]:
    """uv.lock remembers the requirements that it was made for."""
    declared = next((each.declared for each in lock.packages if each.declared is not None and _is_here(each)), None)
    project = worker.requirements.project
    if declared is None or project is None:
        return
    from edgewheel.text.specifiers import same

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
    names = {requirement.key for requirement in project}
    for name in sorted(known.keys() - names):
        message = f"uv.lock was made with `{name}`, which `[project].dependencies` no longer has"
        yield Finding(f"{message}: what is tested is not what Workers get", lock.place(name), "uv lock")


def _is_here(package: Package) -> bool:
    return package.local == "."


def _requirements(worker: Worker, lock: Lock) -> Iterator[Finding]:
    """Every requirement of the Worker is locked for the deploy, in a version that it allows."""
    from edgewheel.text.specifiers import fits

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


def _versions(tested: Lock, deployed: Lock) -> Iterator[Finding]:
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
    words = _listed([f"{package.name} {package.version} (uv.lock: {version})" for package, version in differ])
    pins = " ".join(f'--upgrade-package "{package.name}=={package.version}"' for package, _ in differ)
    yield Finding(
        f"pylock.toml deploys other versions to Workers than uv.lock gives to the tests: {words}",
        Place(deployed.path, differ[0][0].line, 1),
        f"uv lock {pins}",
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


def _sha256(content: bytes) -> str:
    from hashlib import sha256

    return f"sha256:{sha256(content).hexdigest()}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f"`{name}`" for name in names[:_SHOWN]) + more


def _were(files: Sequence[str]) -> str:
    return "was" if len(files) == 1 else "were"


def _them(files: Sequence[str]) -> str:
    return "it" if len(files) == 1 else "them"
