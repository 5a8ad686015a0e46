"""EW401: modules that several trees carry into the upload."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.registry import rule
from edgewheel.rules.staging import narrowed, renamed
from edgewheel.wrangler.carriers import NEEDED_BY
from edgewheel.wrangler.sizes import human
from edgewheel.wrangler.trees import ROOT, VENDORED, copies, spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.repository.worker import Worker

_CODE = (".py", ".so")


@rule("EW401", "worker-bundle")
def module_in_several_trees(deploys: Deploys) -> Iterator[Finding]:
    """The same module carried into the upload from several trees: the module root, python_modules, `.venv-workers`,
    its `pyodide-venv`, `.venv`.

    Workers: pywrangler keeps every dependency three times on the disk, and wrangler uploads each copy that stands
    below the module root, without a warning, for the names differ. The runtime imports the one in `python_modules`;
    `.venv-workers/pyodide-venv` is what pywrangler copies it from, `.venv-workers` and `.venv` are for editors and
    tests. A module of the Worker's own with the name of a vendored one is never imported.

    Fix: keep the environments out of the module root (EW310); give a module of the Worker's own another name.
    `edgewheel bundle --by tree` shows the whole map, also of what is not uploaded.

    Bad:
        python_modules/six.py
        src/six.py

    Good:
        python_modules/six.py
        src/numbers_of_six.py
    """
    worker = deploys.worker
    for deploy in deploys.uploads():
        sizes = {module.name: module.size for module in deploy.upload.modules}
        groups: dict[tuple[str, ...], dict[str, list[str]]] = {}
        main = deploy.upload.modules[0].name
        for path, names in copies(deploy.upload).items():
            trees = tuple(dict.fromkeys(spot(name).tree for name in names))
            # a vendored module with main's name stops the Worker: EW204
            if path.endswith(_CODE) and not (path == main and set(trees) == {ROOT, VENDORED}):
                groups.setdefault(trees, {})[path] = names
        for trees, paths in groups.items():
            if len(trees) > 1:
                yield _finding(worker, deploy, trees, paths, sizes)


def _finding(
    worker: Worker, deploy: Deploy, trees: tuple[str, ...], paths: dict[str, list[str]], sizes: dict[str, int]
) -> Finding:
    first, more = next(iter(paths)), len(paths) - 1
    kept = {path: _imported(names) for path, names in paths.items()}
    waste = sum(sizes[name] for path, names in paths.items() for name in names if name != kept[path])
    modules = f"`{first}`" + (f" and {more:,} more module{'' if more == 1 else 's'}" if more else "")
    stand = "stands" if not more else "stand"
    message = f"{modules} {stand} in {_and([_shown(tree) for tree in trees])}, and every copy is uploaded, "
    message += f"{human(waste)} too much; imported is `{kept[first]}`. "
    message += "; ".join(f"{_shown(tree)} is for {_need(tree)}" for tree in trees)
    if set(trees) == {ROOT, VENDORED}:
        names = [name for names in paths.values() for name in names if spot(name).tree == ROOT]
        top = names[0].partition("/")[0]
        old = posixpath.join(posixpath.relpath(deploy.config.module_root, worker.root), top)
        fix = renamed(deploy, posixpath.normpath(old), f"own_{posixpath.splitext(top)[0]}")
    elif deploy.config.module_root != worker.root:
        root = posixpath.relpath(deploy.config.module_root, worker.root)
        fix = " && ".join(f"rm -r {root}/{tree}" for tree in trees if tree not in {ROOT, VENDORED})
    else:
        names = [module.name for module in deploy.upload.modules if spot(module.name).tree == ROOT]
        fix = narrowed(deploy, names)
    return Finding(message, deploy.place, fix)


def _imported(names: list[str]) -> str:
    """The copy that the runtime imports: facts: python_modules stands before the module root on sys.path."""
    order = {VENDORED: 0, ROOT: 1}
    return min(names, key=lambda name: order.get(spot(name).tree, 2))


def _shown(tree: str) -> str:
    return "the module root" if tree == ROOT else f"`{tree}`"


def _need(tree: str) -> str:
    return next((need for known, need in NEEDED_BY.items() if tree == known or tree.endswith(f"/{known}")), "tools")


def _and(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"
