"""EW203: imports of the project's own modules that the upload does not have under that name."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.layout import absence
from edgewheel.rules.ew2 import absent_names, cures, meant, outside_git
from edgewheel.rules.ew2 import absent_standard_module as standard
from edgewheel.rules.registry import rule
from edgewheel.runtime.distributions import is_named
from edgewheel.runtime.tree import module_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.runtime.graph import Failure


@rule("EW203", "worker-imports")
def import_not_in_upload(deploys: Deploys) -> Iterator[Finding]:
    """An import of the project's own modules, or of Python's, that will not resolve in the upload: an error where main
    reaches it when the Worker starts, a warning where only a request does.

    Workers: a module is found under its path below the module root, which is main's folder. With
    `main = "src/main.py"` the file `src/core/config.py` is uploaded as `core/config.py`, and `import src` fails with
    `No module named 'src'`: nothing shows it before the deploy. The runtime's Python lacks a part of the standard
    library too: tkinter, curses, dbm, pwd, grp, resource, venv, on 3.12 and 3.13 fcntl and termios, and names such as
    `socket.AF_UNIX` and, on 3.14, `hashlib.pbkdf2_hmac`.

    Fix: let `edgewheel stage` lay the upload out so that the folder's name stays, or import what the upload has; import
    what the runtime lacks in a `try`.

    Bad:
        # wrangler.toml
        main = "src/main.py"

        # src/main.py
        from src.core.config import Settings

    Good:
        # wrangler.toml
        main = "build/worker/worker.py"

        [build]
        command = "edgewheel stage"

        # src/main.py
        from src.core.config import Settings
    """
    for deploy in deploys.importing:
        if deploy.config.leaves_main_out:  # EW311 says it of all of them
            continue
        for failure in deploy.reached.failures:
            if failure.item is None or deploy.may_be_made(failure.missing.name):
                continue
            if ignored := deploy.ignored(failure.module):
                yield outside_git.ignored(deploy, failure, *ignored)
            elif is_own(deploy, failure):
                yield _finding(deploy, failure)
            elif found := standard.judge(deploy, failure):
                yield found
        yield from absent_names.judge(deploy)
        yield from outside_git.never_added(deploy)


def is_own(deploy: Deploy, failure: Failure) -> bool:
    """Whether the module that fails is the project's, not the platform's or a package's."""
    name = failure.missing.name.lstrip(".")
    if failure.missing.name.startswith(".") or not name:
        return True
    top = name.partition(".")[0]
    resolver = deploy.untouched
    if top in resolver.library.present:
        return False
    vendored = deploy.tree.find(top, resolver.vendored)
    if vendored is not None and vendored.kind != "namespace":
        return False
    if top in resolver.library.sdk:  # EW204 tells why
        return False
    if deploy.tree.find(top, resolver.project) is not None:
        return True
    if path := deploy.project.file(top):
        return path.endswith(".py") or not _is_namesake(deploy, failure, path)
    return vendored is None and bool(meant.slip(deploy, failure.module))


def _is_namesake(deploy: Deploy, failure: Failure, folder: str) -> bool:
    """Whether a folder that is not a package has the name of one by chance, such as a Worker's own folder `fastapi/`:
    nothing of what the statement asks for stands in it, and the name is a well-known one or the folder is the Worker's.
    """
    names = failure.item.names if failure.item else ()
    asked = [f"{failure.module}.{name}" for name in names] + [failure.module] * ("." in failure.module)
    is_around = f"{deploy.worker.root}/".startswith(f"{folder}/")
    return (is_around or is_named(failure.module)) and not any(map(deploy.project.file, asked))


def _finding(deploy: Deploy, failure: Failure) -> Finding:
    assert failure.item is not None  # noqa: S101 - the caller has looked
    why, fix = _cause(deploy, failure)
    said = f"`{cures.statement(failure.item)}` fails {cures.when(failure.at)} with `{failure.missing.message}`"
    place = cures.place(deploy, failure.importer, failure.item)
    return Finding(f"{said}{why}", place, fix, cures.level(failure.at), cause=cures.cause(deploy, fix))


def _cause(deploy: Deploy, failure: Failure) -> tuple[str, str]:
    """Why it fails, and the cure."""
    missing = failure.missing
    if missing.name.startswith("."):
        return _relative(deploy, failure)
    if missing.error == "ImportError":
        return _attribute(deploy, missing.name)
    wanted = failure.module
    there = _there(deploy, failure)
    if there:
        return _renamed(deploy, there, wanted)
    if _names_the_root(deploy, wanted):
        return _above(deploy, wanted)
    path = deploy.project.file(wanted) or deploy.project.file(missing.name)
    if path and path not in deploy.project.uploaded:
        return _outside(deploy, wanted, path)
    return _nowhere(deploy, wanted, failure.item.names if failure.item else ())


def _there(deploy: Deploy, failure: Failure) -> str:
    """The upload name of the module that the statement means."""
    names = failure.item.names if failure.item else ()
    for name in (failure.module, *(f"{failure.module}.{each}" for each in names)):
        found = deploy.project.intended(name)
        if found and module_name(found) != name:
            return found
    return ""


def _relative(deploy: Deploy, failure: Failure) -> tuple[str, str]:
    item = failure.item
    top = failure.importer.rpartition("/")[0].replace("/", ".")
    why = (
        f": `{failure.importer}` is in the package `{top}` of the upload"
        if top
        else (f": `{failure.importer}` stands at the top of the upload, where there is no package")
    )
    if failure.importer == deploy.main and not _is_staged(deploy) and cures.keeps_the_folder(deploy):
        return why, cures.staging(deploy)
    names = ", ".join(item.names) if item else ""
    module = item.module if item else ""
    candidates = [name for name in (module, *(item.names if item else ())) if name]
    found = next((name for name in candidates if deploy.tree.find(name.partition(".")[0], [""])), "")
    if found:
        return why, f"from {module} import {names}" if module else f"import {names}"
    near = meant.sibling(deploy, module)
    if near:
        return why, f"from {near} import {names}"
    if item and item.level <= len(top.split(".") if top else ()) + 1 and not _is_staged(deploy):
        return why, cures.staging(deploy)
    return why, f"from {module} import {names}" if module else f"import {names}"


def _attribute(deploy: Deploy, name: str) -> tuple[str, str]:
    module, _, attribute = name.rpartition(".")
    steps = deploy.untouched.locate(module)
    spec = steps[-1].spec if isinstance(steps, list) else None
    if spec is None:
        return "", f"check what `{module}` has"
    if not spec.file:
        folder = spec.folders[0]
        return f": the folder `{folder}` has no such module", _restored(deploy, name)
    path = deploy.worker.shown(deploy.path(spec.file))
    found = deploy.sources.names(spec.file)
    near = meant.nearest(attribute, found.bound if found else ())
    stray = deploy.project.file(name)
    if stray:
        return _outside(deploy, name, stray)
    fix = f"from {module} import {near}" if near else f"define `{attribute}` in `{path}`"
    return f": `{path}` does not bind it", fix


def _renamed(deploy: Deploy, there: str, wanted: str) -> tuple[str, str]:
    """The module is there under another name."""
    if there.startswith("vendor/"):
        why = ": `vendor/` is not on `sys.path` with a compatibility date from 2025-08-11 on"
        return why, 'import sys\n\nsys.path.append("/session/metadata/vendor")'
    root = deploy.worker.shown(deploy.config.module_root)
    main = deploy.worker.shown(deploy.config.main_path)
    why = f": main is `{main}`, so names begin below `{root}/`, and the module is uploaded as `{there}`"
    if deploy.config.base_dir and meant.is_beside_main(deploy, there, wanted):
        return why, f"remove `base_dir` from `{posixpath.basename(deploy.config.config_path)}`"
    others = (each for each in deploy.reached.failures if each.item is not None and _there(deploy, each))
    if root == "." or _is_staged(deploy) or meant.mostly_resolve(deploy, others):
        return why, f"import it as `{module_name(there)}`"
    return why, cures.staging(deploy)


def _names_the_root(deploy: Deploy, wanted: str) -> bool:
    """Whether a module's first name is that of the module root itself, or of a folder around it."""
    top = deploy.project.file(wanted.partition(".")[0]).removesuffix("/__init__.py")
    return bool(top) and f"{deploy.config.module_root}/".startswith(f"{top}/")


def _above(deploy: Deploy, wanted: str) -> tuple[str, str]:
    root, main = (deploy.worker.shown(path) for path in (deploy.config.module_root, deploy.config.main_path))
    why = f": main is `{main}`, so names begin below `{root}/`"
    if deploy.project.file(wanted):
        return why, cures.staging(deploy)
    top = wanted.partition(".")[0]
    near = meant.nearest(wanted, (f"{top}.{module_name(each)}" for each in deploy.tree.files if each.endswith(".py")))
    return f"{why}, and there is no `{wanted}`", f"import it as `{near}`" if near else _restored(deploy, wanted)


def _outside(deploy: Deploy, wanted: str, path: str) -> tuple[str, str]:
    worker, root = deploy.worker, deploy.config.module_root
    name = worker.shown(path)
    if _is_staged(deploy):
        return _unstaged(deploy, wanted, path)
    if path.startswith(f"{root}/"):
        return f": `{name}` is not in the upload", "remove `find_additional_modules = false`"
    why = f": `{name}` is outside the module root `{worker.shown(root)}/`, of which alone wrangler uploads modules"
    return why, _move(deploy, wanted, path, root)


def _unstaged(deploy: Deploy, wanted: str, path: str) -> tuple[str, str]:
    """Outside what `edgewheel stage` lays out."""
    layout = deploy.deploys.layout
    name = deploy.worker.shown(path)
    if found := absence.absence(deploy.worker, layout, path):
        return f": `{name}` is {found.reason}", found.fix
    why = f": `{name}` is outside the namespace `{layout.namespace}/`, which alone is staged"
    return why, _move(deploy, wanted, path, layout.folder)


def _move(deploy: Deploy, wanted: str, path: str, folder: str) -> str:
    worker = deploy.worker
    top = wanted.partition(".")[0]
    source = deploy.project.file(top) or path
    if source.endswith("/__init__.py"):
        source = posixpath.dirname(source)
    target = f"{worker.shown(folder)}/{posixpath.basename(source)}"
    moved = f"mv {worker.shown(source)} {target}"
    if folder == deploy.config.module_root:
        return moved
    return f"{moved}, and import it as `{posixpath.basename(folder)}.{wanted}`"


def _nowhere(deploy: Deploy, name: str, names: Sequence[str] = ()) -> tuple[str, str]:
    """No file of the repository has that name."""
    why = ": there is no such module"
    path, new = meant.taken_away(deploy, name)
    if new:
        return why, f"import it as `{new}`"
    modules = (module_name(each) for each in deploy.tree.files if each.endswith(".py"))
    near = "" if path else meant.nearest(name, modules)
    return why, f"import it as `{near}`" if near else _restored(deploy, name, names)


def _restored(deploy: Deploy, name: str, names: Sequence[str] = ()) -> str:
    path, _ = meant.taken_away(deploy, name)
    if path:
        return f"git restore --staged --worktree :/{path}"
    new = meant.create(deploy, name)
    tracked = meant.only_in_git(deploy, new)
    if tracked:
        return f"git restore :/{tracked}"
    parent = deploy.project.file(name.rpartition(".")[0]) if "." in name else ""
    if parent.endswith(".py") and not parent.endswith("/__init__.py"):  # a module becomes a package
        old, inside = deploy.worker.shown(parent), posixpath.basename(new)
        folder = old.removesuffix(".py")
        return f"mkdir {folder} && mv {old} {folder}/__init__.py && touch {folder}/{inside}"
    bound = ", ".join(f"`{each}`" for each in names if each != "*")
    return f"create `{new}` with {bound}" if bound else f"create `{new}`"


def _is_staged(deploy: Deploy) -> bool:
    return bool(deploy.target)
