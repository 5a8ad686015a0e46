"""Imports of modules that git ignores, or that were never added to it: for EW203."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.layout import absence, hatch
from edgewheel.rules.ew2 import cures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy
    from edgewheel.repository.ignores import IgnoreRule
    from edgewheel.runtime.graph import Failure


def ignored(deploy: Deploy, failure: Failure, path: str, rule: IgnoreRule) -> Finding:
    """A module that is not there and that git ignores. Where wrangler walks the code itself, a step before the deploy
    may still make it; `edgewheel stage` leaves out what git ignores, made or not.
    """
    assert failure.item is not None  # noqa: S101 - the caller has looked
    worker, shown = deploy.worker, deploy.worker.shown(path.rstrip("/")) + "/" * path.endswith("/")
    message = f"`{cures.statement(failure.item)}` fails {cures.when(failure.at)} with `{failure.missing.message}`: "
    message += f"`{shown}` is not there, and git ignores it ({absence.said(worker, rule)})"
    fix = f"let a step before the deploy make it, or make it and commit it: git add -f {shown}"
    level = "warning"
    if deploy.target and not _is_declared(deploy, path):
        level = cures.level(failure.at)
        fix = f"make it and commit it: git add -f {shown}; or let a step make it, and in pyproject.toml:\n"
        fix += f'[tool.hatch.build]\nartifacts = ["{posixpath.relpath(path, deploy.source_root)}"]'
    return Finding(message, cures.place(deploy, failure.importer, failure.item), fix, level)


def _is_declared(deploy: Deploy, path: str) -> bool:
    """Whether `artifacts` of `[tool.hatch.build]` keeps what git ignores."""
    options = hatch.options(deploy.worker)
    spec = hatch.spec(options.artifacts)
    inside = posixpath.relpath(path, options.root) + ("/x.py" if path.endswith("/") else "")
    return spec is not None and spec.match_file(inside)


def never_added(deploy: Deploy) -> Iterator[Finding]:
    """Imports, by code that git tracks, of modules that git neither tracks nor ignores: each module once."""
    worker = deploy.worker
    if not worker.repository:
        return
    worker.git.look(deploy.source_root)
    new = {name for name in deploy.reached.modules if deploy.path(name) and worker.git.is_new(deploy.path(name))}
    for importer, uses in deploy.reached.uses.items() if new else ():
        if not deploy.path(importer) or not worker.git.is_tracked(deploy.path(importer)):
            continue
        for item, wanted, edge in uses:
            stem = wanted.replace(".", "/")
            name = next((each for each in (f"{stem}.py", f"{stem}/__init__.py") if each in new), "")
            if not name or edge.endswith("guarded"):
                continue
            new.discard(name)
            shown = worker.shown(deploy.path(name))
            message = (
                f"`{cures.statement(item)}` imports `{shown}`, which was never added to git: a deploy from a checkout"
            )
            message += f" fails with `No module named '{wanted}'`"
            yield Finding(message, cures.place(deploy, importer, item), f"git add {shown}", "warning")
