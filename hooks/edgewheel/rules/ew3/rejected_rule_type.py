"""EW302: module rules that wrangler refuses or never sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.findings import Finding
from edgewheel.rules.ew3.levels import entry, levels
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.rules.ew3.levels import Scope

TYPES = ("ESModule", "CommonJS", "CompiledWasm", "Text", "Data")
_PYTHON = "delete this rule: wrangler uploads every `.py` below the module root by itself"


@rule("EW302", "worker-wrangler-config")
def rejected_rule_type(deploys: Deploys) -> Iterator[Finding]:
    """A module rule of a type that wrangler rejects, or `[rules]` or `[rule]` where it reads `[[rules]]`.

    Workers: wrangler stops with `bindings should have a string "type" field`, for `PythonModule` and
    `CompiledPython` too: `.py` files need no rule. `[rules]` crashes it; `[rule]` is ignored.

    Fix: delete a rule for Python files. For others the types are ESModule, CommonJS, CompiledWasm, Text and Data.

    Bad:
        [[rules]]
        type = "PythonModule"
        globs = ["**/*.py"]

    Good:
        [[rules]]
        type = "Text"
        globs = ["**/*.md"]
        fallthrough = true
    """
    for level in levels(deploys):
        yield from _of_rules(level)
        if "rule" in level.table:
            name = level.name("rule", array=isinstance(level.table["rule"], list))
            right = level.name("rules", array=True)
            message = f"`{name}` is ignored by wrangler, which reads `{right}`: no file is uploaded for it"
            yield Finding(message, level.place("rule"), f"rename it to {right}")


def _of_rules(level: Scope) -> Iterator[Finding]:
    rules = level.table.get("rules")
    if isinstance(rules, dict) and rules:
        right = level.name("rules", array=True)
        message = f"`{level.name('rules')}` is a table where wrangler wants a list: it stops with "
        message += "`config2.rules.some is not a function`, and nothing is uploaded"
        fix = (
            f"write {right}"
            if level.document.path.endswith(".toml")
            else "put the table of `rules` into a list: `[{ … }]`"
        )
        yield Finding(message, level.place("rules"), fix)
    for at, each in enumerate(rules if isinstance(rules, list) else ()):
        if isinstance(each, dict) and each.get("type") not in TYPES:
            yield _wrong_type(level, at, each)


def _wrong_type(level: Scope, at: int, each: dict[str, Any]) -> Finding:
    given = each.get("type")
    globs = each.get("globs")
    words = ", ".join(TYPES)
    consequence = 'wrangler stops with `bindings should have a string "type" field`, and nothing is uploaded'
    if "type" not in each:
        return Finding(f"a rule without a `type`: {consequence}", level.place("rules", at), _typed(level, globs))
    place = level.place("rules", at, "type")
    message = f"`{given}` is not a rule type ({words}): {consequence}"
    if isinstance(given, str) and "python" in given.lower():
        return Finding(message, place, _PYTHON)
    close = next((known for known in TYPES if known.lower() == str(given).lower()), "")
    return Finding(message, place, entry(level.document, "type", close) if close else _typed(level, globs))


def _typed(level: Scope, globs: Any) -> str:  # noqa: ANN401 - whatever stands in the config
    """The type that the globs ask for."""
    ends = [glob for glob in globs if isinstance(glob, str)] if isinstance(globs, list) else []
    if ends and all(glob.endswith(".py") for glob in ends):
        return _PYTHON
    kinds = {".wasm": "CompiledWasm", ".mjs": "ESModule", ".js": "ESModule", ".cjs": "CommonJS", ".bin": "Data"}
    kind = next((kinds[end] for end in kinds if ends and all(glob.endswith(end) for glob in ends)), "Text")
    return entry(level.document, "type", kind)
