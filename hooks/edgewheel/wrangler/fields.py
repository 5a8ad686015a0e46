"""What wrangler knows of its own keys, from `wrangler_fields.json`, for one version."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from edgewheel.data import facts
from edgewheel.wrangler.version import numbers


class Field(NamedTuple):
    """A key of an environment. An environment has to repeat a key that is its `own`; others it inherits."""

    name: str
    own: bool = False
    check: str = ""
    choices: tuple[str, ...] = ()


class Known(NamedTuple):
    """One version's keys. `environment` is in the order in which wrangler looks at them."""

    environment: tuple[Field, ...]
    #: key of the top level alone -> its type
    top: tuple[tuple[str, str], ...]
    top_names: frozenset[str]
    tables: dict[str, dict[str, Any]]
    bindings: dict[str, dict[str, Any]]
    #: keys that are one binding
    singles: frozenset[str]
    #: kind of binding -> wrangler's name for it
    titles: dict[str, str]


@lru_cache(maxsize=8)
def known(version: str) -> Known:
    data = pick(facts("wrangler_fields"), numbers(version))
    environment = tuple(map(_field, data["environment"]))
    names = {field.name for field in environment} | set(data["top_names"])
    return Known(
        environment,
        tuple((each["name"], each["check"]) for each in data["top"]),
        frozenset(names),
        data["tables"],
        data["bindings"],
        frozenset(data["singles"]),
        {each["key"]: each["title"] for each in data["titles"]},
    )


def _field(entry: Any) -> Field:  # noqa: ANN401 - a name, or a table with one
    if isinstance(entry, str):
        return Field(entry)
    return Field(entry["name"], entry.get("own", False), entry.get("check", ""), tuple(entry.get("choices", ())))


def pick(value: Any, version: tuple[int, ...]) -> Any:  # noqa: ANN401 - any JSON value
    """The entries that count for a version: those with `from` above it or `until` at or below it are left out;
    what is left of an entry with nothing else but a name is the name.
    """
    if isinstance(value, list):
        return [_bare(pick(item, version)) for item in value if _counts(item, version)]
    if isinstance(value, dict):
        return {key: pick(item, version) for key, item in value.items() if _counts(item, version)}
    return value


def _counts(item: Any, version: tuple[int, ...]) -> bool:  # noqa: ANN401
    if not isinstance(item, dict):
        return True
    first, end = item.get("from"), item.get("until")
    return not (isinstance(first, str) and version < numbers(first)) and not (
        isinstance(end, str) and version >= numbers(end)
    )


def _bare(item: Any) -> Any:  # noqa: ANN401
    return (
        item["name"] if isinstance(item, dict) and set(item) <= {"name", "from", "until"} and "name" in item else item
    )
