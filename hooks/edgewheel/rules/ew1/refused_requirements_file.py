"""EW105: requirements files that pywrangler refuses, or that nobody reads any more."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.repository.pywrangler import is_used
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.repository.worker import Worker


@rule("EW105", "worker-runtime-deps")
def refused_requirements_file(deploys: Deploys) -> Iterator[Finding]:
    """A `requirements.txt` in the root of a project that deploys with pywrangler, or a dead `cf-requirements.txt`.

    Without a pyproject.toml nothing reads a requirements.txt: wrangler since 4.77.0 does not, and pywrangler asks for a
    pyproject.toml. It may belong to another host, and no rule judges its lines; EW107 names each import that nothing
    vendors.

    Workers: pywrangler stops with exit code 1 before it installs or deploys anything. wrangler only warns of
    `cf-requirements.txt` and reads no line of it (a warning here, too).

    Fix: declare what the Worker needs in `[project].dependencies` and give the file another name, such as
    `requirements-dev.txt`, which pywrangler leaves alone.

    Bad:
        pyproject.toml
        requirements.txt
        wrangler.toml

    Good:
        pyproject.toml
        requirements-dev.txt
        wrangler.toml
    """
    worker = deploys.worker
    folder = worker.requirements.folder
    path = posixpath.join(folder, "requirements.txt")
    if worker.pyproject is not None and worker.disk.is_file(path) and is_used(worker):
        yield Finding(
            "`requirements.txt` is beside `pyproject.toml`: pywrangler refuses to run with it, so this Worker cannot "
            "be deployed",
            Place(path, 1, 1),
            _rename(worker, path),
        )
    dead = worker.path("cf-requirements.txt")
    if worker.disk.kind(dead) is not None:
        yield Finding(
            "`cf-requirements.txt` has no effect: wrangler only warns of it, and no package that it names reaches the "
            "Worker",
            Place(dead, 1, 1),
            _declare(worker, dead),
            "warning",
        )


def _declare(worker: Worker, dead: str) -> str:
    """Declares what the dead file names and pyproject.toml does not."""
    import shlex

    from edgewheel.dependencies.lists import development
    from edgewheel.requirements.file import parse_file

    requirements = worker.requirements
    listed = parse_file(dead, worker.disk.read(dead)).requirements if worker.disk.is_file(dead) else ()
    known = {each.key for each in requirements.project or ()}
    known |= {each.key for source in requirements.dev for each in source.requirements}
    lacking = [each for each in listed if each.key not in known and not development(each.key, worker.settings)]
    if listed and not lacking:
        return "rm cf-requirements.txt"
    first = "uv init --bare && " if worker.pyproject is None else ""
    if len(lacking) < len(listed):
        return f"{first}uv add {' '.join(shlex.quote(each.text) for each in lacking)} && rm cf-requirements.txt"
    return f"{first}uv add -r cf-requirements.txt && rm cf-requirements.txt"


def _rename(worker: Worker, path: str) -> str:
    """A free name that tells what the file mostly holds."""
    requirements = worker.requirements
    listed = (each for file in (*requirements.files, *requirements.ignored) for each in file.requirements)
    held = {each.key for each in listed if each.place.path == path}
    known = {each.key for each in requirements.project or ()}
    folder = posixpath.dirname(path)
    if held and not known:  # nothing is declared yet: the file is the Worker's only list
        return "uv add -r requirements.txt && rm requirements.txt"
    names = ("requirements-runtime.txt", "requirements-dev.txt") if held <= known else ("requirements-dev.txt",)
    free = next((name for name in names if worker.disk.kind(posixpath.join(folder, name)) is None), "")
    if free == "requirements-runtime.txt" and not _is_in_step(worker, path):
        return "rm requirements.txt && edgewheel deps --write"
    return f"mv requirements.txt {free}" if free else "mv requirements.txt requirements-all.txt"


def _is_in_step(worker: Worker, path: str) -> bool:
    """Whether the file may be the mirror of `[project].dependencies` as it is."""
    from edgewheel.rules.ew1.runtime_file_out_of_step import differences

    file = next(
        (each for each in (*worker.requirements.files, *worker.requirements.ignored) if each.path == path), None
    )
    return file is None or not any(differences(worker, worker.requirements.project or (), file))
