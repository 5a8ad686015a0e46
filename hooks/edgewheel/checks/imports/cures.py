"""Texts that several rules of this folder share: a statement as it is written, and the staging to paste."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

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


def staging(analysis: Analysis) -> str:
    """What wires the staging folder, in the config's own format."""
    worker, config = analysis.worker, analysis.config
    main = posixpath.relpath(config.main_path, posixpath.dirname(config.config_path))
    entry = posixpath.relpath(config.main_path, worker.root)
    stage, watch = worker.settings.stage, entry.partition("/")[0] if "/" in entry else "src"
    name = posixpath.basename(config.config_path)
    if name.endswith(".toml"):
        lines = [
            f'# {name}, instead of main = "{main}"',
            f'main = "{stage}/worker.py"',
            "[build]",
            'command = "edgewheel stage"',
            f'watch_dir = "{watch}"',
            "# pyproject.toml",
        ]
    else:
        lines = [
            f'// {name}, instead of "main": "{main}"',
            f'"main": "{stage}/worker.py",',
            f'"build": {{ "command": "edgewheel stage", "watch_dir": "{watch}" }},',
            "// pyproject.toml",
        ]
    return "\n".join(["edgewheel init --write, or by hand:", *lines, "[tool.edgewheel]", f'entry = "{entry}"'])
