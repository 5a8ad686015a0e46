"""EW314: configs that stand in each other's way."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.documents.paths import quoted
from edgewheel.findings import Finding, Place
from edgewheel.repository.worker import CONFIG_NAMES
from edgewheel.rules.ew3.levels import entry
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.repository.worker import Worker

#: The configs that pywrangler looks for beside pyproject.toml.
_PYWRANGLERS = ("wrangler.toml", "wrangler.jsonc")


@rule("EW314", "worker-wrangler-config")
def competing_configs(deploys: Deploys) -> Iterator[Finding]:
    """Several wrangler configs of which wrangler and pywrangler take different ones, or one in a parent folder that
    wins.

    Workers: wrangler looks upwards for `wrangler.json`, then for `wrangler.jsonc`, then for `wrangler.toml`, so that a
    `wrangler.json` two folders up comes before a `wrangler.toml` right here. pywrangler takes `wrangler.toml` before
    `wrangler.jsonc` and does not know `wrangler.json`: it vendors packages for the dates and flags of another config.

    Fix: keep one config, beside pyproject.toml.

    Bad:
        wrangler.toml
        wrangler.jsonc

    Good:
        wrangler.toml
    """
    worker = deploys.worker
    if worker.config.path not in worker.config_paths:  # one that was named: nothing is searched for
        return
    chosen, *others = (posixpath.basename(path) for path in worker.config_paths)
    if others and (python := _left_out(worker)):
        message = f"`{chosen}` and `{python}` both exist: wrangler uses `{chosen}`, whose main is not Python"
        message += f", so that the Python Worker of `{python}` is never deployed"
        deploy = "pywrangler" if uses_pywrangler(worker) else "wrangler"
        yield Finding(message, Place(worker.path(python), 1, 1), f"{deploy} deploy --config {python}")
    elif others:
        theirs = next(name for name in ("wrangler.toml", "wrangler.jsonc") if name in {chosen, *others})
        exist = "both exist" if len(others) == 1 else "all exist"
        message = f"`{chosen}` and `{'`, `'.join(others)}` {exist}: wrangler uses `{chosen}`"
        message += f", pywrangler vendors packages by `{theirs}`" if theirs != chosen else ", the rest is ignored"
        yield Finding(message, Place(worker.path(others[-1]), 1, 1), "\n".join(f"rm {name}" for name in others))
    elif chosen == "wrangler.json" and (uses_pywrangler(worker) or _has_dependencies(worker)):
        message = (
            "pywrangler does not know `wrangler.json`: it finds no config here, vendors nothing and does not deploy"
        )
        level = "" if uses_pywrangler(worker) else "warning"
        yield Finding(message, Place(worker.config.path, 1, 1), "mv wrangler.json wrangler.jsonc", level)
    yield from _apart(worker)
    if above := _above(worker, chosen):
        shown = posixpath.relpath(above, worker.root)
        message = f"`{shown}` comes before `{chosen}` when wrangler looks for its config here: it deploys by `{shown}`"
        yield Finding(message, Place(worker.config.path, 1, 1), f"wrangler deploy --config {chosen}")


def _apart(worker: Worker) -> Iterator[Finding]:
    """facts: pywrangler looks for the wrangler config beside the nearest pyproject.toml alone."""
    pyproject = worker.pyproject
    if pyproject is None or not uses_pywrangler(worker):
        return
    folder = posixpath.dirname(pyproject.path)
    if folder != worker.root and not any(worker.disk.is_file(f"{folder}/{name}") for name in _PYWRANGLERS):
        shown = posixpath.relpath(pyproject.path, worker.root)
        config = posixpath.basename(worker.config.path)
        message = (
            f"`{config}` is not beside `{shown}`, where pywrangler looks for it: wrangler deploys, pywrangler stops"
        )
        yield Finding(message, Place(worker.config.path, 1, 1), _moved(worker, posixpath.relpath(folder, worker.root)))


def _moved(worker: Worker, folder: str) -> str:
    """Up to the pyproject.toml, and the paths that the config holds with it."""
    name, toml = posixpath.basename(worker.config.path), worker.config.path.endswith(".toml")
    up, below = posixpath.join(folder, name), posixpath.relpath(worker.root, posixpath.join(worker.root, folder))
    lines = [f"mv {quoted(name)} {folder}/"]
    for key in (("main",), ("base_dir",), ("assets", "directory")):
        path = worker.config.get(*key)
        if isinstance(path, str):
            old, new = (entry(worker.config, key[-1], each) for each in (path, posixpath.join(below, path)))
            lines += [f"{'#' if toml else '//'} {up}, instead of {old}", new + ("" if toml else ",")]
    return "\n".join(lines)


def _has_dependencies(worker: Worker) -> bool:
    return bool(worker.pyproject and worker.pyproject.get("project", "dependencies"))


def _left_out(worker: Worker) -> str:
    """The first config with a Python main, where wrangler's choice has another language's; "" for none."""
    mains = [(path, worker.document(path).data.get("main")) for path in worker.config_paths]
    if not isinstance(mains[0][1], str) or mains[0][1].endswith(".py"):
        return ""
    return next(
        (posixpath.basename(path) for path, main in mains if isinstance(main, str) and main.endswith(".py")), ""
    )


def uses_pywrangler(worker: Worker) -> bool:
    """Whether the project requires pywrangler (package workers-py) or names it in a script or task."""
    text = worker.pyproject.text if worker.pyproject else ""
    return "workers-py" in text or "pywrangler" in text


def _above(worker: Worker, chosen: str) -> str:
    """The config in a parent folder that wrangler finds before the one that stands here, "" for none."""
    for name in CONFIG_NAMES[: CONFIG_NAMES.index(chosen)]:
        folder = posixpath.dirname(worker.root)
        while True:
            if worker.disk.is_file(posixpath.join(folder, name)):
                return posixpath.join(folder, name)
            if folder == posixpath.dirname(folder):
                break
            folder = posixpath.dirname(folder)
    return ""
