"""EW108: what pywrangler cannot vendor, or vendors without its code. facts: workers-py 1.17.9 with uv 0.13.9"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from edgewheel.findings import Finding, Place
from edgewheel.repository.pywrangler import is_used, sources
from edgewheel.requirements.markers import holds
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.deploy import Deploys
    from edgewheel.documents.document import Document
    from edgewheel.repository.worker import Worker
    from edgewheel.requirements.requirement import Requirement

_STOPS = "`pywrangler sync` stops, and nothing is deployed"
_GIT = ("git+", "hg+", "svn+", "bzr+")


@rule("EW108", "worker-runtime-deps")
def unvendorable_dependency(deploys: Deploys) -> Iterator[Finding]:
    """A dependency that pywrangler cannot vendor, or vendors without its code: a workspace member or a path that is
    editable, a git source, a path that does not exist; and a pyproject.toml that uv cannot read dependencies from:
    `dynamic` ones, no `[project]`, no name or version.

    Workers: an editable dependency reaches `python_modules` as a `.pth` file with a path of this machine, so importing
    it fails with `No module named …`. At a git source or a project without static metadata `pywrangler sync` stops,
    since it builds nothing.

    Fix: write `editable = false` at the source, name a wheel in the place of a repository, and list the dependencies in
    `[project].dependencies`.

    Bad:
        # pyproject.toml
        [project]
        name = "api"
        version = "1"
        dependencies = ["shared"]

        [tool.uv.sources]
        shared = { workspace = true }

    Good:
        # pyproject.toml
        [project]
        name = "api"
        version = "1"
        dependencies = ["shared"]

        [tool.uv.sources]
        shared = { workspace = true, editable = false }
    """
    worker = deploys.worker
    document = worker.pyproject
    if document is None or document.problem is not None or not is_used(worker):
        return
    if (found := _unreadable(worker, document)) is not None:
        yield found
        return
    for requirement in worker.requirements.project or ():
        if holds(requirement.marker, deploys.pythons):
            yield from _source(worker, requirement)


def _unreadable(worker: Worker, document: Document) -> Finding | None:
    """Why uv cannot read what the project requires."""
    project = document.get("project")
    poetry = document.table("tool", "poetry")
    if project is None:
        where, packages = document.place("tool", "poetry", "dependencies"), poetry.get("dependencies")
        if isinstance(packages, dict) and packages.keys() - {"python"}:
            words = "`[tool.poetry.dependencies]` is not read by pywrangler, which asks for `[project].dependencies`"
            return Finding(f"{words}: {_STOPS}", where, table(worker, poetry))
        words = "`pyproject.toml` has no `[project]` table"
        return Finding(f"{words}: {_STOPS}", Place(document.path, 1, 1), table(worker, {}))
    if not isinstance(project, dict):  # EW001
        return None
    dynamic = [each for each in project.get("dynamic", []) if isinstance(each, str)] if _is_list(project) else []
    if "dependencies" in dynamic:
        fix = 'list them in `[project].dependencies` and remove "dependencies" from `dynamic`'
        words = "`dependencies` is dynamic, so only a build could tell them, and pywrangler builds nothing"
        return Finding(f"{words}: {_STOPS}", document.place("project", "dynamic"), fix)
    for key, example in (("name", posixpath.basename(worker.requirements.folder)), ("version", "0.1.0")):
        if key not in project and key not in dynamic:
            words = f"`[project]` has no `{key}`"
            return Finding(
                f"{words}: {_STOPS}", document.place("project"), f'write `{key} = "{example}"` in `[project]`'
            )
    return None


def _is_list(project: dict[str, Any]) -> bool:
    return isinstance(project.get("dynamic", []), list)


def table(worker: Worker, poetry: dict[str, Any], more: Sequence[str] = ()) -> str:
    """A `[project]` table to paste, with what Poetry's says and more requirements."""
    import json

    from edgewheel.requirements.poetry import project_of

    defaults = {"name": posixpath.basename(worker.requirements.folder), "version": "0.1.0"}
    values, _ = project_of(poetry, defaults)
    values["dependencies"] = [*values["dependencies"], *more]
    lines = [f"{key} = {json.dumps(values[key], ensure_ascii=False)}" for key in ("name", "version", "dependencies")]
    return "\n".join(["# pyproject.toml", "[project]", *lines])


def _source(worker: Worker, requirement: Requirement) -> Iterator[Finding]:
    if requirement.url:
        if requirement.url.startswith(_GIT):
            yield _git(requirement, requirement.place)
        elif requirement.url.startswith("file:"):
            yield from _path(
                worker, requirement, requirement.place, requirement.url.removeprefix("file:").lstrip("/"), "/"
            )
        return
    for source, place, folder in sources(worker, requirement):
        yield from _judged(worker, requirement, source, place, folder)


def _judged(
    worker: Worker, requirement: Requirement, source: dict[str, Any], place: Place, folder: str
) -> Iterator[Finding]:
    name, path = requirement.name, source.get("path")
    if "git" in source:
        yield _git(requirement, place)
    elif source.get("workspace") is True and source.get("editable") is not False:
        yield _codeless(name, "a member of this workspace", place, "{ workspace = true, editable = false }")
    elif isinstance(path, str):
        missing = list(_path(worker, requirement, place, path, folder))
        yield from missing
        if source.get("editable") is True and not missing:
            yield _codeless(name, f"`{path}` as editable", place, f'{{ path = "{path}", editable = false }}')


def _path(worker: Worker, requirement: Requirement, place: Place, path: str, folder: str) -> Iterator[Finding]:
    found = posixpath.normpath(posixpath.join(folder, path.replace("\\", "/")))
    if worker.disk.kind(found) in {None, "link-broken"}:
        what = "build it first (`uv build --wheel`)" if found.endswith(".whl") else "correct the path"
        message = f"`{requirement.name}` comes from `{path}`, which does not exist: {_STOPS}"
        built = worker.git.rule(found) is not None  # something before the deploy may make it
        yield Finding(message, place, f"{what}, or take `{requirement.name}` from an index", "warning" if built else "")


def _codeless(name: str, what: str, place: Place, source: str) -> Finding:
    return Finding(
        f"`{name}` is {what}, which is vendored as a link to this machine and without its code: on Workers importing "
        f"it fails with `No module named …`",
        place,
        f"# pyproject.toml, in [tool.uv.sources]\n{name} = {source}\nuv run pywrangler sync --force",
    )


def _git(requirement: Requirement, place: Place) -> Finding:
    name = requirement.name
    return Finding(
        f"`{name}` comes from a repository, and pywrangler builds nothing: it is locked, then `pywrangler sync` stops "
        f"with `marked as --no-build but has no binary distribution`",
        place,
        f"name a release of `{name}` on an index, or a wheel that you build of it: "
        f'{name} = {{ path = "vendor/{name}-1.0-py3-none-any.whl" }}',
    )
