"""Texts that several rules of this folder share: a statement as it is written, and the staging to paste."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.checks.staging import needs_staging, staged
from edgewheel.findings import Place

if TYPE_CHECKING:
    from edgewheel.layout.analysis import Analysis
    from edgewheel.runtime.records import Import


def statement(item: Import) -> str:
    """An import as code, long lists of names cut."""
    if item.dynamic:
        return f'import_module("{"." * item.level}{item.module}")'
    if not item.names:
        return f"import {item.module}"
    names = ", ".join(item.names[:3]) + (", …" if len(item.names) > 3 else "")
    return f"from {'.' * item.level}{item.module} import {names}"


def place(analysis: Analysis, importer: str, item: Import | None) -> Place:
    """Where an import statement stands in the project; of generated code, the config's main."""
    path = analysis.path(importer)
    if not path:
        return analysis.config.place("main")
    return Place(path, item.line if item else 1, item.column if item else 1)


def when(at: str) -> str:
    return "when the Worker starts" if at == "start" else "when a request runs it"


def level(at: str) -> str:
    return "error" if at == "start" else "warning"


def keeps_the_folder(analysis: Analysis) -> bool:
    """Whether the project's code imports by the name of main's top folder, so that only staging mends it."""
    worker = analysis.worker
    return needs_staging(worker.disk, worker.root, posixpath.relpath(analysis.config.main_path, worker.root))


def staging(analysis: Analysis) -> str:
    """What wires the staging folder, in the config's own format."""
    return staged(analysis.worker, analysis.config)
