"""EW104: one package, two answers."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.dependencies.chains import written
from edgewheel.findings import Finding
from edgewheel.requirements.markers import PYTHONS, holds
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.repository.worker import Worker
    from edgewheel.requirements.requirement import Requirement


@rule("EW104", "worker-runtime-deps", level="warning")
def contradicting_requirements(deploys: Deploys) -> Iterator[Finding]:
    """One package required twice with specifiers that exclude each other, or in runtime and dev unequally.

    Workers: `pywrangler sync` finds no version that satisfies both; or the tests run with another version than
    the one that is deployed.

    Fix: write the same specifier in both places, or leave the second one without any.

    Bad:
        [project]
        dependencies = ["httpx>=0.28"]

        [dependency-groups]
        dev = ["httpx==0.27.2"]

        # src/main.py
        import httpx

    Good:
        [project]
        dependencies = ["httpx>=0.28"]

        [dependency-groups]
        dev = ["httpx"]
    """
    worker = deploys.worker
    mirrors = {file.path for file in worker.requirements.files if file.path.endswith(_configured(worker))}
    first: dict[str, list[Requirement]] = {}
    for requirement in written(worker):
        if not requirement.specifier:
            continue
        for earlier in first.setdefault(requirement.key, []):
            # a mirror of pyproject.toml that differs from it is EW106
            if not (requirement.place.path in mirrors and _in_pyproject(earlier)) and _exclude(earlier, requirement):
                yield Finding(
                    f"`{_words(requirement)}` excludes `{_words(earlier)}` of {_where(worker, earlier)}: "
                    f"no version satisfies both, so the Worker's installation fails",
                    requirement.place,
                    f"write `{earlier.shown}{earlier.specifier}` in both places",
                )
                break
        first[requirement.key].append(requirement)
    for source in worker.requirements.dev:
        for requirement in source.requirements if not source.generated else ():
            for earlier in first.get(requirement.key, ()):
                if _unequal(earlier, requirement):
                    yield Finding(
                        f"the {source.label} has `{_words(requirement)}` and {_where(worker, earlier)} "
                        f"`{_words(earlier)}`: the tests run with another version than the one deployed to Workers",
                        requirement.place,
                        f"write `{requirement.shown}{earlier.specifier}` there",
                    )
                    break


def _configured(worker: Worker) -> tuple[str, ...]:
    return tuple(f"/{name}" for name in worker.settings.runtime_files) or ("\0",)


def _exclude(one: Requirement, other: Requirement) -> bool:
    from edgewheel.requirements.specifiers import exclusive

    together = any(holds(one.marker, (python,)) and holds(other.marker, (python,)) for python in PYTHONS)
    return together and exclusive(one.specifier, other.specifier)


def _unequal(runtime: Requirement, dev: Requirement) -> bool:
    """An empty specifier takes what the other one says; a pin within the other's range is a choice of it."""
    if not runtime.specifier or not dev.specifier or runtime.marker != dev.marker:
        return False
    from edgewheel.requirements.specifiers import fits, same

    if same(runtime.specifier, dev.specifier):
        return False
    return not (
        (dev.pinned and fits(dev.pinned, runtime.specifier)) or (runtime.pinned and fits(runtime.pinned, dev.specifier))
    )


def _words(requirement: Requirement) -> str:
    return f"{requirement.shown}{requirement.specifier}"


def _where(worker: Worker, requirement: Requirement) -> str:
    name = posixpath.relpath(requirement.place.path, worker.requirements.folder)
    return f"`{name}` line {requirement.place.line}"


def _in_pyproject(requirement: Requirement) -> bool:
    return requirement.place.path.endswith("/pyproject.toml")
