"""wrangler's checks of the keys that hold a table or a list, one function a key; see `CHECKS`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.wrangler import bindings, js, routes, shapes
from edgewheel.wrangler.notes import MISSING, Notes, kind, shown

if TYPE_CHECKING:
    from collections.abc import Callable

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


def check(notes: Notes, site: Site, value: Value, around: Around) -> None:
    """Judges a key that `CHECKS` knows, or that is a single binding; others are left alone."""
    if (found := CHECKS.get(site.field)) is not None:
        found(notes, site, value, around)
    elif site.field in around.names.singles and value is not MISSING:
        _single(notes, site, value)


def table(notes: Notes, name: str, value: dict[str, Any], shape: dict[str, Any]) -> None:
    """A table by its entry in the data: unknown keys, then the type of each known one."""
    if shape.get("names_first"):
        notes.unexpected(name, value, frozenset(shape["names"]))
    for key in shape["keys"]:
        shapes.optional(
            notes, f"{name}.{key['key']}", value.get(key["key"], MISSING), key["type"], key.get("choices", ())
        )
    if not shape.get("names_first"):
        notes.unexpected(name, value, frozenset(shape["names"]))


def site(notes: Notes, data: dict[str, Any], names: Known) -> None:
    """`[site]`, of the time before assets."""
    value = data.get("site", MISSING)
    if not isinstance(value, dict):
        return
    notes.unexpected("site", value, frozenset(names.tables["site"]["names"]))
    shapes.required(notes, "site.bucket", value.get("bucket", MISSING), "string")
    shapes.array(notes, "sites.include", value.get("include", []))
    shapes.array(notes, "sites.exclude", value.get("exclude", []))


def workflows(notes: Notes, site: Site, value: Value) -> None:
    """facts: the names that Cloudflare knows them by must differ too."""
    if isinstance(value, list):
        found = [each.get("name", MISSING) if isinstance(each, dict) else MISSING for each in value]
        if twice := [name for at, name in enumerate(found) if found.count(name) > 1 and name not in found[:at]]:
            listed = '", "'.join("undefined" if name is MISSING else str(name) for name in twice)
            notes.errors.append(
                f'"{site.field}" bindings must have unique "name" values; duplicate(s) found: "{listed}"'
            )


def _build(notes: Notes, _: Site, value: Value, around: Around) -> None:
    if not isinstance(value, dict):
        return
    table(notes, "build", value, around.names.tables["build"])
    watched = value.get("watch_dir", MISSING)
    if isinstance(watched, list):
        shapes.array(notes, "build.watch_dir", watched)
    else:
        shapes.optional(notes, "build.watch_dir", watched, "string")


def _rules(notes: Notes, site: Site, value: Value, _: Around) -> None:
    if value is MISSING or (not value and not isinstance(value, list | dict)):
        return
    if not isinstance(value, list):
        notes.errors.append(f'The field "{site.path}" should be an array but got {shown(value)}.')
        return
    for at, rule in enumerate(value):
        path = f"{site.path}[{at}]"
        if not isinstance(rule, dict | list):
            notes.errors.append(f'"{path}" should be an object but got {shown(rule)}.')
            continue
        table = rule if isinstance(rule, dict) else {}
        if table.get("type", "") not in ("ESModule", "CommonJS", "CompiledWasm", "Text", "Data"):
            notes.errors.append(
                'bindings should have a string "type" field, which contains one of '
                '"ESModule", "CommonJS", "CompiledWasm", "Text", or "Data".'
            )
        shapes.array(notes, f"{path}.globs", table.get("globs", MISSING))
        if not isinstance(table.get("fallthrough", False), bool):
            notes.errors.append('the field "fallthrough", when present, should be a boolean.')


def _python_modules(notes: Notes, site: Site, value: Value, _: Around) -> None:
    if value is MISSING:
        return
    if not isinstance(value, dict):
        notes.errors.append(f'"{site.field}" should be an object but got {shown(value)}.')
    elif "exclude" in value:
        shapes.strings(notes, f"{site.field}.exclude", value["exclude"])


def _triggers(notes: Notes, site: Site, value: Value, around: Around) -> None:
    if value is MISSING or value is None:
        return
    if not isinstance(value, dict):
        notes.errors.append(f'Expected "{site.field}" to be of type object but got {shown(value)}.')
        return
    for key in ("crons", "events"):
        if key in around.names.tables["triggers"]["names"] and not isinstance(value.get(key, []), list):
            notes.errors.append(f'Expected "{site.field}.{key}" to be of type array, but got {shown(value)}.')
    notes.unexpected(site.field, value, frozenset(around.names.tables["triggers"]["names"]))


def _assets(notes: Notes, site: Site, value: Value, around: Around) -> None:
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


def _observability(notes: Notes, site: Site, value: Value, around: Around) -> None:
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


def _limits(notes: Notes, site: Site, value: Value, around: Around) -> None:
    if isinstance(value, dict):
        for key in around.names.tables["limits"]["names"]:
            shapes.optional(notes, f"{site.field}.{key}", value.get(key, MISSING), "number")


def _placement(notes: Notes, _: Site, value: Value, around: Around) -> None:
    """The usual form, `mode` alone; hints and targets are not judged."""
    targets = {"hint", "region", "host", "hostname"}
    if isinstance(value, dict) and not targets & set(value):
        choices = around.names.tables["placement"]["names"]
        shapes.required(notes, "placement.mode", value.get("mode", MISSING), "string", choices)


def _vars(notes: Notes, site: Site, value: Value, around: Around) -> None:
    if not isinstance(value, dict):
        if not isinstance(value, list):
            notes.errors.append(f'The field "{site.path}" should be an object but got {shown(value)}.')
        return
    if around.switched.vars_dates:
        for name in js.keys(value):
            if hasattr(value[name], "isoformat"):
                notes.errors.append(
                    f'The field "{site.path}.{name}" is a TOML date, which is not supported. '
                    f'Please use a string instead, e.g. {name} = "2025-12-19".'
                )
    top = site.top if isinstance(site.top, dict) and site.env is not None else {}
    lost = [name for name in js.keys(top) if name not in value]
    if lost and around.switched.vars_listed:
        notes.warnings.append(
            f'The following vars exist at the top level, but not on "{site.path}".\n'
            'This is probably not what you want, since "vars" configuration is not inherited by environments.\n'
            f'Please add these vars to "env.{site.env}.vars":\n' + "\n".join(f"- {name}" for name in lost)
        )
    elif lost:
        notes.warnings += [
            f'"vars.{name}" exists at the top level, but not on "{site.path}".\n'
            'This is not what you probably want, since "vars" configuration is not inherited by environments.\n'
            f'Please add "vars.{name}" to "env.{site.env}".'
            for name in lost
        ]


def _migrations(notes: Notes, site: Site, value: Value, _: Around) -> None:
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


def _queues(notes: Notes, site: Site, value: Value, around: Around) -> None:
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


def _tail_consumers(notes: Notes, site: Site, value: Value, _: Around) -> None:
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


def _single(notes: Notes, site: Site, value: Value) -> None:
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


def _tsconfig(notes: Notes, site: Site, value: Value, _: Around) -> None:
    shapes.string(notes, site.field, value)


def _route(notes: Notes, site: Site, value: Value, around: Around) -> None:
    routes.route(notes, site.field, value, previews=around.switched.route_previews)


def _routes(notes: Notes, site: Site, value: Value, around: Around) -> None:
    routes.route_list(notes, site, value, around.table, previews=around.switched.route_previews)
    if value is MISSING and site.env is not None and around.switched.routes_inherited:
        routes.inherited(notes, site.env, site.top)


CHECKS: dict[str, Callable[[Notes, Site, Value, Around], None]] = {
    "assets": _assets,
    "build": _build,
    "limits": _limits,
    "migrations": _migrations,
    "observability": _observability,
    "placement": _placement,
    "python_modules": _python_modules,
    "queues": _queues,
    "route": _route,
    "routes": _routes,
    "rules": _rules,
    "streaming_tail_consumers": _tail_consumers,
    "tail_consumers": _tail_consumers,
    "triggers": _triggers,
    "tsconfig": _tsconfig,
    "vars": _vars,
}
