"""The names that globs are matched against: of the module root, of a staged layout, of python_modules."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from edgewheel.findings import CouldNotRun
from edgewheel.rules.ew3.levels import staging_folder
from edgewheel.wrangler import rules as module_rules
from edgewheel.wrangler.config import raw
from edgewheel.wrangler.globs import compile_glob
from edgewheel.wrangler.version import installed, switches
from edgewheel.wrangler.walk import Refused, as_node, files

if TYPE_CHECKING:
    from edgewheel.documents.document import Key
    from edgewheel.repository.worker import Worker
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.globs import Glob
    from edgewheel.wrangler.rules import Active

_KNOWN: WeakKeyDictionary[Worker, dict[str, tuple[str, ...]]] = WeakKeyDictionary()


class Pattern(NamedTuple):
    """One glob of a rule at work; `key` is where it stands in the config, () for wrangler's own."""

    glob: Glob
    type: str
    key: Key


def module_names(worker: Worker, config: Config) -> tuple[str, ...]:
    """The names below the module root, uploaded or not, in wrangler's order; of the layout where main is staged."""
    known = _KNOWN.setdefault(worker, {})
    if config.module_root not in known:
        known[config.module_root] = tuple(_names(worker, config))
    return known[config.module_root]


def _names(worker: Worker, config: Config) -> list[str]:
    if target := staging_folder(worker, config):
        from edgewheel.layout.plan import plan

        inside = posixpath.relpath(config.module_root, target)
        prefix = "" if inside == "." else f"{inside}/"
        try:
            layout = plan(worker)
        except CouldNotRun:  # no entry: that is said by a rule of its own
            return []
        return [file.name.removeprefix(prefix) for file in layout.files if file.name.startswith(prefix)]
    hidden = posixpath.join(config.project_root, ".wrangler")
    try:
        walk = files(worker.disk, config.module_root, without=config.config_path, hidden=hidden)
        return [as_node(name) for name, _, _ in walk]
    except Refused:  # no such folder, or one that cannot be read: said by a rule of its own
        return []


def vendored_names(worker: Worker, config: Config) -> tuple[str, ...]:
    """The names in python_modules, relative to it; none where pywrangler has not made it yet."""
    folder = f"{config.project_root}/python_modules"
    known = _KNOWN.setdefault(worker, {})
    if folder not in known:
        try:
            known[folder] = tuple(as_node(name) for name, _, _ in files(worker.disk, folder))
        except Refused:
            known[folder] = ()
    return known[folder]


def active(worker: Worker, config: Config) -> Active:
    """The rules at work, and those that others switch off, in the version that deploys."""
    return module_rules.active(config, switches(installed(worker)))


def patterns(active_rules: Active) -> tuple[Pattern, ...]:
    """Every glob of the rules at work, in wrangler's order."""
    return tuple(
        Pattern(compile_glob(glob), rule.type, (*rule.key, "globs", at) if rule.key else ())
        for rule in active_rules.rules
        for at, glob in enumerate(rule.globs)
    )


def well_formed(config: Config) -> bool:
    """Whether wrangler takes the rules at all: what it refuses is said by other rules."""
    if not isinstance(raw(config, "rules"), list | None):
        return False
    return all(rule.type in module_rules.MODULE_TYPES and rule.type != "PythonModule" for rule in config.rules)


def some(names: list[str], noun: str = "") -> str:
    """A list of names for a message: the first, and how many more there are."""
    more = len(names) - 1
    return f"`{names[0]}`" + (f" and {more:,} more{f' {noun}' if noun else ''}" if more else "")
