"""The commands and texts that mend requirements. Shared by the rules of this folder.

facts: uv 0.13.8, `uv remove` and `uv add` with `--frozen` edit pyproject.toml only, with `--no-sync` the lock too
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.repository import locks

if TYPE_CHECKING:
    from edgewheel.repository.worker import Worker
    from edgewheel.requirements.requirement import Requirement


def stands(worker: Worker, requirement: Requirement) -> str:
    """Where a requirement is written, for messages."""
    if requirement.group:
        return f"this project's extra `{requirement.group}`"
    if _in_pyproject(requirement):
        return "`[project].dependencies`"
    return f"`{_file(worker, requirement)}`"


def develop(worker: Worker, requirement: Requirement) -> str:
    """Moves a requirement to where development looks for it."""
    known = next(
        (
            source.label
            for source in worker.requirements.dev
            if any(each.key == requirement.key for each in source.requirements)
        ),
        "",
    )
    if not _in_pyproject(requirement):
        if any(file.generated for file in worker.requirements.files if file.path == requirement.place.path):
            return "edgewheel deps --write"
        name = _file(worker, requirement)
        if known:
            return f"remove the line `{requirement.text}` from `{name}`: the {known} has it"
        return f"move the line `{requirement.text}` from `{name}` to `requirements-dev.txt`"
    remove = f"uv remove {_how(worker, requirement)} {requirement.name}"
    return remove if known else f"{remove} && uv add {_how(worker)} --dev {quoted(requirement.text)}"


def drop(worker: Worker, requirement: Requirement) -> str:
    """Removes a requirement."""
    if _in_pyproject(requirement):
        return f"uv remove {_how(worker, requirement)} {requirement.name}"
    return f"remove the line `{requirement.text}` from `{_file(worker, requirement)}`"


def drop_extra(worker: Worker, requirement: Requirement, extra: str) -> str:
    """Leaves one extra out. `uv add` alone would keep it: it merges extras with those that stand there."""
    rest = [each for each in requirement.extras if each != extra]
    marker = f" ; {requirement.marker}" if requirement.marker else ""
    slim = f"{requirement.name}{f'[{chr(44).join(rest)}]' if rest else ''}{requirement.specifier}{marker}"
    if _in_pyproject(requirement):
        how = _how(worker, requirement)
        return f"uv remove {how} {requirement.name} && uv add {how} {quoted(slim)}"
    return f"write `{slim}` in `{_file(worker, requirement)}`"


def override(worker: Worker, name: str) -> str:
    """Keeps what another package requires off Workers, and leaves it everywhere else."""
    return in_tool_uv(worker, "override-dependencies", f"{name} ; sys_platform != 'emscripten'")


def in_tool_uv(worker: Worker, key: str, *items: str) -> str:
    """More items of a list in `[tool.uv]`, and the lock made again. facts: uv reads these lists in the root of a
    workspace only
    """
    from edgewheel.documents.document import parse
    from edgewheel.rules.ew3.levels import entry

    lock = locks.find(worker, "uv.lock")
    path = posixpath.join(posixpath.dirname(lock) if lock else worker.requirements.folder, "pyproject.toml")
    document = worker.document(path) if worker.disk.is_file(path) else parse(path, b"")  # a lock may stand alone
    table = document.table("tool", "uv")
    given = table.get(key)
    shown = posixpath.relpath(path, worker.root)
    head = f"# {shown}, in [tool.uv]" if table else f"# {shown}\n[tool.uv]"
    listed = [each for each in given if isinstance(each, str)] if isinstance(given, list) else []
    line = entry(document, key, [*listed, *items])
    then = "\nuv lock" if lock else "\nuv run pywrangler sync --force" if locks.find(worker, "pylock.toml") else ""
    return f"{head}\n{line}{then}"


def quoted(text: str) -> str:
    """A requirement as one word of a POSIX shell, PowerShell or cmd."""
    return '"' + text.replace('"', "'") + '"'


def _file(worker: Worker, requirement: Requirement) -> str:
    return posixpath.relpath(requirement.place.path, worker.requirements.folder)


def _in_pyproject(requirement: Requirement) -> bool:
    return requirement.place.path.endswith("/pyproject.toml")


def _how(worker: Worker, requirement: Requirement | None = None) -> str:
    """Where there is a lock it is brought along; where there is none, none is made."""
    extra = f" --optional {requirement.group}" if requirement is not None and requirement.group else ""
    return ("--no-sync" if locks.find(worker, "uv.lock") else "--frozen") + extra
