"""wrangler's checks of the keys that name what a Worker uses of the platform: assets, queues, limits and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.wrangler import bindings, shapes
from edgewheel.wrangler.notes import MISSING, Notes, kind, shown

if TYPE_CHECKING:
    from edgewheel.wrangler.bindings import Site
    from edgewheel.wrangler.fields import Known
    from edgewheel.wrangler.version import Switches

Value = Any


class Around(NamedTuple):
    """What a check may need besides the value: the table that holds it, the version, the config's name in messages."""

    table: dict[str, Any]
    names: Known
    switched: Switches
    file: str


def assets(notes: Notes, site: Site, value: Value, around: Around) -> None:
    if value is MISSING:
        return
    if not isinstance(value, dict):
        notes.errors.append(f'"{site.field}" should be an object, but got value "{site.field}" of type {kind(value)}')
        return
    shape = around.names.tables["assets"]
    for key in shape["keys"]:
        shapes.optional(
            notes, f"assets.{key['key']}", value.get(key["key"], MISSING), key["type"], key.get("choices", ())
        )
    first = value.get("run_worker_first", MISSING)
    if isinstance(first, list):
        shapes.array(notes, "assets.run_worker_first", first)
    elif first is not MISSING and not isinstance(first, bool):
        notes.errors.append(
            f'The field "assets.run_worker_first" should be an array of strings or a boolean, but got {shown(first)}.'
        )
    notes.unexpected("assets", value, frozenset(shape["names"]))


def observability(notes: Notes, site: Site, value: Value, around: Around) -> None:
    if value is MISSING:
        return
    if not isinstance(value, dict):
        notes.errors.append(f'"{site.field}" should be an object but got {shown(value)}.')
        return
    shape = around.names.tables["observability"]
    _one_enabled(notes, value, shape["enabled"])
    for key in shape["keys"]:
        shapes.optional(notes, f"observability.{key['key']}", value.get(key["key"], MISSING), key["type"])
    notes.unexpected("observability", value, frozenset(shape["names"]))
    for part in ("logs", "traces"):
        inner = value.get(part)
        if isinstance(inner, dict):
            for key in shape[part]["keys"]:
                shapes.optional(
                    notes, f"observability.{part}.{key['key']}", inner.get(key["key"], MISSING), key["type"]
                )
            shapes.optional_array(notes, f"{part}.destinations", inner.get("destinations", MISSING))
            notes.unexpected("observability", inner, frozenset(shape[part]["names"]))


def _one_enabled(notes: Notes, value: dict[str, Any], names: list[str]) -> None:
    found = {}
    for name in names:
        part, _, key = name.rpartition(".")
        inner = value.get(part, MISSING) if part else value
        found[name] = inner.get(key, MISSING) if isinstance(inner, dict) else MISSING
    if all(each is MISSING for each in found.values()):
        notes.errors.append(" or ".join(f'"observability.{name}"' for name in names) + " is required.")
    elif not any(isinstance(each, bool) for each in found.values()):
        notes.errors += [
            f'Expected "observability.{name}" to be of type boolean but got {shown(each)}.'
            for name, each in found.items()
        ]


def limits(notes: Notes, site: Site, value: Value, around: Around) -> None:
    if isinstance(value, dict):
        for key in around.names.tables["limits"]["names"]:
            shapes.optional(notes, f"{site.field}.{key}", value.get(key, MISSING), "number")


def placement(notes: Notes, _: Site, value: Value, around: Around) -> None:
    """The usual form, `mode` alone; hints and targets are not judged."""
    targets = {"hint", "region", "host", "hostname"}
    if isinstance(value, dict) and not targets & set(value):
        choices = around.names.tables["placement"]["names"]
        shapes.required(notes, "placement.mode", value.get("mode", MISSING), "string", choices)


def migrations(notes: Notes, site: Site, value: Value, _: Around) -> None:
    value = [] if value is MISSING or value is None else value
    if not isinstance(value, list):
        notes.errors.append(f'The optional "{site.field}" field should be an array, but got {shown(value)}')
        return
    known = {"tag", "new_classes", "new_sqlite_classes", "renamed_classes", "deleted_classes", "transferred_classes"}
    for at, each in enumerate(value):
        if isinstance(each, dict):
            path = f"migrations[{at}]"
            notes.unexpected("migrations", each, known)
            shapes.required(notes, f"{path}.tag", each.get("tag", MISSING), "string")
            shapes.optional_array(notes, f"{path}.new_classes", each.get("new_classes", MISSING))
            shapes.optional_array(notes, f"{path}.new_sqlite_classes", each.get("new_sqlite_classes", MISSING))
            shapes.optional_array(notes, f"{path}.deleted_classes", each.get("deleted_classes", MISSING))


def queues(notes: Notes, site: Site, value: Value, around: Around) -> None:
    if not isinstance(value, dict):
        notes.errors.append(f'The field "{site.path}" should be an object but got {shown(value)}.')
        return
    notes.unexpected(site.path, value, frozenset({"consumers", "producers"}))
    consumers = value.get("consumers", [])
    if not isinstance(consumers, list):
        notes.errors.append(f'The field "{site.path}.consumers" should be an array but got {shown(consumers)}.')
        consumers = []
    for at, each in enumerate(consumers):
        bindings.binding(notes, f"{site.path}.consumers[{at}]", each, around.names.bindings["queues.consumers"], "")
    if "producers" in value:
        below = bindings.Site("queues.producers", site.env)
        bindings.array(notes, below, value["producers"], around.names)


def tail_consumers(notes: Notes, site: Site, value: Value, _: Around) -> None:
    if value is MISSING or not (value or isinstance(value, list | dict)):
        return
    if not isinstance(value, list):
        notes.errors.append(f'Expected "{site.field}" to be an array but got {shown(value)}.')
        return
    for at, each in enumerate(value):
        path = f"{site.field}[{at}]"
        if not isinstance(each, dict):
            notes.errors.append(f'"{path}" should be an object but got {shown(each)}.')
        elif shapes.required(notes, f"{path}.service", each.get("service", MISSING), "string"):
            shapes.optional(notes, f"{path}.environment", each.get("environment", MISSING), "string")


def single(notes: Notes, site: Site, value: Value) -> None:
    """`ai`, `browser` and their kin: one table with a name."""
    if not isinstance(value, dict):
        notes.errors.append(f'The field "{site.path}" should be an object but got {shown(value)}.')
        return
    if not isinstance(value.get("binding"), str):
        notes.errors.append('binding should have a string "binding" field.')
    if not isinstance(value.get("remote", False), bool):
        notes.errors.append(f'"{site.field}" should, optionally, have a boolean "remote" field but got {shown(value)}.')
    if site.field not in {"ai", "version_metadata"}:
        notes.unexpected(site.field, value, frozenset({"binding", "remote"}))
