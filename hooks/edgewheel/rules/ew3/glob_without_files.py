"""EW304: a glob of a module rule that matches no file."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import Cause, CouldNotRun, Finding
from edgewheel.rules.ew3 import walks
from edgewheel.rules.ew3.dead_glob_syntax import shape, useful
from edgewheel.rules.ew3.ignored_names import may_come
from edgewheel.rules.ew3.levels import entry, replaced
from edgewheel.rules.ew3.walks import some
from edgewheel.rules.registry import rule
from edgewheel.wrangler.globs import compile_glob

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.deploy import Deploy, Deploys


@rule("EW304", "worker-wrangler-config")
def glob_without_files(deploys: Deploys) -> Iterator[Finding]:
    """A glob of a module rule that matches no file, now that this commit takes the last one away, or at all.

    Workers: a glob is matched against paths relative to the module root. One that matches nothing gives no warning;
    the files that it was written for are missing when the Worker opens them.

    Fix: correct the glob, or remove it. A folder's content is `folder/**`.

    Bad:
        [[rules]]
        type = "Text"
        globs = ["templates"]

    Good:
        [[rules]]
        type = "Text"
        globs = ["templates/**"]
        fallthrough = true
    """
    for deploy in deploys:
        if deploy.is_built_elsewhere or deploy.config.leaves_main_out:  # the command may make the files; EW311
            continue
        if not deploy.config.rules or not walks.well_formed(deploy.config) or not (names := deploy.module_names):
            continue
        for each in deploy.config.rules:
            shapes = {at: shape(deploy, glob) for at, glob in enumerate(each.globs)}
            idle = {
                at: _meant(glob, names)
                for at, glob in enumerate(each.globs)
                if not any(map(compile_glob(glob).matches, names)) and shapes[at] is None
                if not may_come(deploy, glob)
            }
            dead = {at: useful(found.meant, names) for at, found in shapes.items() if found}  # EW303's
            whole = replaced(each.globs, {**idle, **dead})
            fix = entry(deploy.config.document, "globs", whole) if whole else "remove this rule"
            for at in idle:
                message = _unmatched(deploy, each.globs[at])
                document, key = deploy.config.document, (*each.key, "globs")
                yield Finding(message, document.place(*key, at), fix, cause=Cause(document.place(*key)))


def _unmatched(deploy: Deploy, glob: str) -> str:
    if gone := _taken(deploy, glob):
        taken = f"now that this commit takes away {some(gone)}"
        return f"`{glob}` matches no file any more, {taken}: nothing is uploaded for it"
    root = posixpath.relpath(deploy.config.module_root, deploy.worker.root)
    where = "the project's folder" if root == "." else f"`{root}/`"
    return f"`{glob}` matches no file below {where}: nothing is uploaded for it"


def _meant(glob: str, names: Sequence[str]) -> tuple[str, ...]:
    """The glob in a form that matches something: a folder's content, or at any depth."""
    for other in (f"{glob}/**", f"**/{glob}", f"**/{glob}/**"):
        if any(map(compile_glob(other).matches, names)):
            return (other,)
    return ()


def _taken(deploy: Deploy, glob: str) -> list[str]:
    """The files below the module root that the commit at hand takes away and that the glob matched."""
    from edgewheel.repository.commit import at_hand

    try:
        commit = at_hand(deploy.worker)
    except CouldNotRun:  # no history to ask
        return []
    prefix = f"{deploy.source_root}/"
    removed = [each.path for each in commit.removals] if commit else []
    inside = [path.removeprefix(prefix) for path in removed if path.startswith(prefix)]
    return [name for name in inside if compile_glob(glob).matches(name)]
