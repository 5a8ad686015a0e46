"""wrangler's checks of bindings that relate several members, or that only some values need; see `fields.RULES`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.diagnostics import FieldPath, Notes
from edgewheel.wrangler.fields import members, part, rule
from edgewheel.wrangler.js import MISSING
from edgewheel.wrangler.names import binding_names
from edgewheel.wrangler.schema import is_kind

if TYPE_CHECKING:
    from edgewheel.wrangler.schema import Entry

Value = Any
_BUCKET = r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"
_SHAPE = "{ pattern, custom_domain, zone_id | zone_name }"
#: since the previews of custom domains
_SHAPE_NOW = "{ pattern, custom_domain, zone_id | zone_name, enabled, previews_enabled }"
_ROUTE = {"kind": "type", "wanted": "a pattern, or a table of `pattern` with `zone_name`, `zone_id` or `custom_domain`"}


def listed(path: FieldPath, entry: Entry, not_table: str = "child_table", *, may_lack: bool = False) -> bool:
    """A table whose `bindings` are a list, each with notes of its own."""
    if not is_kind(path.value, "table"):
        return path.error("table", kind="type", wanted="a table")
    value = path.get("bindings")
    if value is MISSING and not may_lack:
        return path.error("missing_bindings", "bindings", kind="missing", wanted="a list of tables")
    value = [] if value is MISSING else value
    if not isinstance(value, list):
        return path.error("bindings_list", "bindings", kind="type", wanted="a list of tables")
    good = True
    for at, each in enumerate(value):
        item = path.at("bindings").at(at)
        item.notes = Notes(f'"{item.name}": {js.shown(each)}')
        path.notes.below.append(item.notes)
        if not is_kind(each, "object"):
            good = item.error(not_table, kind="type", wanted="a table")
        else:
            members(item, entry["bindings"], "binding", {"open": not_table == "unsafe_table"})
            good = good and not item.notes.errors
    if good:
        _lost(path, value)
    return good


def _lost(path: FieldPath, here: list[Value]) -> None:
    above = path.context.above(path.bare) if path.name != path.bare else MISSING
    above = binding_names(above) if isinstance(above, dict) and isinstance(above.get("bindings"), list) else []
    names = binding_names({"bindings": here})
    if lost := [name for name in above if name not in names]:
        path.warn("lost_bindings", names="\n".join(f"- {js.text(name)}" for name in lost), kind="lost")


@rule
def durable_objects(path: FieldPath, entry: Entry) -> bool:
    """facts: since 4.141 the bindings may be missing; previews still need them."""
    is_preview = "previews" in path.key
    if not path.context.switched.durable_table:
        return listed(path, entry)
    if not is_kind(path.value, "table"):
        return path.error("table", kind="type", wanted="a table")
    known = ("bindings",) if is_preview else ("bindings", "code_update_strategy")
    path.unknown(path.name, known, entry["table"])
    good = listed(path, entry, may_lack=not is_preview)
    return good if is_preview else part(path, "strategy") and good


@rule
def unsafe(path: FieldPath, entry: Entry) -> bool:
    if not is_kind(path.value, "table"):
        return path.error("table", kind="type", wanted="a table")
    if path.get("bindings") is not MISSING and not listed(path, entry, "unsafe_table"):
        return False
    if not part(path, "unsafe"):
        return False
    return path.unknown(path.bare, path.context.schema.names(entry["table"]), entry["table"])


@rule
def logfwdr(path: FieldPath, entry: Entry) -> bool:
    good = listed(path, entry)
    if good and path.get("schema") is not MISSING:
        return path.error("logfwdr_schema", "schema", kind="removed", wanted="`unsafe.capnp` takes its place")
    return good


@rule
def connect_ports(path: FieldPath, _: Entry) -> None:
    first: dict[tuple[str, Value], int] = {}
    for at, each in enumerate(path.value):
        port = each.get("port") if isinstance(each, dict) else None
        protocol = each.get("protocol") if isinstance(each, dict) else None
        if js.typeof(port) == "number" and isinstance(protocol, str):
            if (protocol, port) in first:
                other = f"{path.name}[{first[protocol, port]}]"
                path.at(at).error("connect_twice", protocol=protocol, port=js.text(port), first=other)
            first.setdefault((protocol, port), at)


@rule
def outbound(path: FieldPath, _: Entry) -> bool:
    if not js.has(path.value, "outbound"):
        return True
    inner = path.at("outbound")
    inner.value = {} if inner.value is None else inner.value
    entries: list[Entry] = [
        {"name": "service", "is": "string"},
        {"name": "environment", "is": "string?"},
        {"name": "parameters", "is": "strings?"},
    ]
    if not is_kind(inner.value, "object"):
        inner.error("outbound", kind="type", wanted="a table")
    elif members(inner, entries, "property", {"open": True, "strict": True}):
        return True
    return path.error("outbound_invalid", "outbound", kind="again")


@rule
def delay_precision(path: FieldPath, _: Entry) -> bool:
    delay = path.get("max_delay")
    if js.typeof(delay) != "number":
        return True
    exact = round(delay * 1000)
    good = (delay <= 0 or exact != 0) and abs(delay * 1000 - exact) <= 1e-6
    wanted = "a whole number of milliseconds"
    return good or path.error("delay_precision", "max_delay", kind="range", wanted=wanted)


@rule
def bucket(path: FieldPath, entry: Entry) -> bool:
    """facts: looked at only where nothing before it was wrong."""
    name, here = entry["of"], path.key
    value = path.get(name)
    if value is MISSING or any(each.key[: len(here)] == here for each in path.notes.errors):
        return True
    good = isinstance(value, str) and re.fullmatch(_BUCKET, value) is not None
    wanted = "a name of 3 to 63 lower-case letters, digits and `-`, without `-` at an end"
    return good or path.error("bucket", name, sign=entry["sign"], kind="pattern", wanted=wanted)


@rule
def unique_names(path: FieldPath, _: Entry) -> bool:
    """facts: the names that Cloudflare knows Workflows by must differ too."""
    names = [js.get(each, "name") for each in path.value]
    twice = list(dict.fromkeys(js.text([each]) for at, each in enumerate(names) if each in names[:at]))
    return not twice or path.error("workflow_names", names='", "'.join(twice), kind="relation")


@rule
def route(path: FieldPath, _: Entry) -> None:
    """An empty text is taken for no route, with a warning."""
    if path.value == "":
        path.warn("empty", kind="deprecated", wanted="remove it")
    elif path.value is not MISSING and not _is_route(path, path.value):
        path.error("route", shape=_shape(path), **_ROUTE)


@rule
def routes(path: FieldPath, _: Entry) -> None:
    """In a table that must not have a `route` too."""
    context = path.context
    if path.value is MISSING:
        above = context.above("routes") if context.switched.routes_inherited else MISSING
        if above is not MISSING and above is not None and not isinstance(above, list):
            raise js.Crash("topLevelEnv.routes?.filter is not a function")
        domains = (
            [e for e in above if isinstance(e, dict) and e.get("custom_domain") is True]
            if isinstance(above, list)
            else []
        )
        if domains:
            names = ", ".join(js.text([each.get("pattern")]) for each in domains)
            path.warn("route_inherited", names=names, kind="lost")
        return
    if not isinstance(path.value, list):
        path.error("routes", kind="type", wanted="a list")
    elif odd := [at for at, each in enumerate(path.value) if not _is_route(path, each)]:
        shown = js.pretty([path.value[at] for at in odd])
        path.at(odd[0]).error("routes_items", shape=_shape(path), field=path.name, odd=shown, **_ROUTE)
    if js.get(context.table, "route") not in (MISSING, ""):
        path.error("route_twice", kind="exclusive")


def _shape(path: FieldPath) -> str:
    return _SHAPE_NOW if path.context.switched.route_previews else _SHAPE


def _is_route(path: FieldPath, value: Value) -> bool:
    """A pattern, or a table of a pattern with a zone or a custom domain, and nothing else."""
    if isinstance(value, str):
        return bool(value)
    if not isinstance(value, dict) or not isinstance(value.get("pattern"), str):
        return False
    strings = [key for key in ("zone_id", "zone_name") if isinstance(value.get(key), str)]
    domain = isinstance(value.get("custom_domain"), bool)
    more = ("enabled", "previews_enabled") if path.context.switched.route_previews else ()
    extra = [key for key in more if isinstance(value.get(key), bool)]
    if len(strings) + domain + len(extra) != len(value) - 1 or len(strings) == 2:
        return False
    return (bool(strings) or domain) and (domain or not extra)
