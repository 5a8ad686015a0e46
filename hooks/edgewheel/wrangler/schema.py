"""What one version of wrangler knows of the keys of a config, from `wrangler_keys.json`, and what its words mean."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from edgewheel.data import facts
from edgewheel.wrangler import js
from edgewheel.wrangler.js import MISSING
from edgewheel.wrangler.version import numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgewheel.wrangler.diagnostics import FieldPath

Value = Any
Entry = dict[str, Any]
#: how an entry says that a key holds tables
FORMS = ("table", "list", "single", "bindings")


class Schema:
    """The entries of one version. Plain tables: a hook looks at each of them once, and at few of them closely."""

    def __init__(self, version: str) -> None:
        self.data, self.version = facts("wrangler_keys"), numbers(version)
        self.environment: list[Entry] = self.of(self.data["environment"])
        self.top: list[Entry] = self.of(self.data["top"])
        self.after: list[Entry] = self.of(self.data["after"])
        self.fields: dict[str, Entry] = {each["name"]: each for each in (*self.after, *self.top, *self.environment)}
        self.texts: dict[str, str] = self.data["texts"]

    def of(self, entries: list[Entry]) -> list[Entry]:
        """Those of a list that count."""
        return [each for each in entries if ("from" not in each and "until" not in each) or self.counts(each)]

    def counts(self, entry: Entry) -> bool:
        """Whether an entry is one of the version's: `from` is the first that has it, `until` the first without."""
        if "from" in entry and self.version < numbers(entry["from"]):
            return False
        return "until" not in entry or self.version < numbers(entry["until"])

    def names(self, entries: list[Entry]) -> tuple[str, ...]:
        """The keys that a table may have."""
        names = (each["name"] for each in entries if "name" in each and each.get("known", True) and self.counts(each))
        return tuple(dict.fromkeys(names))

    @cached_property
    def titles(self) -> list[tuple[str, str]]:
        """The kinds of bindings in wrangler's order, with its name for each."""
        return [(each["key"], each["title"]) for each in self.of(self.data["titles"])]


@lru_cache(maxsize=8)
def schema(version: str) -> Schema:
    return Schema(version)


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
