"""The shapes that wrangler asks of a config's values, as `data/wrangler_values.json` tells them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.data import facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.text.document import Key

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


def fields(*, top: bool) -> dict[str, Any]:
    """The shapes of the keys that the top level (or an environment) may have."""
    known = facts("wrangler_values")
    both: dict[str, Any] = known["both"]
    return {**both, **known["top"]} if top else both


def faults(table: dict[str, Any], *, top: bool) -> Iterator[Fault]:
    """The values of the top level (or of one environment) that have a wrong shape, those of rules apart."""
    shapes = fields(top=top)
    for name, value in table.items():
        if (
            name in shapes
            and name != "rules"
            and not (value is None and name in _EMPTY)
            and not (value == "" and name in _UNSET)
        ):
            yield from _faults((name,), value, shapes[name])


#: What wrangler takes as not written at all: null, and an empty text.
_EMPTY = {"rules", "build", "dev", "triggers", "exports", "migrations", "tail_consumers", "streaming_tail_consumers"}
_UNSET = {"account_id", "route"}


def _faults(key: Key, value: Any, shape: Any) -> Iterator[Fault]:  # noqa: ANN401 - any value, any shape
    if isinstance(shape, str):
        kind = shape.removesuffix("?")
        if not _is(value, kind):
            yield Fault(key, _WORDS[kind], isinstance(value, str) and is_placeholder(value))
        return
    if isinstance(shape, list):
        if not isinstance(value, list):
            yield Fault(key, "a list of tables", is_template=False)
            return
        for at, item in enumerate(value):
            yield from _faults((*key, at), item, shape[0])
        return
    if isinstance(value, dict):
        yield from _in_table(key, value, shape)
    else:
        yield Fault(key, _WORDS["table"], is_template=False)


def _in_table(key: Key, value: dict[str, Any], shape: dict[str, Any]) -> Iterator[Fault]:
    for name, inner in shape.items():
        if name in value:
            yield from _faults((*key, name), value[name], inner)
        elif isinstance(inner, str) and name != "*" and inner != "any" and not inner.endswith("?"):
            yield Fault((*key, name), f"{_WORDS[inner]}, and is missing", is_template=False)
    for name in value if "*" in shape else ():
        if name not in shape:
            yield from _faults((*key, name), value[name], shape["*"])


def unknown(table: dict[str, Any], *, top: bool) -> Iterator[Key]:
    """The keys that wrangler does not know, in the order of the file."""
    shapes = fields(top=top)
    for name, value in table.items():
        if name in shapes:
            yield from _unknown((name,), value, shapes[name])
        else:
            yield (name,)


def newer(table: dict[str, Any], version: str, *, top: bool) -> Iterator[str]:
    """The keys that only later versions than this one know."""
    if version == facts("wrangler_versions")["newest"]:
        return
    from edgewheel.wrangler.fields import known

    names = known(version).top_names if top else {field.name for field in known(version).environment}
    yield from (name for name in table if name in fields(top=top) and name not in names)


def _unknown(key: Key, value: Any, shape: Any) -> Iterator[Key]:  # noqa: ANN401 - any value, any shape
    if isinstance(shape, list) and isinstance(value, list):
        for at, item in enumerate(value):
            yield from _unknown((*key, at), item, shape[0])
    elif isinstance(shape, dict) and isinstance(value, dict):
        for name, inner in value.items():
            if name in shape:
                yield from _unknown((*key, name), inner, shape[name])
            elif "*" not in shape:
                yield (*key, name)


def members(key: Key, *, top: bool) -> list[str]:
    """The names that a table's keys may have: what stands beside the last step of `key`."""
    shape: Any = fields(top=top)
    for step in key[:-1]:
        shape = shape[0] if isinstance(shape, list) else shape[step]
    return [name for name in shape if name != "*"]


def _is(value: Any, kind: str) -> bool:  # noqa: ANN401 - any value
    if kind in {"string", "name", "date"}:
        good = isinstance(value, str)
        if good and kind == "name":
            return _NAME.issuperset(value) and not value.startswith("-")
        return is_date(value) if good and kind == "date" else good
    if kind == "strings":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    kinds: dict[str, tuple[type, ...]] = {"boolean": (bool,), "number": (int, float), "list": (list,), "table": (dict,)}
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
