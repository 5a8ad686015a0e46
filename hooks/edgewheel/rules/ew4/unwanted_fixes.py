"""What to do about files that must never be uploaded: EW402's fixes."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.documents.paths import quoted
from edgewheel.rules.ew3.levels import entry
from edgewheel.rules.staging import narrowed
from edgewheel.wrangler.globs import compile_glob
from edgewheel.wrangler.trees import ROOT, spot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from edgewheel.deploy import Deploy
    from edgewheel.repository.worker import Worker
    from edgewheel.wrangler.collect import Module


def secret(deploy: Deploy, modules: Sequence[Module], names: Sequence[str]) -> str:
    """Out of the upload, out of git and, where nothing else helps, off the disk: the Worker gets it as a secret.

    `names` are those of all secrets in the upload: the globs that would match nothing without them go, too.
    """
    worker = deploy.worker
    lines: list[str] = []
    for module in modules:
        path = module.source or module.path
        shown = quoted(worker.shown(path))
        flat = deploy.config.module_root == worker.root
        target = "" if flat else _free(worker, posixpath.basename(path))
        if target:
            lines.append(f"mv {shown} {quoted(target)}")
        if worker.git.is_tracked(path):
            lines.append(f"git rm -q --cached {shown}")
            lines += [f"echo {quoted(f'/{target}')} >> .gitignore"] if target else []
        if flat and not _own_globs(deploy, module.name):
            lines.append(f"rm {shown}  # after `wrangler secret put NAME < {shown}`")
    return "\n".join([*lines, *_without(deploy, modules, names)])


def _free(worker: Worker, name: str) -> str:
    """A name in the Worker's folder that nothing has."""
    while worker.disk.kind(worker.path(name)) is not None:
        name = f"{name}.moved"
    return name


def _own_globs(deploy: Deploy, name: str) -> list[str]:
    return [glob for rule in deploy.config.rules for glob in rule.globs if compile_glob(glob).matches(name)]


def _without(deploy: Deploy, modules: Sequence[Module], names: Sequence[str]) -> Iterator[str]:
    """The rules whose globs match these files, without the globs that match secrets only."""
    config = deploy.config
    rest = [name for name in deploy.module_names if name not in names]
    for rule in config.rules:
        if not any(compile_glob(glob).matches(module.name) for module in modules for glob in rule.globs):
            continue
        hit = [glob for glob in rule.globs if any(map(compile_glob(glob).matches, names))]
        idle = [glob for glob in hit if not any(map(compile_glob(glob).matches, rest))]
        wide = [glob for glob in hit if glob not in idle] if config.module_root == deploy.worker.root else []
        globs = [glob for glob in rule.globs if glob not in (*idle, *wide)]
        globs += [each for glob in wide for each in _narrower(glob, rest) if each not in globs]
        if hit and (idle or wide):
            where = f"# {posixpath.basename(config.config_path)}, line {config.document.place(*rule.key).line}"
            yield f"{where}: remove the rule" if not globs else where
            if globs:
                yield entry(config.document, "globs", globs)


def _narrower(glob: str, names: Iterable[str]) -> list[str]:
    """Globs for what a glob matches of these names, by their endings and without names that begin with a dot."""
    own = [name for name in names if compile_glob(glob).matches(name) and not name.endswith((".py", ".pyc"))]
    folder = posixpath.dirname(glob.partition("*")[0])
    ends = dict.fromkeys(posixpath.splitext(name)[1] for name in own)
    return [posixpath.join(folder, f"**/*{end}") for end in ends if end]


def tests(deploy: Deploy, name: str, found: Mapping[str, Sequence[Module]], wanted: list[str]) -> str:
    """Tests move to `tests/` beside the code. Where the project itself is the module root, all of them move, and then
    the code moves below a root of its own.
    """
    worker = deploy.worker
    if deploy.config.module_root != worker.root:
        return _moved(worker, {name: found[name]})
    tops = {each.partition("/")[0] for each in wanted if "/" in each}
    inside = {each: modules for each, modules in found.items() if each.partition("/")[0] in tops and "/" in each[:-1]}
    moved = [_moved(worker, inside)] if inside else []
    return "\n".join([*moved, narrowed(deploy, wanted)])


def _moved(worker: Worker, found: Mapping[str, Sequence[Module]]) -> str:
    """The commands that move folders and files of tests below `tests/`, each to a place that nothing has."""
    into: dict[str, list[str]] = {}
    for name, modules in found.items():
        shown = worker.shown(modules[0].source or modules[0].path)
        path = shown[: shown.find(name) + len(name)].rstrip("/") if name.endswith("/") else shown
        folder = "tests"
        while worker.disk.kind(worker.path(folder, posixpath.basename(path))) is not None:
            folder = posixpath.join(folder, posixpath.basename(posixpath.dirname(path)) or "more")
        if posixpath.basename(path) == "tests" and worker.disk.kind(worker.path("tests")) is None and len(found) == 1:
            return f"mv {quoted(path)} tests"
        into.setdefault(folder, []).append(quoted(path))
    return "\n".join(
        f"mkdir -p {quoted(folder)} && mv {' '.join(paths)} {quoted(folder)}/" for folder, paths in into.items()
    )


def junk(deploy: Deploy, name: str, module: Module, wanted: Callable[[], Iterable[str]]) -> str:
    """Compiled files, caches, environments."""
    worker = deploy.worker
    shown = worker.shown(module.source or module.path)
    if name == "vendor/**/*.pyc":
        own = [each for each in deploy.module_names if each.startswith("vendor/") and "__pycache__/" in each]
        lines = [f"find {shown.removesuffix(module.name)}vendor -name __pycache__ -prune -exec rm -r {{}} +"]
        return "\n".join([*lines, *_without(deploy, [module], own)])
    if name.endswith("*.pyc"):
        given = deploy.config.document.get(*deploy.config.key("python_modules", "exclude"))
        listed = [each for each in given if isinstance(each, str)] if isinstance(given, list) else []
        config = posixpath.basename(deploy.config.config_path)
        head = f"# {config}, in [python_modules]" if config.endswith(".toml") else f"// {config}, in `python_modules`"
        return f"{head}\n{entry(deploy.config.document, 'exclude', [*listed, '**/*.pyc'])}"
    if deploy.config.module_root == worker.root and spot(module.name).tree != ROOT:
        return narrowed(deploy, wanted())
    at = shown.find(name.rstrip("/"))
    return f"rm -r {shown[: at + len(name)].rstrip('/')}"
