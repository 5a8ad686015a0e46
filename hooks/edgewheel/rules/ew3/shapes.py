"""The shapes that wrangler asks of a config's values, as `data/wrangler_keys.json` tells them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.wrangler.fields import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.documents.document import Key
    from edgewheel.wrangler.fields import Field

#: What a value of a wrong shape leads to.
STOPS = "wrangler refuses the config, and nothing is uploaded"
#: Ends what is wanted of a key that is not there.
MISSING = ", and is missing"
# patterns are compiled where they are used: a hook that finds nothing pays for none
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
#: `%NAME%`, `<NAME>`, `$NAME`, `${NAME}`, `{{ name }}`
_PLACEHOLDER = r"%[A-Za-z_]+%?|<[^<>]+>|\$\{?[A-Za-z_]|\{\{|__[A-Z_]+__"
_WORDS = {
    "string": "a string",
    "boolean": "true or false",
    "number": "a number",
    "strings": "a list of strings",
    "list": "a list",
    "table": "a table",
    "object": "a table",
    "name": "a name of lower-case letters, digits, `-` and `_`",
    "date": "a date in quotes, as `2026-09-08`",
}


class Fault(NamedTuple):
    """A value that wrangler refuses: where it stands, what it must be, and whether a template may still fill it."""

    key: Key
    wanted: str
    is_template: bool


def is_placeholder(text: str) -> bool:
    """Whether a text holds what a template engine may still fill in."""
    return re.search(_PLACEHOLDER, text) is not None


def faults(table: dict[str, Any], version: str, *, top: bool) -> Iterator[Fault]:
    """The values of the top level (or of one environment) that have a wrong shape, those of rules apart."""
    level = known(version).level(top=top)
    yield from _in_table((), {name: value for name, value in table.items() if name != "rules"}, level)


def _faults(key: Key, value: Any, field: Field) -> Iterator[Fault]:  # noqa: ANN401 - any value
    if value is None and field.entry.get("null"):
        return
    if not field.form:
        yield from _of_kind(key, value, field.kind)
    elif field.form == "list":
        yield from _in_list(key, value, field)
    elif not isinstance(value, dict):
        # facts: to wrangler a list is an object too; of vars it asks no more
        if not field.entry.get("loose") and not (key == ("vars",) and isinstance(value, list)):
            yield Fault(key, _WORDS["table"], is_template=False)
    elif field.form == "values":
        for name, inner in value.items():
            yield from _of_kind((*key, name), inner, field.entry["values"])
    else:
        yield from _in_table(key, value, field)


def _in_list(key: Key, value: Any, field: Field) -> Iterator[Fault]:  # noqa: ANN401 - any value
    if not isinstance(value, list):
        yield Fault(key, "a list of tables", is_template=False)
        return
    for at, item in enumerate(value):
        if isinstance(item, dict):
            yield from _in_table((*key, at), item, field)
        else:
            yield Fault((*key, at), _WORDS["table"], is_template=False)


def _in_table(key: Key, value: dict[str, Any], field: Field) -> Iterator[Fault]:
    for member in field.members:
        if member.name in value:
            yield from _faults((*key, member.name), value[member.name], member)
        elif member.needed:
            yield Fault((*key, member.name), f"{_WORDS[member.kind]}{MISSING}", is_template=False)


def _of_kind(key: Key, value: Any, kind: str) -> Iterator[Fault]:  # noqa: ANN401 - any value
    if not _is(value, kind):
        yield Fault(key, _WORDS[kind], isinstance(value, str) and is_placeholder(value))


def unknown(table: dict[str, Any], version: str, *, top: bool) -> Iterator[tuple[Key, bool]]:
    """The keys that wrangler does not know, in the order of the file, and whether a later version does."""
    yield from _unknown((), table, known(version).level(top=top))


def _unknown(key: Key, value: Any, field: Field) -> Iterator[tuple[Key, bool]]:  # noqa: ANN401 - any value
    if field.form == "list" and isinstance(value, list):
        for at, item in enumerate(value):
            yield from _strange((*key, at), item, field)
    elif field.form != "list":
        yield from _strange(key, value, field)


def _strange(key: Key, value: Any, field: Field) -> Iterator[tuple[Key, bool]]:  # noqa: ANN401 - any value
    if not isinstance(value, dict):
        return
    names = field.names
    members = {member.name: member for member in field.members if member.name in value}
    for name, inner in value.items():
        if names is not None and name not in names:
            yield (*key, name), field.is_later(name)
        elif name in members:
            yield from _unknown((*key, name), inner, members[name])


def members(key: Key, version: str, *, top: bool) -> list[str]:
    """The names that a table's keys may have: what stands beside the last step of `key`."""
    field = known(version).level(top=top)
    for step in key[:-1]:
        field = field if isinstance(step, int) else field.member(step)
    return sorted(field.names or ())


def _is(value: Any, kind: str) -> bool:  # noqa: ANN401 - any value
    if kind in {"string", "name", "date"}:
        good = isinstance(value, str)
        if good and kind == "name":
            return _NAME.issuperset(value) and not value.startswith("-")
        return is_date(value) if good and kind == "date" else good
    if kind == "strings":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    kinds: dict[str, tuple[type, ...]] = {
        "boolean": (bool,),
        "number": (int, float),
        "list": (list,),
        "table": (dict,),
        "object": (dict,),
    }
    return kind == "any" or (isinstance(value, kinds[kind]) and not (kind == "number" and isinstance(value, bool)))


def is_date(text: str) -> bool:
    """Whether wrangler takes a text as a date."""
    parts = text.split("-")
    if [len(part) for part in parts] == [4, 2, 2] and "".join(parts).isdigit():
        return "01" <= parts[1] <= "12" and "01" <= parts[2] <= "31"  # nearly every date, and V8 knows no months
    if "\u2013" in text or "\u2014" in text:  # dashes that it refuses by themselves
        return False
    from edgewheel.wrangler import dates

    return dates.is_date(text)


def is_moment(value: object) -> bool:
    """Whether a value is a TOML date or time, for which JSON has no form."""
    return hasattr(value, "isoformat")
