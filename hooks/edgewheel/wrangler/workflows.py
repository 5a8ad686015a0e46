"""wrangler's checks of Workflows, as bindings and in `exports`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.fields import is_kind, is_whole, rule
from edgewheel.wrangler.js import MISSING

if TYPE_CHECKING:
    from edgewheel.wrangler.diagnostics import FieldPath
    from edgewheel.wrangler.schema import Entry

Value = Any


@rule
def unique_names(path: FieldPath, _: Entry) -> bool:
    """facts: the names that Cloudflare knows Workflows by must differ too."""
    names = [js.get(each, "name") for each in path.value]
    twice = list(dict.fromkeys(js.text([each]) for at, each in enumerate(names) if each in names[:at]))
    return not twice or path.error("workflow_names", names='", "'.join(twice), kind="relation")


@rule
def schedules(path: FieldPath, _: Entry) -> bool:
    value = path.get("schedules")
    more = {"kind": "type", "wanted": "a cron text or a list of them"}
    if value is MISSING:
        return True
    if isinstance(value, str):
        return value != "" or path.error("schedules_empty", "schedules", **more)
    if not isinstance(value, list):
        return path.error("schedules_type", "schedules", **more)
    if not value:
        return path.error("schedules_none", "schedules", **more)
    if not all(isinstance(each, str) for each in value):
        return path.error("schedules_type", "schedules", **more)
    return "" not in value or path.error("schedules_items", "schedules", **more)


def _settings(path: FieldPath, name: str) -> FieldPath | None:
    """A table of a Workflow's settings, where there is one."""
    value = path.get(name)
    if value is not MISSING and not is_kind(value, "table"):
        path.error("settings", name, kind="type", wanted="a table")
    return path.at(name) if is_kind(value, "table") else None


def _whole(path: FieldPath, table: FieldPath, name: str) -> bool:
    value = table.get(name)
    if value is MISSING or (is_whole(value) and value >= 1):
        return True
    key = f"{table.key[-1]}.{name}"
    return table.error("whole", name, field=path.name, key=key, kind="range", wanted="a whole number above 0")


@rule
def steps(path: FieldPath, _: Entry) -> None:
    if (limits := _settings(path, "limits")) is not None:
        if _whole(path, limits, "steps") and limits.get("steps") is not MISSING and limits.get("steps") > 25_000:
            limits.warn("steps", "steps", field=path.name, value=js.text(limits.get("steps")), kind="range")
        limits.unknown(limits.name, ("steps",), [])


@rule
def retention(path: FieldPath, _: Entry) -> None:
    names = ("success_retention", "error_retention")
    if (table := _settings(path, "default_retention")) is not None:
        for name in names:
            value = table.get(name)
            good = (is_whole(value) and value > 0) or (isinstance(value, str) and value != "")
            if value is not MISSING and not good:
                more = {"kind": "range", "wanted": 'milliseconds, or a text such as "3 days"'}
                table.error("retention", name, field=path.name, **more)
        table.unknown(table.name, names, [])


@rule
def concurrency(path: FieldPath, _: Entry) -> None:
    if (table := _settings(path, "concurrency")) is not None:
        _whole(path, table, "limit")
        table.unknown(table.name, ("limit",), [])
