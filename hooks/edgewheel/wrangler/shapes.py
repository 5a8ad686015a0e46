"""The small checks that wrangler makes on one value, each with its own words. All return whether the value is good.

facts: wrangler 4.42.2 and 4.164.0. A value that is not there is `MISSING`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from edgewheel.wrangler.dates import is_date
from edgewheel.wrangler.notes import MISSING, kind, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edgewheel.wrangler.fields import Field
    from edgewheel.wrangler.notes import Notes

_NAME = re.compile(r"|[a-z0-9_][a-z0-9-_]*")
_DASHES = ("\u2013", "\u2014")
_TYPES = {"string", "boolean", "number", "object"}
Value = Any


def string(notes: Notes, field: str, value: Value) -> bool:
    return _typed(notes, field, value, "string")


def boolean(notes: Notes, field: str, value: Value) -> bool:
    return _typed(notes, field, value, "boolean")


def strings(notes: Notes, field: str, value: Value) -> bool:
    if value is MISSING or (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        return True
    notes.errors.append(f'Expected "{field}" to be of type string array but got {shown(value)}.')
    return False


def name(notes: Notes, field: str, value: Value) -> bool:
    if value is MISSING or (isinstance(value, str) and _NAME.fullmatch(value)):
        return True
    notes.errors.append(
        f'Expected "{field}" to be of type string, alphanumeric and lowercase with dashes only but got {shown(value)}.'
    )
    return False


def date(notes: Notes, field: str, value: Value) -> bool:
    if value is MISSING:
        return True
    if not string(notes, field, value):
        return False
    before = len(notes.errors)
    if any(dash in value for dash in _DASHES):
        notes.errors.append(
            f'"{field}" field should use ISO-8601 accepted hyphens (-) rather than '
            "en-dashes (\u2013) or em-dashes (\u2014)."
        )
    if not is_date(value.replace(_DASHES[0], "-").replace(_DASHES[1], "-")):
        notes.errors.append(f'"{field}" field should be a valid ISO-8601 date (YYYY-MM-DD), but got {shown(value)}.')
    return len(notes.errors) == before


def one_of(choices: Sequence[str]) -> Callable[[Notes, str, Value], bool]:
    def check(notes: Notes, field: str, value: Value) -> bool:
        if value is MISSING or value in choices:
            return True
        notes.errors.append(f'Expected "{field}" field to be one of {shown(list(choices))} but got {shown(value)}.')
        return False

    return check


def required(notes: Notes, field: str, value: Value, of: str, choices: Sequence[str] = ()) -> bool:
    """A key of a table, named in full; `of` is JavaScript's type."""
    if value is MISSING:
        notes.errors.append(f'"{field}" is a required field.')
        return False
    if not _typed(notes, field, value, of):
        return False
    return one_of(choices)(notes, field, value) if choices else True


def optional(notes: Notes, field: str, value: Value, of: str, choices: Sequence[str] = ()) -> bool:
    return value is MISSING or required(notes, field, value, of, choices)


def array(notes: Notes, field: str, value: Value, of: str = "string") -> bool:
    """A list whose items all have one type; a missing one is an error too."""
    if not isinstance(value, list):
        notes.errors.append(f'Expected "{field}" to be an array of {of}s but got {shown(value)}')
        return False
    before = len(notes.errors)
    for at, item in enumerate(value):
        required(notes, f"{field}.[{at}]", item, of)
    return len(notes.errors) == before


def optional_array(notes: Notes, field: str, value: Value, of: str = "string") -> bool:
    return value is MISSING or array(notes, field, value, of)


def table(notes: Notes, path: str, value: dict[str, Any], field: Field, where: str = "") -> None:
    """A table by its members: each that has a type of JavaScript's, then unknown keys, said to be in `where`."""
    for member in field.members:
        if member.kind in _TYPES:
            check = required if member.needed else optional
            check(notes, f"{path}.{member.name}", value.get(member.name, MISSING), member.kind, member.choices)
    notes.unexpected(where or path, value, field.names)


def _typed(notes: Notes, field: str, value: Value, of: str) -> bool:
    if value is MISSING or kind(value) == of:
        return True
    notes.errors.append(f'Expected "{field}" to be of type {of} but got {shown(value)}.')
    return False
