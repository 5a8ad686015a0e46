"""Conditions of `wrangler_keys.json` on a table, and the kinds of values that it names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.js import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgewheel.wrangler.diagnostics import FieldPath

Value = Any


def is_kind(value: Value, kind: str) -> bool:
    """Whether a value that is there is of a kind of the data's `is`."""
    if "|" in kind:
        return any(is_kind(value, each) for each in kind.split("|"))
    if kind in {"string", "number", "boolean"}:
        return js.typeof(value) == kind
    if kind == "filled":
        return isinstance(value, str) and value != ""
    if kind in {"list", "strings", "numbers"}:
        return isinstance(value, list)
    if kind == "string array":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind in {"null", "true", "whole"}:
        return {"null": value is None, "true": js.is_true(value)}.get(kind, is_whole(value))
    is_object = js.typeof(value) == "object" and value is not None
    return kind == "any" or (is_object and (kind == "object" or not isinstance(value, list)))


def is_whole(value: Value) -> bool:
    """`Number.isInteger(value)`."""
    return js.typeof(value) == "number" and value == value and abs(value) != float("inf") and value == int(value)  # noqa: PLR0124


def holds(path: FieldPath, condition: list[Any]) -> bool:
    """Whether a condition of the data is true of a table; its members are named by paths such as `logs.enabled`."""
    how, of, *more = condition
    if how in {"all", "any", "not"}:
        found = (holds(path, each) for each in condition[1:])
        return not next(found) if how == "not" else all(found) if how == "all" else any(found)
    if how == "has" and "." not in of:  # `in`, which crashes on what is no object
        return js.has(path.value, of)
    value = path.value if of == "." else path.find(of)
    return bool(value == path.find(more[0]) if how == "same" else _TESTS[how](value, *more))


def _is_between(value: Value, low: float | None, high: float | None) -> bool:
    return js.typeof(value) == "number" and (low is None or low <= value) and (high is None or value <= high)


def _is_in(value: Value, choices: list[Any]) -> bool:
    return any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in choices)


#: of one member; `texts`: a table of texts that are not empty, under some names
_TESTS: dict[str, Callable[..., object]] = {
    "has": lambda value: value is not MISSING,
    "is": lambda value, kind: value is not MISSING and is_kind(value, kind),
    "in": _is_in,
    "between": _is_between,
    "match": lambda value, pattern: isinstance(value, str) and re.fullmatch(pattern, value),
    "holds": lambda value, item: isinstance(value, list) and item in value,
    "odd": lambda value, known: isinstance(value, dict) and not set(value) <= set(known),
    "strings": lambda value: isinstance(value, dict) and all(isinstance(each, str) for each in value.values()),
    "texts": lambda value, known: set(value) <= set(known) and all(is_kind(each, "filled") for each in value.values()),
}
