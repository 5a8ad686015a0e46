"""Why a file of the project is not in the upload, for a rule that misses it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.documents.paths import quoted
from edgewheel.layout.selection import EXCLUDED, IGNORED, NOT_INCLUDED

if TYPE_CHECKING:
    from edgewheel.layout.plan import Layout
    from edgewheel.repository.ignores import IgnoreRule
    from edgewheel.repository.worker import Worker


class Absence(NamedTuple):
    """`why` is as in `Layout.stripped`, `reason` continues "the file is", `fix` brings the file into the upload; `rule`
    is the line that makes git ignore it.
    """

    why: str
    reason: str
    fix: str
    rule: IgnoreRule | None = None

    @property
    def is_ignored(self) -> bool:
        return self.why == IGNORED


def absence(worker: Worker, layout: Layout, path: str) -> Absence | None:
    """Why an existing file or folder (absolute posix path) is left out of a layout; None for one that is in it, or that
    is not below the folder in which the layout's imports start.
    """
    base = posixpath.dirname(layout.folder)
    inside = path[len(base) + 1 :] if path.startswith(f"{base}/") else ""
    for each in layout.stripped if inside else ():
        if inside == each.name or (each.name.endswith("/") and f"{inside}/".startswith(each.name)):
            if each.why == IGNORED:
                return _ignored(worker, path)
            if each.why in {EXCLUDED, NOT_INCLUDED}:
                return _not_chosen(worker, path, each.why)
            fix = f'# pyproject.toml\n[tool.edgewheel]\nkeep = ["{each.name.rstrip("/")}"]'
            return Absence(each.why, f"stripped from the upload ({each.why})", fix)
    return None


def ignored_module(worker: Worker, root: str, module: str) -> tuple[str, IgnoreRule] | None:
    """Where a dotted module would be below a root, as an absolute path, and the line that makes git ignore that; None
    where something is there, or where git would not ignore it.
    """
    path = root
    for part in module.split(".") if module.strip(".") else ():
        path = f"{path}/{part}"
        if worker.disk.is_file(f"{path}.py"):
            return None
        if worker.disk.kind(path) is None:
            for each in (f"{path}/", f"{path}.py"):
                if rule := worker.git.rule(each):
                    return each, rule
            return None
    return None


def said(worker: Worker, rule: IgnoreRule) -> str:
    """The line that makes git ignore something, for a message."""
    where = posixpath.relpath(rule.path, worker.repository or worker.root)
    return f"`{rule.pattern}` in line {rule.line} of `{where}`"


def _ignored(worker: Worker, path: str) -> Absence:
    rule = worker.git.rule(path)
    relative = posixpath.relpath(path, worker.root)
    fix = f"git add -f {quoted(relative)}"
    if rule is None:
        return Absence(IGNORED, "not uploaded, since git ignores it", fix)
    below = posixpath.relpath(path, posixpath.dirname(rule.path))
    if not below.startswith("../"):
        fix += f", or add `!/{below}` below that line"
    return Absence(IGNORED, f"not uploaded, since git ignores it ({said(worker, rule)})", fix, rule)


def _not_chosen(worker: Worker, path: str, why: str) -> Absence:
    option = "`exclude`" if why == EXCLUDED else "`include` or `only-include`"
    relative = posixpath.relpath(path, worker.root)
    reason = f"not uploaded, since {option} of `[tool.hatch.build]` leaves it out"
    return Absence(why, reason, f"let {option} of `[tool.hatch.build]` take `{relative}`")
