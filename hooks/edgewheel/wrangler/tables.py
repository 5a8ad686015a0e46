"""wrangler's checks of the keys that hold a table or a list, one function a key; see `CHECKS`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import bindings, js, routes, services, shapes
from edgewheel.wrangler.notes import MISSING, Notes, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgewheel.wrangler.bindings import Site
    from edgewheel.wrangler.fields import Field, Known
    from edgewheel.wrangler.services import Around

Value = Any


def check(notes: Notes, site: Site, value: Value, around: Around) -> None:
    """Judges a key that `CHECKS` knows, or that holds bindings; others are left alone."""
    field = around.names.fields[site.field]
    if (found := CHECKS.get(site.field)) is not None:
        found(notes, site, value, around)
    elif field.form == "list":
        bindings.array(notes, site, value, field)
    elif field.form == "single" and value is not MISSING:
        services.single(notes, site, value, field)
    elif not (value is MISSING or (value is None and field.entry.get("null"))):
        _unlooked(notes, site, value, field)


def _unlooked(notes: Notes, site: Site, value: Value, field: Field) -> None:
    """A key whose insides have no check here: that it is a table, or a list, and whether it has unknown keys."""
    has_texts = field.form == "values" and field.entry["values"] == "string"
    wanted: tuple[type, ...] = (list,) if field.kind == "list" else (dict, list) if has_texts else (dict,)
    if "object" in field.entry and not isinstance(value, wanted):
        notes.errors.append(bindings.fill(field.entry["object"], site.path, value))
    elif field.form == "table" and isinstance(value, dict):
        # facts: of secrets it names the environment, of the others not
        notes.unexpected(site.path if site.field == "secrets" else site.field, value, field.names)
    elif has_texts and isinstance(value, dict):
        for name in js.keys(value):
            if not isinstance(value[name], str):
                text = f'The field "{site.path}.{name}" should be a string but got {shown(value[name])}.'
                notes.errors.append(text)


def site(notes: Notes, data: dict[str, Any], names: Known) -> None:
    """`[site]`, of the time before assets."""
    value = data.get("site", MISSING)
    if not isinstance(value, dict):
        return
    notes.unexpected("site", value, names.fields["site"].names)
    shapes.required(notes, "site.bucket", value.get("bucket", MISSING), "string")
    shapes.array(notes, "sites.include", value.get("include", []))
    shapes.array(notes, "sites.exclude", value.get("exclude", []))


def _durable_objects(notes: Notes, site: Site, value: Value, around: Around) -> None:
    field = around.names.fields[site.field]
    bindings.durable_objects(notes, site, value, field, strict_table=around.switched.durable_table)


def _workflows(notes: Notes, site: Site, value: Value, around: Around) -> None:
    """facts: the names that Cloudflare knows them by must differ too."""
    bindings.array(notes, site, value, around.names.fields[site.field])
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
    shapes.table(notes, "build", value, around.names.fields["build"])
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
    field = around.names.fields[site.field]
    for member in field.members:
        if not isinstance(value.get(member.name, []), list):
            notes.errors.append(f'Expected "{site.field}.{member.name}" to be of type array, but got {shown(value)}.')
    notes.unexpected(site.field, value, field.names)


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


def _route(notes: Notes, site: Site, value: Value, around: Around) -> None:
    routes.route(notes, site.field, value, previews=around.switched.route_previews)


def _routes(notes: Notes, site: Site, value: Value, around: Around) -> None:
    routes.route_list(notes, site, value, around.table, previews=around.switched.route_previews)
    if value is MISSING and site.env is not None and around.switched.routes_inherited:
        routes.inherited(notes, site.env, site.top)


CHECKS: dict[str, Callable[[Notes, Site, Value, Around], None]] = {
    "assets": services.assets,
    "build": _build,
    "durable_objects": _durable_objects,
    "limits": services.limits,
    "migrations": services.migrations,
    "observability": services.observability,
    "placement": services.placement,
    "python_modules": _python_modules,
    "queues": services.queues,
    "route": _route,
    "routes": _routes,
    "rules": _rules,
    "streaming_tail_consumers": services.tail_consumers,
    "tail_consumers": services.tail_consumers,
    "triggers": _triggers,
    "vars": _vars,
    "workflows": _workflows,
}
