"""wrangler's checks of bindings that relate several members, or that only some values need; see `fields.RULES`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.diagnostics import FieldPath, Notes
from edgewheel.wrangler.fields import is_kind, is_whole, members, rule
from edgewheel.wrangler.js import MISSING
from edgewheel.wrangler.names import binding_names

if TYPE_CHECKING:
    from edgewheel.wrangler.schema import Entry

Value = Any
_BUCKET = r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"
_DAY = 24 * 60 * 60
#: types of unsafe bindings that wrangler knows by a key of their own
_SAFE = frozenset(
    (
        *("plain_text", "secret_text", "json", "wasm_module", "data_blob", "text_blob", "browser"),
        *("analytics", "ai", "ai_search_namespace", "ai_search", "agent_memory", "kv_namespace"),
        *("durable_object_namespace", "d1_database", "r2_bucket", "service", "logfwdr", "mtls_certificate"),
        *("pipeline", "k2", "worker_loader", "vpc_service", "flagship", "vpc_network", "stream", "media"),
        *("artifacts"),
    )
)


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
    return good if is_preview or path.get("code_update_strategy") is MISSING else _strategy(path) and good


def _strategy(durable: FieldPath) -> bool:
    path = durable.at("code_update_strategy")
    if not is_kind(path.value, "table"):
        return path.error("table", kind="type", wanted="a table")
    entries: list[Entry] = [
        {"unknown": "{field}"},
        {"name": "mode", "is": "string", "choices": ["immediate", "deferred"]},
        {"name": "max_delay", "is": "number?"},
    ]
    good = members(path, entries, "property", {})
    delay = path.get("max_delay")
    if js.typeof(delay) != "number":
        return good
    if not 0 <= delay <= _DAY:
        return path.error("delay_range", "max_delay", kind="range", wanted=f"a number from 0 to {_DAY}")
    exact = round(delay * 1000)
    if (delay > 0 and exact == 0) or abs(delay * 1000 - exact) > 1e-6:
        return path.error("delay_precision", "max_delay", kind="range", wanted="a whole number of milliseconds")
    return good


@rule
def environment_script(path: FieldPath, _: Entry) -> bool:
    alone = js.has(path.value, "environment") and not js.has(path.value, "script_name")
    return not alone or path.error("environment_script", "environment")


@rule
def unsafe(path: FieldPath, entry: Entry) -> bool:
    if not is_kind(path.value, "table"):
        return path.error("table", kind="type", wanted="a table")
    if path.get("bindings") is not MISSING and not listed(path, entry, "unsafe_table"):
        return False
    if path.get("metadata") is not MISSING and not is_kind(path.get("metadata"), "table"):
        return path.error("member_table", "metadata", kind="type", wanted="a table")
    if path.get("capnp") is not MISSING and not _capnp(path):
        return False
    return path.unknown(path.bare, path.context.schema.names(entry["table"]), entry["table"])


def _capnp(unsafe: FieldPath) -> bool:
    path = unsafe.at("capnp")
    if not is_kind(path.value, "table"):
        return unsafe.error("member_table", "capnp", kind="type", wanted="a table")
    if js.has(path.value, "compiled_schema"):
        if js.has(path.value, "base_path") or js.has(path.value, "source_schemas"):
            return unsafe.error("capnp_both", "capnp")
        good = isinstance(path.get("compiled_schema"), str)
        return good or path.error("capnp_compiled", "compiled_schema", kind="type", wanted="a string")
    if not isinstance(path.get("base_path"), str):
        path.error("capnp_base", "base_path", kind="type", wanted="a string")
    schemas: Entry = {"name": "source_schemas", "is": "strings"}
    return members(path, [schemas], "property", {"open": True})


@rule
def unsafe_type(path: FieldPath, _: Entry) -> bool:
    kind = path.get("type")
    if not isinstance(kind, str):
        return path.error("child_string", "type", kind="type", wanted="a string")
    if kind in _SAFE:
        path.warn("unsafe_known", "type", value=kind, kind="deprecated", wanted="use its own key")
    if kind == "metadata" and isinstance(path.get("name"), str):
        path.warn("unsafe_metadata", "type", kind="deprecated", wanted="use `version_metadata`")
    return True


@rule
def logfwdr(path: FieldPath, entry: Entry) -> bool:
    good = listed(path, entry)
    if good and path.get("schema") is not MISSING:
        return path.error("logfwdr_schema", "schema", kind="removed", wanted="`unsafe.capnp` takes its place")
    return good


@rule
def connect_unknown(path: FieldPath, _: Entry) -> bool:
    udp = ("idle_timeout_ms", "max_pending_bytes") if path.get("protocol") == "udp" else ()
    return path.unknown(path.name, ("protocol", "port", "address", *udp), [])


@rule
def connect_protocol(path: FieldPath, _: Entry) -> bool:
    value = path.get("protocol")
    more = {"value": js.shown(path.value)} if not js.has(path.value, "protocol") else {}
    return value in ("tcp", "udp") or path.error(
        "connect_protocol", "protocol", kind="choice", choice=("tcp", "udp"), **more
    )


@rule
def connect_udp(path: FieldPath, _: Entry) -> None:
    for name in ("idle_timeout_ms", "max_pending_bytes") if path.get("protocol") == "udp" else ():
        value = path.get(name)
        if value is not MISSING and not (is_whole(value) and 0 <= value <= 2**32 - 1):
            path.error("connect_udp", name, kind="range", wanted="a whole number from 0 to 4294967295")


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
def bucket(path: FieldPath, _: Entry) -> bool:
    return _bucket(path, "bucket_name", "=")


@rule
def preview_bucket(path: FieldPath, _: Entry) -> bool:
    return _bucket(path, "preview_bucket_name", "= ")


def _bucket(path: FieldPath, name: str, sign: str) -> bool:
    """facts: looked at only where nothing before it was wrong."""
    value = path.get(name)
    here = path.key
    if value is MISSING or any(each.key[: len(here)] == here for each in path.notes.errors):
        return True
    good = isinstance(value, str) and re.fullmatch(_BUCKET, value) is not None
    wanted = "a name of 3 to 63 lower-case letters, digits and `-`, without `-` at an end"
    return good or path.error("bucket", name, sign=sign, kind="pattern", wanted=wanted)


@rule
def local_dev(path: FieldPath, _: Entry) -> None:
    inner = path.at("local_dev")
    if inner.value is MISSING:
        return
    if not is_kind(inner.value, "object"):
        path.error("local_dev", "local_dev", kind="type", wanted="a table")
        return
    name = "experimental_s3_credentials"
    if js.has(inner.value, name):
        inner.warn("experimental", name, path=f"local_dev.{name}", kind="experimental")
        found = inner.get(name)
        if not (
            isinstance(found, dict) and all(isinstance(found.get(k), str) for k in ("accessKeyId", "secretAccessKey"))
        ):
            more = {"field": path.name, "json": js.shown(path.value)}
            inner.error("s3", name, kind="type", wanted="a table with `accessKeyId` and `secretAccessKey`", **more)
    inner.unknown(inner.name, (name,), [])


@rule
def service_dev(path: FieldPath, _: Entry) -> None:
    dev = path.at("dev")
    if dev.value is MISSING:
        return
    if not is_kind(dev.value, "table"):
        path.error("service_dev", "dev", kind="type", wanted="a table")
    else:
        plugin = dev.at("plugin")
        if not is_kind(plugin.value, "table"):
            dev.error("service_plugin", "plugin", field=path.name, kind="type", wanted="a table")
        for name in ("package", "name") if is_kind(plugin.value, "table") else ():
            if not isinstance(plugin.get(name), str):
                plugin.error("service_plugin_text", name, field=path.name, kind="type", wanted="a string")
        if dev.get("options") is not MISSING and not is_kind(dev.get("options"), "table"):
            dev.error("service_options", "options", field=path.name, kind="type", wanted="a table")
    if path.get("remote") is True:
        path.warn("service_remote", "remote", kind="deprecated", wanted="remove `dev` or `remote`")


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
def pipeline_stream(path: FieldPath, _: Entry) -> bool:
    if isinstance(path.get("stream"), str) and path.get("stream"):
        return True
    if isinstance(path.get("pipeline"), str) and path.get("pipeline"):
        path.warn("pipeline_old", "pipeline", kind="deprecated", wanted="use `stream`")
        return True
    is_there = path.get("stream") is not MISSING
    return path.error("must_string", "stream", kind="type" if is_there else "missing", wanted="a string")


@rule
def tunnel_or_network(path: FieldPath, _: Entry) -> bool:
    found = [name for name in ("tunnel_id", "network_id") if js.has(path.value, name)]
    if len(found) == 2:
        return path.error("tunnel_both", "network_id", kind="exclusive")
    if not found:
        return path.error("tunnel_none", "network_id", kind="missing", wanted="a string, or `tunnel_id`")
    good = isinstance(path.get(found[0]), str)
    return good or path.error("must_string", found[0], kind="type", wanted="a string")


@rule
def cloudchamber_type(path: FieldPath, _: Entry) -> None:
    value = path.get("instance_type")
    if value is MISSING:
        return
    kinds = ("lite", "basic", "standard-1", "standard-2", "standard-3", "standard-4", "dev", "standard")
    if value not in kinds:
        path.error("cloudchamber_type", "instance_type", text=js.text(value), kind="choice", choice=kinds[:6])
    if path.get("memory") is not MISSING or path.get("vcpu") is not MISSING:
        path.error("cloudchamber_both", "instance_type", kind="exclusive")
