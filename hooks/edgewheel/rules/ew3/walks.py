"""The names that globs are matched against: of the module root, of a staged layout, of python_modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.wrangler import rules as module_rules
from edgewheel.wrangler.config import raw
from edgewheel.wrangler.globs import compile_glob

if TYPE_CHECKING:
    from edgewheel.documents.document import Key
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.globs import Glob
    from edgewheel.wrangler.rules import Active


class Pattern(NamedTuple):
    """One glob of a rule at work; `key` is where it stands in the config, () for wrangler's own."""

    glob: Glob
    type: str
    key: Key


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
