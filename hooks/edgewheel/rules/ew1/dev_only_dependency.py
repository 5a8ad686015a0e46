"""EW101: what only developers need, among the Worker's requirements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.dependencies import lists
from edgewheel.dependencies.chains import reaches, written
from edgewheel.findings import Finding
from edgewheel.rules.ew1.cures import develop, stands
from edgewheel.rules.ew1.uploaded import imported
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys


@rule("EW101", "worker-runtime-deps")
def dev_only_dependency(deploys: Deploys) -> Iterator[Finding]:
    """A package for development among the Worker's own requirements.

    By a list and patterns (`types-*`, `pytest-*`, `sphinx*`, `*-stubs`), or because this project's own dev group,
    dev extra or requirements-dev file has it. Not where the code that is uploaded imports it. Type stubs (`webtypy`,
    which Cloudflare's own template declares, `types-*`, `*-stubs`) cost bytes only and are a warning.

    Workers: it is vendored into `python_modules` with its dependencies and uploaded with every deploy: Sphinx
    alone brings 20 packages. At 64 MiB the deploy fails with `multipart: message too large`.

    Fix: move it to the dev group (`uv remove pytest && uv add --dev pytest`), or the line to requirements-dev.txt.
    Where the Worker needs it, name it in `tool.edgewheel.dependencies.allow`.

    Bad:
        [project]
        dependencies = ["fastapi", "pytest>=8"]

    Good:
        [project]
        dependencies = ["fastapi"]

        [dependency-groups]
        dev = ["pytest>=8"]
    """
    worker = deploys.worker
    own = {
        each.key: source.label
        for source in reversed(worker.requirements.dev)
        if not source.generated  # it also holds what the listed ones bring, and that may be the Worker's too
        for each in source.requirements
    }
    required = {each.key for each in worker.requirements.runtime}
    for requirement in written(worker):
        key = requirement.key
        listed = lists.development(key, worker.settings)
        theirs = "" if listed or lists.excepted(key) else own.get(key, "")
        if not (listed or theirs) or lists.allowed(key, worker.settings) or not reaches(deploys, requirement.marker):
            continue
        if lists.needed(key, required) or imported(deploys, key) or _runs_with_pytest(deploys, key):
            continue
        why = f"({listed})" if listed else f"(the {theirs} has it and nothing that is uploaded imports it)"
        yield Finding(
            f"`{requirement.shown}` is a development tool {why} but is listed in {stands(worker, requirement)}: it and "
            f"its dependencies are uploaded with every deploy",
            requirement.place,
            develop(worker, requirement),
            "warning" if lists.costs_only_bytes(key) else "",
        )


def _runs_with_pytest(deploys: Deploys, key: str) -> bool:
    """Whether it is a plugin, which nobody imports, of a test runner that the Worker itself runs."""
    return key.startswith("pytest-") and imported(deploys, "pytest")
