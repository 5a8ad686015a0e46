"""wrangler's checks of the keys that name what a Worker uses of the platform: assets, queues, limits and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.wrangler import bindings, shapes
from edgewheel.wrangler.notes import MISSING, Notes, kind, shown

if TYPE_CHECKING:
    from edgewheel.wrangler.bindings import Site
    from edgewheel.wrangler.fields import Field, Known
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
    shapes.table(notes, "assets", value, around.names.fields["assets"])
    first = value.get("run_worker_first", MISSING)
    if isinstance(first, list):
        shapes.array(notes, "assets.run_worker_first", first)
    elif first is not MISSING and not isinstance(first, bool):
        notes.errors.append(
            f'The field "assets.run_worker_first" should be an array of strings or a boolean, but got {shown(first)}.'
        )


def observability(notes: Notes, site: Site, value: Value, around: Around) -> None:
    if value is MISSING:
        return
    if not isinstance(value, dict):
        notes.errors.append(f'"{site.field}" should be an object but got {shown(value)}.')
        return
    field = around.names.fields["observability"]
    parts = [member for member in field.members if member.form]
    _one_enabled(notes, value, ["enabled", *(f"{part.name}.enabled" for part in parts)])
    shapes.table(notes, "observability", value, field)
    for part in parts:
        inner = value.get(part.name)
        if isinstance(inner, dict) and part.name != "issues":
            shapes.table(notes, f"observability.{part.name}", inner, part, "observability")
            shapes.optional_array(notes, f"{part.name}.destinations", inner.get("destinations", MISSING))


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
        shapes.table(notes, site.field, value, around.names.fields[site.field])


def placement(notes: Notes, _: Site, value: Value, around: Around) -> None:
    """The usual form, `mode` alone; hints and targets are not judged."""
    targets = {"hint", "region", "host", "hostname"}
    if isinstance(value, dict) and not targets & set(value):
        mode = around.names.fields["placement"].member("mode")
        shapes.required(notes, "placement.mode", value.get("mode", MISSING), "string", mode.choices)


def migrations(notes: Notes, site: Site, value: Value, around: Around) -> None:
    value = [] if value is MISSING or value is None else value
    if not isinstance(value, list):
        notes.errors.append(f'The optional "{site.field}" field should be an array, but got {shown(value)}')
        return
    field = around.names.fields[site.field]
    for at, each in enumerate(value):
        if isinstance(each, dict):
            shapes.table(notes, f"migrations[{at}]", each, field, "migrations")
            for member in field.members:
                if member.kind == "strings":
                    shapes.optional_array(notes, f"migrations[{at}].{member.name}", each.get(member.name, MISSING))


def queues(notes: Notes, site: Site, value: Value, around: Around) -> None:
    if not isinstance(value, dict):
        notes.errors.append(f'The field "{site.path}" should be an object but got {shown(value)}.')
        return
    field = around.names.fields[site.field]
    notes.unexpected(site.path, value, field.names)
    consumers = value.get("consumers", [])
    if not isinstance(consumers, list):
        notes.errors.append(f'The field "{site.path}.consumers" should be an array but got {shown(consumers)}.')
        consumers = []
    for at, each in enumerate(consumers):
        bindings.binding(notes, f"{site.path}.consumers[{at}]", each, field.member("consumers"))
    if "producers" in value:
        below = bindings.Site("queues.producers", site.env)
        bindings.array(notes, below, value["producers"], field.member("producers"))


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


def single(notes: Notes, site: Site, value: Value, field: Field) -> None:
    """`ai`, `browser` and their kin: one table with a name."""
    if not isinstance(value, dict):
        notes.errors.append(f'The field "{site.path}" should be an object but got {shown(value)}.')
        return
    if not isinstance(value.get("binding"), str):
        notes.errors.append('binding should have a string "binding" field.')
    can_be_remote = any(member.name == "remote" for member in field.members)
    if can_be_remote and not isinstance(value.get("remote", False), bool):
        notes.errors.append(f'"{site.field}" should, optionally, have a boolean "remote" field but got {shown(value)}.')
    notes.unexpected(site.field, value, field.names)
