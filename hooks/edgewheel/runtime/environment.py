"""What a Worker's `env` and compatibility flags are at its start, by the config of one environment.

facts: acceptance 6: bindings are not inherited by environments; secrets are in no config, their names in `.dev.vars`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.data import facts
from edgewheel.runtime.python import is_on

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

#: The keys of wrangler's that an environment inherits and that matter at the start.
_INHERITED = ("name", "triggers", "secrets")
_TEXT = "edgewheel"


def scope(data: Mapping[str, Any], env: str | None) -> dict[str, Any]:
    """The tables of a config that count for one environment (None or "": the top level)."""
    if not env:
        return dict(data)
    tables = data.get("env")
    own = tables.get(env) if isinstance(tables, dict) else None
    above = {key: data[key] for key in _INHERITED if key in data}
    return {**above, **(own if isinstance(own, dict) else {})}


def active(date: str, flags: Collection[str]) -> tuple[str, ...]:
    """The compatibility flags that are on, by name or by date."""
    dated = (row["flag"] for row in facts("pythons")["flags"] if is_on(row["flag"], date, flags))
    return tuple(sorted({*dated, *flags}))


def values(tables: Mapping[str, Any], secrets: Iterable[str]) -> dict[str, Any]:
    """What `env` has: variables with their values, a text for each secret, None for any other binding."""
    given = tables.get("vars")
    found: dict[str, Any] = dict.fromkeys(bindings(tables))
    wanted = tables.get("secrets")
    required = wanted.get("required") if isinstance(wanted, dict) else None
    found.update(dict.fromkeys((*secrets, *(required if isinstance(required, list) else ())), _TEXT))
    found.update(given if isinstance(given, dict) else {})
    return {name: value for name, value in found.items() if isinstance(name, str)}


def bindings(tables: Mapping[str, Any]) -> Iterator[str]:
    """The names of the bindings in the tables of one environment, variables left out."""
    for key, value in tables.items():
        if key in {"env", "vars", "migrations", "rules"}:
            continue
        for inner in (value, *(value.values() if isinstance(value, dict) else ())):
            for each in inner if isinstance(inner, list) else [inner]:
                if isinstance(each, dict):
                    name = each.get("binding", each.get("name") if key == "durable_objects" else None)
                    if isinstance(name, str):
                        yield name
