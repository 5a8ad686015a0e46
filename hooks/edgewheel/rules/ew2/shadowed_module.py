"""EW204: modules of the project that the runtime never gets to, since something before them has their name."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.documents.paths import quoted
from edgewheel.findings import Finding, Place
from edgewheel.rules.registry import rule
from edgewheel.rules.staging import instead_of_main, renamed
from edgewheel.runtime.library import library
from edgewheel.runtime.tree import VENDORED, module_name
from edgewheel.sources import paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.runtime.tree import Spec


@rule("EW204", "worker-imports")
def shadowed_module(deploys: Deploys) -> Iterator[Finding]:
    """A module of the project shadowed by the standard library, by the runtime's own modules or by a vendored package
    of the same name.

    Workers: the standard library comes first, then python_modules and the runtime's `workers` and `asgi`, then the
    project. `import queue` gets the standard library's, a folder `workers/` is never found beside the SDK, and a
    vendored `src` with an `__init__.py` hides the project's `src` whole: `No module named 'src.core'`.

    Fix: rename the module, or remove the vendored package.

    Bad:
        # src/calendar.py
        OPEN = range(9, 17)

        # src/main.py
        from calendar import OPEN

    Good:
        # src/opening_hours.py
        OPEN = range(9, 17)

        # src/main.py
        from opening_hours import OPEN
    """
    for deploy in deploys.importing:
        yield from _main(deploy)
        used = _used(deploy)
        root_first = _is_root_first(deploy)
        for top in deploy.tree.top_level(""):
            if top in used and top not in {VENDORED, module_name(deploy.main)}:
                yield from _shadowed(deploy, top, root_first=root_first)


def _main(deploy: Deploy) -> Iterator[Finding]:
    """main is imported under its basename, like any other module."""
    name = module_name(deploy.main)
    place = deploy.config.place("main")
    main = deploy.worker.shown(deploy.config.main_path)
    other = deploy.tree.find(name, [VENDORED])
    folder = posixpath.dirname(posixpath.relpath(deploy.config.main_path, posixpath.dirname(deploy.config.config_path)))
    moved = posixpath.join(posixpath.dirname(main), f"{name}_worker.py")
    rename = f"mv {quoted(main)} {quoted(moved)}\n"
    rename += instead_of_main(deploy.config, posixpath.join(folder, f"{name}_worker.py"))
    if name in library(deploy.python).present:
        message = f"main is `{main}`, and `import {name}` gets the standard library's module: the Worker never starts"
        yield Finding(message, place, rename)
    elif other is not None and other.kind != "namespace":
        message = f"`{other.file}` clashes with main module `{deploy.main}`: the runtime refuses to load the Worker"
        yield Finding(message, place, rename)


def _used(deploy: Deploy) -> set[str]:
    """The top-level names that the project's reached modules import."""
    found = {step.partition(".")[0] for uses in deploy.reached.uses.values() for _, step, _ in uses}
    return found | {failure.module.partition(".")[0] for failure in deploy.reached.failures}


def _is_root_first(deploy: Deploy) -> bool:
    """Whether the code puts the upload's root before all else: `sys.path.insert(0, "/session/metadata")`."""
    own = (name for name in deploy.reached.modules if name.endswith(".py") and not deploy.tree.is_vendored(name))
    return any(
        each.first and each.folder is not None and paths.resolve(each.folder, name) == ""
        for name in own
        for each in deploy.sources.record(name).paths
    )


def _shadowed(deploy: Deploy, top: str, *, root_first: bool) -> Iterator[Finding]:
    own = deploy.tree.find(top, [""])
    if own is None:
        return
    place = _place(deploy, own, top)
    name = deploy.worker.shown(place.path)
    if top in library(deploy.python).present:
        message = f"`{name}` is shadowed by the standard library: `import {top}` on Workers never gets the project's"
        yield Finding(message, place, _rename(deploy, own, top))
        return
    if root_first and own.kind != "namespace":
        return
    if top == "metadata" and deploy.python == "3.12" and "__init__.py" in deploy.tree.files:
        message = f"`{name}` is shadowed by the upload itself: on Python 3.12 `import metadata` gets its root folder, "
        yield Finding(f"{message}which is a package here", place, _rename(deploy, own, top))
        return
    other = deploy.tree.find(top, [VENDORED])
    if other is None and top in library(deploy.python).sdk:
        by = f"the runtime's own `{top}`"
    elif other is None or other.kind == "namespace" or _same(deploy, own, other):
        return
    else:
        by = f"the vendored `{other.file}`"
    message = f"`{name}` is shadowed by {by}: `import {top}` on Workers never gets the project's"
    if own.kind == "namespace":
        message += f", and the whole folder `{own.folders[0]}/` is lost"
    yield Finding(message, place, _rename(deploy, own, top))


def _same(deploy: Deploy, own: Spec, other: Spec) -> bool:
    """Whether the vendored tree holds the same modules: then it does not matter which one is imported."""
    if own.kind != "package":
        return own.kind == other.kind and deploy.sources.source(own.file) == deploy.sources.source(other.file)
    for name in deploy.tree.files:
        if name.startswith(f"{own.folders[0]}/") and name.endswith(".py"):
            twin = f"{VENDORED}/{name}"
            if twin not in deploy.tree.files or deploy.sources.source(name) != deploy.sources.source(twin):
                return False
    return True


def _place(deploy: Deploy, own: Spec, top: str) -> Place:
    """The module's file; of a folder without `__init__.py`, its first module."""
    prefix = f"{own.folders[0]}/" if own.folders else ""
    file = own.file or min(name for name in deploy.tree.files if name.startswith(prefix) and name.endswith(".py"))
    path = deploy.path(file)
    return Place(path, 1, 1) if path else deploy.config.place("main") if top else Place(path)


def _rename(deploy: Deploy, own: Spec, top: str) -> str:
    file = deploy.worker.shown(_place(deploy, own, top).path)
    if own.kind in {"package", "namespace"}:
        parts = file.split("/")
        at = len(parts) - 1 - parts[::-1].index(top) if top in parts else len(parts) - 1
        file = "/".join(parts[: at + 1])
    inner = []
    if top in library(deploy.python).sdk:
        names = (name.removeprefix(f"{top}/") for name in sorted(deploy.tree.files) if name.startswith(f"{top}/"))
        inner = list(dict.fromkeys(posixpath.splitext(name.partition("/")[0])[0] for name in names))
    return renamed(deploy, file, f"own_{top}", inner)
