"""What an import that fails was meant to be: a module with another name, or one that the commit took away."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun
from edgewheel.runtime.tree import VENDORED, module_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edgewheel.deploy import Deploy
    from edgewheel.runtime.graph import Failure


def nearest(name: str, known: Iterable[str]) -> str:
    """The name that differs in case only, else the one that differs in few letters; "" for none."""
    from difflib import get_close_matches

    others = sorted(set(known) - {name})
    same = next((each for each in others if each.lower() == name.lower()), "")
    return same or next(iter(get_close_matches(name, others, 1, 0.8)), "")


def slip(deploy: Deploy, module: str) -> str:
    """The project's own module that a dotted name, which nothing has, is a slip of the pen for; "" for none.

    facts: the runtime tells upper from lower case, which a developer's disk may not
    """
    from edgewheel.runtime.distributions import by_module

    top = module.partition(".")[0]
    if top in deploy.worker.settings.allow or top in by_module():
        return ""
    return nearest(module, _modules(deploy))


def sibling(deploy: Deploy, module: str) -> str:
    """The one module of the upload whose dotted name ends so."""
    found = [each for each in _modules(deploy) if each == module or each.endswith(f".{module}")]
    return found[0] if module and len(found) == 1 else ""


def taken_away(deploy: Deploy, module: str) -> tuple[str, str]:
    """The file that this commit deletes or renames, relative to the repository, and its new module; "" for none."""
    from edgewheel.repository.commit import at_hand

    try:
        commit = at_hand(deploy.worker)
    except CouldNotRun:  # no history to ask
        return "", ""
    ends = tuple(f"/{module.replace('.', '/')}{tail}" for tail in (".py", "/__init__.py"))
    for removal in commit.removals if commit else ():
        if removal.path.endswith(ends) and removal.path.startswith(f"{deploy.config.module_root}/"):
            new = deploy.project.uploaded.get(removal.renamed, "")
            path = posixpath.relpath(removal.path, deploy.worker.repository)
            return path if re.fullmatch(r"\w[\w./-]*", path) else "", module_name(new) if new else ""
    return "", ""


def only_in_git(deploy: Deploy, name: str) -> str:
    """A file of the Worker that the index holds and the disk does not, relative to the repository; "" for none."""
    worker = deploy.worker
    path = worker.path(name)
    inside = posixpath.relpath(path, worker.repository) if worker.repository and worker.git.holds(path) else ""
    return inside if re.fullmatch(r"\w[\w./-]*", inside) else ""


def is_beside_main(deploy: Deploy, there: str, wanted: str) -> bool:
    """Whether an upload name is what a dotted name finds where the module root is main's own folder."""
    folder = posixpath.relpath(posixpath.dirname(deploy.config.main_path), deploy.config.module_root)
    return there.startswith(f"{folder}/") and f"{module_name(there[len(folder) + 1 :])}.".startswith(f"{wanted}.")


def create(deploy: Deploy, module: str) -> str:
    """The path of the file that would be imported by a dotted name, beside what there is of it."""
    known, _, rest = module.rpartition(".")
    while known and not deploy.project.file(known):
        known, _, more = known.rpartition(".")
        rest = f"{more}.{rest}"
    base = deploy.project.file(known) if known else deploy.config.module_root
    folder = posixpath.dirname(base) if base.endswith(".py") else base
    return f"{posixpath.join(deploy.worker.shown(folder), rest.replace('.', '/'))}.py"


def mostly_resolve(deploy: Deploy, failures: Iterable[Failure]) -> bool:
    """Whether the project's code imports its own modules by the names that they have in the upload, but for some."""
    top_level = {each.partition(".")[0] for each in _modules(deploy)}
    imports = [
        item.module.partition(".")[0]
        for name in deploy.reached.modules
        if name.endswith(".py") and not name.startswith(f"{VENDORED}/") and deploy.path(name)
        for item in deploy.sources.record(name).imports
        if not item.level
    ]
    return sum(top in top_level for top in imports) > sum(1 for _ in failures)


def _modules(deploy: Deploy) -> list[str]:
    """The project's own modules of the upload, by dotted name."""
    return [
        module_name(name)
        for name in sorted(deploy.tree.files)
        if name.endswith(".py") and not name.startswith(f"{VENDORED}/")
    ]
