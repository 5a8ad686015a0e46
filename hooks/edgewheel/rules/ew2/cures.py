"""Texts that several rules of this folder share: a statement as it is written, and the staging to paste."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import Cause, Place
from edgewheel.rules.staging import needs_staging, staged

if TYPE_CHECKING:
    from edgewheel.deploy import Deploy
    from edgewheel.runtime.graph import Failure
    from edgewheel.sources.records import Import


def statement(item: Import) -> str:
    """An import as code, long lists of names cut."""
    if item.dynamic:
        return f'import_module("{"." * item.level}{item.module}")'
    if not item.names:
        return f"import {item.module}"
    names = ", ".join(item.names[:3]) + (", …" if len(item.names) > 3 else "")
    return f"from {'.' * item.level}{item.module} import {names}"


def place(deploy: Deploy, importer: str, item: Import | None) -> Place:
    """Where an import statement stands in the project; of generated code, the config's main."""
    path = deploy.path(importer)
    if not path:
        return deploy.config.place("main")
    return Place(path, item.line if item else 1, item.column if item else 1)


def when(at: str) -> str:
    return "when the Worker starts" if at == "start" else "when a request runs it"


def level(at: str) -> str:
    return "error" if at == "start" else "warning"


def is_optional(deploy: Deploy, failure: Failure) -> bool:
    """Whether the code expects that it may be missing: imported on a condition, or after a guarded attempt."""
    item = failure.item
    assert item is not None  # noqa: S101 - only statements fail this way
    kinds = {block.kind for block in item.blocks}
    if kinds & {"if", "maybe"} and "def" not in kinds:
        return True
    importer = failure.importer
    tried = deploy.deploys.kept(f"tried in {importer} of {deploy.env}", lambda: _tried(deploy, importer))
    return item.module.partition(".")[0] in tried


def _tried(deploy: Deploy, importer: str) -> frozenset[str]:
    """The top packages that a module attempts to import."""
    return frozenset(
        each.module.partition(".")[0]
        for each in deploy.sources.record(importer).imports
        if not each.level and any(block.kind == "try" for block in each.blocks)
    )


def keeps_the_folder(deploy: Deploy) -> bool:
    """Whether the project's code imports by the name of main's top folder, so that only staging mends it."""
    worker = deploy.worker
    return needs_staging(worker.disk, worker.root, posixpath.relpath(deploy.config.main_path, worker.root))


def staging(deploy: Deploy) -> str:
    """What wires the staging folder, in the config's own format."""
    return deploy.deploys.kept(f"staging of {deploy.env}", lambda: staged(deploy))


def cause(deploy: Deploy, fix: str) -> Cause | None:
    """What staging ends, where that is the fix: at the line of main, in words for all that fails by it."""
    if fix != staging(deploy):
        return None
    main, root = (deploy.worker.shown(path) for path in (deploy.config.main_path, deploy.config.module_root))
    message = f"main is `{main}`, so names begin below `{root}/` on Workers: imports that go through the folder "
    return Cause(deploy.config.place("main"), f"{message}`{posixpath.basename(root)}` fail there")
