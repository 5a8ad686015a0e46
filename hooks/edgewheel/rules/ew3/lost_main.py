"""EW311: a main that is not there, or not the module that is uploaded."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.repository.walk import BadLink
from edgewheel.rules.ew3.levels import entry
from edgewheel.rules.ew3.other_mains import meant
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.wrangler.config import Config

#: What `edgewheel stage` names the generated entry.
_ENTRY = "worker.py"


@rule("EW311", "worker-wrangler-config")
def lost_main(deploys: Deploys) -> Iterator[Finding]:
    """A `main` that does not exist, is never staged, lies outside `base_dir`, or is replaced by a module of its name.

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
    for deploy in deploys:
        if _staged(deploy):
            yield from _unstageable(deploy)
        elif why := _never_staged(deploy):
            yield why
        elif deploy.worker.disk.kind(deploy.config.main_path) not in {"file", "link-broken"}:  # EW406
            yield from _missing(deploy)
        elif deploy.config.base_dir and not deploy.worker.disk.is_dir(deploy.config.module_root):
            base = deploy.config.base_dir
            message = f"`base_dir` is `{base}`, which is not a folder: wrangler stops and uploads nothing"
            yield Finding(message, deploy.config.place("base_dir"), _own_folder(deploy.config))
        elif deploy.config.base_dir and not _is_main_only(deploy):
            yield from _beside(deploy)


def _never_staged(deploy: Deploy) -> Finding | None:
    """A `[build] command` that names `edgewheel stage`, and with which no shell comes to it."""
    config = deploy.config
    if not config.build_command or config.main_path != deploy.worker.path(f"{deploy.worker.settings.stage}/{_ENTRY}"):
        return None
    from edgewheel.wrangler.shell import never_stages

    if not (why := never_stages(config.build_command)):
        return None
    message = f"`[build] command` never runs `edgewheel stage`: {why}. wrangler uploads what an earlier run left in "
    message += f"`{deploy.worker.settings.stage}`, or stops where that is empty"
    return Finding(message, config.place("build", "command"), 'command = "edgewheel stage"')


def _unstageable(deploy: Deploy) -> Iterator[Finding]:
    worker = deploy.worker
    fault = deploy.deploys.layout_fault
    if fault is not None and not isinstance(fault, BadLink):  # EW406, at the link
        why, fix = _cause_and_cure(str(fault))
        message = f"`{deploy.config.main}` cannot be staged, and nothing is uploaded: {why}"
        place, wrong = deploy.config.place("main"), worker.settings.entry
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


def _missing(deploy: Deploy) -> Iterator[Finding]:
    staged = posixpath.join(deploy.worker.settings.stage, _ENTRY)
    if deploy.is_built_elsewhere:  # somebody else's command makes it, or does not: that is not known here
        return
    message = f"`{deploy.config.main}` does not exist: wrangler stops with `The entry-point file … was not found`"
    if deploy.worker.disk.is_dir(deploy.config.main_path):
        message = f"`{deploy.config.main}` is a folder: wrangler stops with `EISDIR: illegal operation on a directory`"
    if deploy.config.build_command:
        message = (
            f"`{deploy.config.main}` is not what `{deploy.config.build_command}` writes: wrangler finds no entry point"
        )
        fix = entry(deploy.config.document, "main", staged)
    elif deploy.config.main_path == deploy.worker.path(staged):
        fix = _command(deploy.config)
    else:
        near = meant(deploy.worker, deploy.config.main_path, posixpath.dirname(deploy.config.config_path))
        fix = entry(deploy.config.document, "main", near) if near else f"create {deploy.config.main}"
    yield Finding(message, deploy.config.place("main"), fix)


def _beside(deploy: Deploy) -> Iterator[Finding]:
    name = posixpath.basename(deploy.config.main_path)
    root = deploy.config.module_root.rstrip("/")
    other = f"{root}/{name}"
    if other != deploy.config.main_path and deploy.worker.disk.is_file(other):
        shown = posixpath.relpath(other, posixpath.dirname(deploy.config.config_path))
        message = (
            f"`{shown}` replaces main `{deploy.config.main}` in the upload, for both are named `{name}`: the Worker "
        )
        message += f"runs `{shown}`"
        fix = f"mv {shown} {posixpath.join(posixpath.dirname(shown), _new(name))}"
        yield Finding(message, deploy.config.place("main"), fix)
    elif deploy.config.leaves_main_out:
        message = f"`{deploy.config.main}` lies outside `base_dir`, `{deploy.config.base_dir}`: "
        message += "the modules beside it are not uploaded"
        yield Finding(message, deploy.config.place("base_dir"), _own_folder(deploy.config))


def _new(name: str) -> str:
    return f"{name.removesuffix('.py')}_module.py"


def _own_folder(config: Config) -> str:
    """The `base_dir` that holds main and what stands beside it."""
    return entry(config.document, "base_dir", posixpath.dirname(config.main) or ".")


def _is_main_only(deploy: Deploy) -> bool:
    only = deploy.config.find_additional_modules is False
    return only and deploy.behavior.find_modules_optional


def _staged(deploy: Deploy) -> bool:
    """Whether main is what `edgewheel stage` writes before wrangler looks for it."""
    target = deploy.target
    return bool(target) and deploy.config.main_path == f"{target}/{_ENTRY}"


def _command(config: Config) -> str:
    if config.document.path.endswith(".toml"):
        return '[build]\ncommand = "edgewheel stage"'
    return '"build": {"command": "edgewheel stage"}'
