"""Values of a wrong shape, told with what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.data import facts
from edgewheel.findings import Finding
from edgewheel.rules.ew3 import shapes
from edgewheel.rules.ew3.levels import entry
from edgewheel.wrangler.js import stringify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.rules.ew3.levels import Level

_LONGEST = 60


def told(level: Level, fault: shapes.Fault) -> Finding:
    """A fault as a finding."""
    key = (*level.key, *fault.key)
    shown = _shown(level.document.get(*key))
    message = f"`{_dotted(key)}` must be {fault.wanted}: {shapes.STOPS}"
    if shown:
        message = f"`{_dotted(key)}` is `{shown}` and must be {fault.wanted}: {shapes.STOPS}"
    if fault.is_template:
        message = f"`{_dotted(key)}` is the placeholder `{shown}`: wrangler refuses the config unless it is filled in"
    return Finding(message, level.document.place(*key), _fix(level, fault), "warning" if fault.is_template else "")


def moments(level: Level) -> Iterator[Finding]:
    """Dates among the vars, for which JSON has no form."""
    table = level.table.get("vars")
    for name, value in table.items() if isinstance(table, dict) else ():
        if shapes.is_moment(value):
            message = f"`{_dotted((*level.key, 'vars', name))}` is a date without quotes: {shapes.STOPS}"
            yield Finding(message, level.place("vars", name), f'{name} = "{value.isoformat()}"')


def rules(level: Level) -> Iterator[Finding]:
    """What wrangler asks of a rule beside its type (EW302)."""
    rules = level.table.get("rules")
    if rules and not isinstance(rules, list | dict):
        name = _dotted((*level.key, "rules"))
        yield Finding(
            f"`{name}` must be a list of tables: {shapes.STOPS}", level.place("rules"), f"write `{name}` as a list"
        )
    for at, each in enumerate(rules if isinstance(rules, list) else ()):
        name = _dotted((*level.key, "rules", at))
        if not isinstance(each, dict):
            yield Finding(f"`{name}` must be a table: {shapes.STOPS}", level.place("rules", at), f"remove `{name}`")
            continue
        globs = each.get("globs")
        if not isinstance(globs, list) or not all(isinstance(glob, str) for glob in globs):
            fix = entry(level.document, "globs", [globs] if isinstance(globs, str) else ["**/*.md"])
            yield Finding(
                f"`{name}.globs` must be a list of strings: {shapes.STOPS}", level.place("rules", at, "globs"), fix
            )
        if "fallthrough" in each and not isinstance(each["fallthrough"], bool):
            fix = entry(level.document, "fallthrough", value=True)
            place = level.place("rules", at, "fallthrough")
            yield Finding(f"`{name}.fallthrough` must be true or false: {shapes.STOPS}", place, fix)


def _fix(level: Level, fault: shapes.Fault) -> str:
    """The same value in the right form, where it is clear; else what to write."""
    value = level.document.get(*level.key, *fault.key)
    name = str(fault.key[-1])
    right = _date(value) if fault.wanted.startswith("a date") else _meant(fault.wanted, value)
    if right is not None:
        return entry(level.document, name, right)
    if fault.wanted.startswith("true"):
        return entry(level.document, name, value=True)
    if fault.wanted.startswith("a string"):
        return entry(level.document, name, name.upper() if value is None else "…")
    dotted = _dotted((*level.key, *fault.key))
    line = level.document.line_text(level.document.place(*level.key, *fault.key).line)
    if fault.wanted == "a list of tables" and line.lstrip().startswith("["):
        return f"write `[[{dotted}]]`"
    return f"write `{dotted}` as {fault.wanted.removesuffix(shapes.MISSING)}"


def plain_name(text: str) -> str:
    """A name for a Worker that is like the text."""
    plain = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in text.lower())
    return plain.strip("-") or "worker"


def _date(value: object) -> str:
    if shapes.is_moment(value):
        return str(value)[: len("2026-09-08")]
    plain = str(value).replace("\u2013", "-").replace("\u2014", "-")
    if plain.isdigit():
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:8]}"
    is_whole = len(plain) == len("2026-09-08") and shapes.is_date(plain)
    return plain if is_whole else str(facts("wrangler_versions")["as_of"])


def _meant(wanted: str, value: Any) -> Any:  # noqa: ANN401 - any value
    """What a value of the wrong type says all the same, None where that is not clear."""
    if wanted.startswith("a name"):
        return plain_name(str(value))
    if wanted == "a list" and isinstance(value, str):
        return [value]
    if wanted.startswith("a list of strings") and (isinstance(value, str) or (value and isinstance(value, dict))):
        return [value] if isinstance(value, str) else list(value)
    if wanted.startswith("true") and str(value).lower() in {"true", "false"}:
        return str(value).lower() == "true"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if wanted == "a string" and is_number else None


def _dotted(key: tuple[str | int, ...]) -> str:
    text = ""
    for step in key:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")


def _shown(value: object) -> str:
    if value is None:
        return ""
    text = stringify(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
