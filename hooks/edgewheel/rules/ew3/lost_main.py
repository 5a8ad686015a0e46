"""EW311: a main that is not there, or not the module that is uploaded."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun, Finding
from edgewheel.rules.ew3.levels import configs, entry, is_built_elsewhere, staging_folder
from edgewheel.rules.ew3.other_mains import meant
from edgewheel.rules.registry import rule
from edgewheel.wrangler.version import installed, switches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.worker import Worker
    from edgewheel.wrangler.config import Config

#: What `edgewheel stage` names the generated entry.
_ENTRY = "worker.py"


@rule("EW311", "worker-wrangler-config")
def lost_main(worker: Worker) -> Iterator[Finding]:
    """A `main` that does not exist, lies outside `base_dir`, or is replaced by another module of its name.

    Workers: main is uploaded under its bare file name. A missing one stops the deploy; beside one outside
    `base_dir` its neighbours are not uploaded; and a module of the same name in `base_dir` takes its place without a
    word: the Worker runs that one.

    Fix: point `main` to the file, `base_dir` to a folder around it, and keep the file's name free in that folder.

    Bad:
        main = "src/main.py"
        base_dir = "lib"

    Good:
        main = "src/main.py"
    """
    for config in configs(worker):
        if _staged(worker, config):
            yield from _unstageable(worker, config)
        elif worker.disk.kind(config.main_path) != "file":
            yield from _missing(worker, config)
        elif config.base_dir and not worker.disk.is_dir(config.module_root):
            message = f"`base_dir` is `{config.base_dir}`, which is no folder: wrangler stops, and nothing is uploaded"
            yield Finding(message, config.place("base_dir"), _own_folder(config))
        elif config.base_dir and not _is_main_only(worker, config):
            yield from _beside(worker, config)


def _unstageable(worker: Worker, config: Config) -> Iterator[Finding]:
    from edgewheel.layout.plan import plan

    try:
        plan(worker)
    except CouldNotRun as error:
        why, fix = _cause_and_cure(str(error))
        message = f"`{config.main}` cannot be staged, and nothing is uploaded: {why}"
        place, wrong = config.place("main"), worker.settings.entry
        if wrong and worker.pyproject is not None and not worker.disk.is_file(worker.path(wrong)):
            place = worker.pyproject.place("tool", "edgewheel", "entry")
            near = meant(worker, worker.path(wrong), worker.root)
            fix = f'entry = "{near}"' if near else f"create {wrong}"
        yield Finding(message, place, fix)


def _cause_and_cure(text: str) -> tuple[str, str]:
    """What the layout says, parted before the lines to paste, or before its last sentence, which says what to do."""
    why, _, lines = text.partition(" in pyproject.toml:\n")
    if lines:
        return f"{why.rstrip(',')} in pyproject.toml", f"# pyproject.toml\n{lines}"
    why, _, advice = text.rpartition(". ")
    return (why, advice) if why else (text, "correct `[tool.edgewheel]` in pyproject.toml")


def _missing(worker: Worker, config: Config) -> Iterator[Finding]:
    staged = posixpath.join(worker.settings.stage, _ENTRY)
    if is_built_elsewhere(config):  # somebody else's command makes it, or does not: that is not known here
        return
    message = f"`{config.main}` does not exist: wrangler stops with `The entry-point file … was not found`"
    if worker.disk.is_dir(config.main_path):
        message = f"`{config.main}` is a folder: wrangler stops with `EISDIR: illegal operation on a directory`"
    if config.build_command:
        message = f"`{config.main}` is not what `{config.build_command}` writes: wrangler finds no entry point"
        fix = entry(config.document, "main", staged)
    elif config.main_path == worker.path(staged):
        fix = _command(config)
    else:
        near = meant(worker, config.main_path, posixpath.dirname(config.config_path))
        fix = entry(config.document, "main", near) if near else f"create {config.main}"
    yield Finding(message, config.place("main"), fix)


def _beside(worker: Worker, config: Config) -> Iterator[Finding]:
    name = posixpath.basename(config.main_path)
    root = config.module_root.rstrip("/")
    other = f"{root}/{name}"
    if other != config.main_path and worker.disk.is_file(other):
        shown = posixpath.relpath(other, posixpath.dirname(config.config_path))
        message = f"`{shown}` replaces main `{config.main}` in the upload, for both are named `{name}`: the Worker "
        message += f"runs `{shown}`"
        fix = f"mv {shown} {posixpath.join(posixpath.dirname(shown), _new(name))}"
        yield Finding(message, config.place("main"), fix)
    elif config.leaves_main_out:
        message = (
            f"`{config.main}` lies outside `base_dir`, `{config.base_dir}`: the modules beside it are not uploaded"
        )
        yield Finding(message, config.place("base_dir"), _own_folder(config))


def _new(name: str) -> str:
    return f"{name.removesuffix('.py')}_module.py"


def _own_folder(config: Config) -> str:
    """The `base_dir` that holds main and what stands beside it."""
    return entry(config.document, "base_dir", posixpath.dirname(config.main) or ".")


def _is_main_only(worker: Worker, config: Config) -> bool:
    only = config.find_additional_modules is False
    return only and switches(installed(worker)).find_modules_optional


def _staged(worker: Worker, config: Config) -> bool:
    """Whether main is what `edgewheel stage` writes before wrangler looks for it."""
    target = staging_folder(worker, config)
    return bool(target) and config.main_path == f"{target}/{_ENTRY}"


def _command(config: Config) -> str:
    if config.document.path.endswith(".toml"):
        return '[build]\ncommand = "edgewheel stage"'
    return '"build": {"command": "edgewheel stage"}'
