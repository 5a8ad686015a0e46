"""Which module rules are at work, and what wrangler says of those that are not.

facts: wrangler 4.164.0: a rule without `fallthrough = true` completes its type; later rules of that type, wrangler's
own included, are switched off. Both versions look at the rules twice and warn twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.wrangler import js
from edgewheel.wrangler.config import ModuleRule

if TYPE_CHECKING:
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.version import Behavior

#: type of a rule -> type of its modules in the upload
MODULE_TYPES = {
    "ESModule": "esm",
    "CommonJS": "commonjs",
    "CompiledWasm": "compiled-wasm",
    "Data": "buffer",
    "Text": "text",
    "PythonModule": "python",
}
_CURE = (
    "Add `fallthrough = true` to rule to allow next rule to be used or `fallthrough = false` to silence this warning"
)
PYTHON = ModuleRule("PythonModule", ("**/*.py",), text='{"type":"PythonModule","globs":["**/*.py"]}')


class Active(NamedTuple):
    """Rules in wrangler's order; `shadows` pairs each removed rule with the one that completed its type."""

    rules: tuple[ModuleRule, ...]
    removed: tuple[ModuleRule, ...]
    shadows: tuple[tuple[ModuleRule, ModuleRule], ...]
    #: each once; wrangler prints them twice
    warnings: tuple[str, ...]


def defaults(switches: Behavior) -> tuple[ModuleRule, ...]:
    """wrangler's own rules. facts: there is none for json, md, css, jinja2, pyi, so, pyc and toml."""
    text = ("**/*.txt", "**/*.html") + (("**/*.sql",) if switches.sql_default else ())
    return tuple(
        ModuleRule(kind, globs, text=js.stringify({"type": kind, "globs": list(globs)}))
        for kind, globs in (
            ("Text", text),
            ("Data", ("**/*.bin",)),
            ("CompiledWasm", ("**/*.wasm", "**/*.wasm?module")),
        )
    )


def active(config: Config, switches: Behavior) -> Active:
    """The rules of a Python Worker: the user's, the one for `**/*.py`, the defaults."""
    return parse((*config.rules, PYTHON), defaults(switches))


def parse(own: tuple[ModuleRule, ...], default: tuple[ModuleRule, ...]) -> Active:
    """Rules in order, less those whose type an earlier rule has completed."""
    completed: dict[str, ModuleRule] = {}
    kept: list[ModuleRule] = []
    shadows: list[tuple[ModuleRule, ModuleRule]] = []
    for rule in (*own, *default):
        if rule.type in completed:
            shadows.append((rule, completed[rule.type]))
            continue
        kept.append(rule)
        if rule.fallthrough is not True:
            completed[rule.type] = rule
    warnings = [
        _warning(by, [rule for rule, other in shadows if other is by], own)
        for by in completed.values()
        if by.fallthrough is not False and any(other is by for _, other in shadows)
    ]
    return Active(tuple(kept), tuple(rule for rule, _ in shadows), tuple(shadows), tuple(warnings))


def _warning(rule: ModuleRule, ignored: list[ModuleRule], own: tuple[ModuleRule, ...]) -> str:
    lines = (
        f"The module rule {rule.text} does not have a fallback, the following rules will be ignored:",
        *(f"{each.text}{'' if any(each is mine for mine in own) else ' (DEFAULT)'}" for each in ignored),
        _CURE,
    )
    return "\n".join(lines)
