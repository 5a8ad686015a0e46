"""EW107: third-party modules that the Worker imports and that no runtime requirement brings."""

from __future__ import annotations

import posixpath
import re
import sys
from typing import TYPE_CHECKING

from edgewheel.data import facts
from edgewheel.findings import Finding
from edgewheel.repository.walk import TEST_FOLDERS, is_test, python_files
from edgewheel.requirements.requirement import normalize
from edgewheel.rules.ew1.cures import quoted
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.repository.worker import Worker
    from edgewheel.runtime.graph import Failure

_STATEMENT = re.compile(rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))", re.MULTILINE)
_LITERAL = re.compile(rb"(?:import_module|__import__)\([ \t]*['\"]([\w.]+)")
#: What `uv add` does not make importable, and what does instead.
_NOT_THERE = {
    "micropip": "remove the import, and list what it installs in `[project].dependencies`",
}
_SHOWN = 3
#: Files of hosts that install a requirements.txt.
_OTHER_HOSTS = frozenset(
    (
        "Procfile",
        "Dockerfile",
        "app.yaml",
        "fly.toml",
        "render.yaml",
        "railway.json",
        "vercel.json",
        "zappa_settings.json",
    )
)


@rule("EW107", "worker-runtime-deps")
def undeclared_dependency(deploys: Deploys) -> Iterator[Finding]:
    """A third-party module that the Worker imports, declared only for development or not at all: an error where main
    reaches the import when the Worker starts, a warning where only a request does.

    A warning too where a package that neither a lock nor edgewheel's table knows may bring it. A requirement under a
    marker that is false on Workers (`sys_platform == 'linux'`) does not count, nor does a requirements.txt without
    pyproject.toml, which nothing reads.

    Never for imports that are guarded or for type checkers, for what a declared package brings, or for the
    platform's own modules.

    Workers: only the runtime requirements are vendored, so the import fails with `No module named …`, though it works
    on every developer's machine.

    Fix: `uv add NAME`.

    Bad:
        # pyproject.toml
        [dependency-groups]
        dev = ["httpx"]

        # src/main.py
        import httpx

    Good:
        # pyproject.toml
        [project]
        dependencies = ["httpx"]

        # src/main.py
        import httpx
    """
    worker = deploys.worker
    if "" in worker.requirements.unread:  # what cannot be read may declare it
        return
    if not deploys.is_analysed and not _is_suspicious(worker):  # where another rule asks, the quick way is longer
        return
    for deploy in deploys.importing:
        yield from _judged(deploy)


def _judged(deploy: Deploy) -> Iterator[Finding]:
    from edgewheel.rules.ew2 import cures
    from edgewheel.rules.ew2.import_not_in_upload import is_own
    from edgewheel.runtime.distributions import distribution_of

    worker = deploy.worker
    found: dict[str, list[Failure]] = {}
    for failure in deploy.reached.failures:
        if not _is_undeclared(deploy, failure) or _is_pythons(deploy, failure) or is_own(deploy, failure):
            continue
        if failure.at == "request" and cures.is_optional(deploy, failure):
            continue
        if not deploy.may_be_made(failure.missing.name) and not deploy.ignored(failure.missing.name):  # EW203
            for module in _wanted(failure):
                key = _declared_otherwise(worker, module) or distribution_of(module)
                if failure not in found.setdefault(key, []):
                    found[key].append(failure)
    missing = [key for key in found if not _is_allowed(worker, key)]
    for key in missing:
        yield _finding(deploy, key, found[key], _add(deploy, key, missing))


def _is_undeclared(deploy: Deploy, failure: Failure) -> bool:
    """Whether what is missing is a distribution: a vendored package that lacks a submodule is declared all the same,
    unless it is a namespace, of which each distribution brings a part.
    """
    missing = failure.missing
    parent = missing.name.rpartition(".")[0]
    return deploy.project.is_shared(parent) if parent else missing.error == "ModuleNotFoundError"


def _wanted(failure: Failure) -> list[str]:
    """The dotted modules that the statement asks for: `google.genai` of `from google import genai`."""
    assert failure.item is not None  # noqa: S101 - only statements fail this way
    if failure.missing.error == "ImportError":
        return [failure.missing.name]
    return [f"{failure.module}.{name}" for name in failure.item.names if name != "*"] or [failure.module]


def _finding(deploy: Deploy, key: str, failures: list[Failure], fix: str) -> Finding:
    """One finding a distribution, at the first import that runs."""
    from edgewheel.rules.ew2 import cures

    worker = deploy.worker
    first = min(failures, key=lambda each: each.at != "start")  # the first of those at the start, if any
    assert first.item is not None  # noqa: S101 - only statements fail this way
    more = f" ({len(failures) - 1} more {'import' if len(failures) == 2 else 'imports'} of it)" if failures[1:] else ""
    message = f"`{cures.statement(first.item)}` needs `{key}`, which is {_where(worker, key)}: on Workers it fails "
    message += f"{cures.when(first.at)} with `{first.missing.message}`{more}"
    level = cures.level(first.at)
    if unknown := deploy.project.unknown:
        level = "warning"
        names = ", ".join(f"`{name}`" for name in unknown[:_SHOWN])
        message += f", unless {names} {'brings' if len(unknown) == 1 else 'bring'} it (no lock says so)"
    return Finding(message, cures.place(deploy, first.importer, first.item), fix, level)


def _where(worker: Worker, key: str) -> str:
    """How a package is declared that is not vendored."""
    requirements = worker.requirements
    for source in requirements.dev:
        if _has(source.requirements, key):
            return f"declared only in the {source.label}, which is not vendored"
    for each in requirements.project or ():
        if each.key == key:
            return f"required only where `{each.marker}`, which is false on Workers"
    for file in requirements.ignored:
        if _has(file.requirements, key):
            name = posixpath.relpath(file.path, requirements.folder)
            return f"listed only in `{name}`, which neither wrangler nor pywrangler reads"
    return "not declared"


def _add(deploy: Deploy, key: str, missing: list[str]) -> str:
    """The command; of a project that has no list of its own, what begins one with all that is missing."""
    worker = deploy.worker
    if key in _NOT_THERE:
        return _NOT_THERE[key]
    for each in worker.requirements.project or ():
        if each.key == key:
            return f"uv remove {each.name} && uv add {quoted(each.shown + str(each.specifier))}"
    if worker.requirements.project is not None:
        return f"uv add {key}"
    if worker.pyproject is None:
        start = _start(worker, _real(missing))
        if deploy.config.module_root != worker.root or "worker/" in start:
            return start
        from edgewheel.rules.staging import narrowed

        own = [name for name in deploy.module_names if name.endswith(".py") and not is_test(name)]
        return f"{start}\n{narrowed(deploy, own)}"  # with a project of its own the folder is no module root (EW310)
    from edgewheel.rules.ew1.unvendorable_dependency import table

    return table(worker, worker.pyproject.table("tool", "poetry"), _real(missing))


def _real(missing: list[str]) -> list[str]:
    return sorted(key for key in missing if key not in _NOT_THERE)


def _start(worker: Worker, keys: list[str]) -> str:
    """A project's beginning. pywrangler refuses to run beside a requirements.txt, which another host may need."""
    folder = posixpath.basename(worker.root)
    # uv takes the folder's name for the project's, and no project requires its own name
    named = f" --name {normalize(folder)}-worker" if normalize(folder) in keys else ""
    command = f"uv init --bare{named} && uv add {' '.join(keys)}"
    if not worker.disk.is_file(worker.path("requirements.txt")):
        return command
    if not any(entry.name in _OTHER_HOSTS for entry in worker.disk.scan(worker.root)):
        return f"{command} && mv requirements.txt requirements-all.txt"
    return _beside_another_host(worker, command)


def _beside_another_host(worker: Worker, command: str) -> str:
    """The config and the project in a folder of their own; the code stays, for the other host."""
    from edgewheel.rules.ew3.levels import entry

    config = worker.config
    name, main = posixpath.basename(config.path), str(config.get("main") or "")
    old, new = entry(config, "main", main), entry(config, "main", posixpath.join("..", main))
    mark, end = ("#", "") if name.endswith(".toml") else ("//", ",")
    moved = f"mkdir -p worker && mv {name} worker/ && (cd worker && {command})"
    return f"{moved}\n{mark} worker/{name}, instead of {old}\n{new}{end}"


def _is_suspicious(worker: Worker) -> bool:
    """Whether a module that may be uploaded imports a name that neither Python, the platform, the project nor a runtime
    requirement obviously has: the quick question, since most commits import nothing new.
    """
    tops = _imported(_sources(worker))
    if not tops.isdisjoint(TEST_FOLDERS):
        return True
    unknown = tops - set(sys.stdlib_module_names) - facts("platform_modules")["modules"].keys()
    known = facts("distributions")["names"]
    theirs = {name.partition(".")[0] for names in known.values() for name in names}
    theirs.update(key.replace("-", "_") for key in known)
    own = _own(worker)
    return bool({name for name in unknown if name not in own or name in theirs} - _brought(worker, known))


def _imported(sources: Iterator[bytes]) -> set[str]:
    """The top-level names that import statements and literals name, also those that never run."""
    found: set[bytes] = set()
    for source in sources:
        for origin, listed in _STATEMENT.findall(source):
            found.update([origin] if origin else [part.split()[0] for part in listed.split(b",") if part.split()])
        if b"import_module" in source or b"__import__" in source:
            found.update(_LITERAL.findall(source))
    return {name.decode().partition(".")[0] for name in found} - {""}


def _brought(worker: Worker, known: dict[str, list[str]]) -> set[str]:
    """The top-level names that the runtime requirements bring whole, by common knowledge."""
    brings = facts("distributions")["brings"]
    from edgewheel.requirements.markers import holds

    runtime = worker.requirements.runtime
    keys = {each.key for each in runtime if each.name and holds(each.marker)} | worker.requirements.unread
    keys |= {name for key in keys for name in brings.get(key, ())}
    return {name for key in keys for name in known.get(key, [key.replace("-", "_")])}


def _sources(worker: Worker) -> Iterator[bytes]:
    """The Python files below the folders that are uploaded or staged, tests left out."""
    from edgewheel.layout.roots import module_roots, top_folders

    roots = module_roots(worker)
    entry = worker.settings.entry
    if not roots and entry:
        roots = (worker.path(worker.settings.namespace or entry.split("/", maxsplit=1)[0]),)
        if "/" not in entry:
            roots = (worker.root,)
    for root in roots or (*top_folders(worker), worker.root):
        deep = root != worker.root or bool(roots)
        for path in python_files(worker.disk, root, tests=False):
            if deep or posixpath.dirname(path) == root:
                yield worker.disk.read(path)


def _own(worker: Worker) -> set[str]:
    """The names that the project's own modules may have, whichever of its first folders is the module root."""
    disk, found = worker.disk, set()
    for entry in disk.scan(worker.root):
        found.add(entry.name.removesuffix(".py"))
        if entry.kind == "dir" and not entry.name.startswith("."):
            found.update(inner.name.removesuffix(".py") for inner in disk.scan(worker.path(entry.name)))
    return found


def _is_pythons(deploy: Deploy, failure: Failure) -> bool:
    """Whether some Python has it: what Workers lack of the standard library is no dependency (EW203 tells of it)."""
    library = deploy.untouched.library
    known = {*sys.stdlib_module_names, *facts("stdlib")["removed"], *library.present, *library.absent}
    return bool(known & {failure.missing.name.partition(".")[0], failure.module.partition(".")[0]})


def _declared_otherwise(worker: Worker, module: str) -> str:
    """The distribution among those for development that gives the module; "" for none."""
    from edgewheel.runtime.distributions import Distributions

    sources = (*worker.requirements.dev, *worker.requirements.extras)
    keys = {each.key for source in sources for each in source.requirements}
    return Distributions(keys, lambda _: ()).provider(module)


def _has(requirements: tuple[object, ...], key: str) -> bool:
    return any(getattr(each, "key", "") == key for each in requirements)


def _is_allowed(worker: Worker, key: str) -> bool:
    from edgewheel.dependencies.lists import allowed

    return allowed(key, worker.settings)
