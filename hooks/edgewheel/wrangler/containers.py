"""wrangler's checks of `containers`, and of their links to the classes in `exports`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.fields import code, is_kind, is_whole, members, rule, typed
from edgewheel.wrangler.js import MISSING

if TYPE_CHECKING:
    from edgewheel.wrangler.diagnostics import Context, FieldPath
    from edgewheel.wrangler.schema import Entry

Value = Any
_TYPES = ("lite", "basic", "standard-1", "standard-2", "standard-3", "standard-4", "dev", "standard")
_REGIONS = ("ENAM", "WNAM", "EEUR", "WEUR", "APAC", "SAM", "ME", "OC", "AFR")
_STEPS = (5, 10, 20, 25, 50, 100)
_HOST_NOT = re.compile(r"[\x00-\x20#%/<>?@\[\\\]^|\x7f]")


@rule
def containers(path: FieldPath, entry: Entry) -> None:
    if js.is_true(path.value) and not isinstance(path.value, list):
        path.error("containers", kind="type", wanted="a list of tables")
    if not isinstance(path.value, list):
        return
    is_managing = path.context.switched.managed_containers
    for at, value in enumerate(path.value):
        item = path.at(at)
        item.name = path.bare
        if is_managing and js.get(value, "scheduling_policy") == "durable_object":
            code("managed_container")(item, entry)
        else:
            members(item, entry["table"], "property", {"open": True})


@rule
def preview_containers(path: FieldPath, entry: Entry) -> None:
    """facts: their names are made, so that none may be given."""
    items = path.value if isinstance(path.value, list) else []
    tables = [(at, each) for at, each in enumerate(items) if isinstance(each, dict)]
    policies = [at for at, each in tables if each.get("scheduling_policy") == "durable_object"]
    named = [at for at, each in tables if "name" in each]
    classes = [each["class_name"] for _, each in tables if isinstance(each.get("class_name"), str)]
    twice = list(dict.fromkeys(each for at, each in enumerate(classes) if each in classes[:at]))
    for found, step, text in ((policies, "scheduling_policy", "preview_policy"), (named, "name", "preview_name")):
        if found:
            names = ", ".join(f'"{path.name}[{at}].{step}"' for at in found)
            path.at(found[0]).error(text, step, names=names, kind="exclusive")
            return
    if twice:
        path.error("preview_class", names=", ".join(f'"{each}"' for each in twice))
        return
    containers(path, entry)


def name_of(context: Context, value: Value) -> Value:
    """The name that a container has in the end: its own, or one that is made of the Worker's and the class."""
    name, kind = js.get(value, "name"), js.get(value, "class_name")
    is_managed = js.get(value, "scheduling_policy") == "durable_object"
    worker = _worker(context)
    if js.is_true(name) or kind is MISSING or not js.is_true(worker) or (is_managed and not is_filled(kind)):
        return name
    made = f"{js.text(worker)}-{js.text(kind)}" + ("" if context.env is None else f"-{context.env}")
    return made.lower().replace(" ", "-")


def _worker(context: Context) -> Value:
    own = js.get(context.table, "name")
    return context.above("name") if (own is MISSING or own is None) and context.env is not None else own


def is_filled(value: Value) -> bool:
    return isinstance(value, str) and value != ""


@rule
def container_name(path: FieldPath, _: Entry) -> None:
    if js.is_true(path.get("name")) or "previews" in path.key:
        return
    is_old, kind = path.context.schema.counts({"until": "4.126.0"}), path.get("class_name")
    if kind is MISSING and not is_old:
        path.error("container_name", "name", kind="missing", wanted="a string, or `class_name`")
        return
    worker = js.get(path.context.table, "name") if is_old else _worker(path.context)
    if not js.is_true(worker) or (is_old and js.has(path.value, "class_name") and not isinstance(kind, str)):
        path.error("container_top_name", "name", kind="missing", wanted="a string")


def _old_image(path: FieldPath) -> Value:
    old = path.get("configuration")
    return MISSING if old is MISSING or old is None else js.get(old, "image")


@rule
def container_image(path: FieldPath, _: Entry) -> None:
    old = path.get("configuration")
    if not js.is_true(_old_image(path)) and not js.is_true(path.get("image")):
        path.error("container_image", "image", kind="missing", wanted="a Dockerfile, or an image with its tag")
    if js.has(path.value, "configuration"):
        wanted = "use `image` and `instance_type`"
        path.warn("container_configuration", "configuration", kind="deprecated", wanted=wanted)
        if not is_kind(old, "table"):
            path.error("container_configuration_table", "configuration", kind="type", wanted="a table")
        elif js.is_true(path.get("instance_type")) and any(name in old for name in ("disk", "vcpu", "memory_mib")):
            path.error("container_limits", "instance_type", kind="exclusive")


@rule
def dockerfile(path: FieldPath, _: Entry) -> None:
    image = path.get("image")
    if image is MISSING or image is None:
        image = _old_image(path)
    if (text := image_fault(path, image)) is not None:
        wanted = "a Dockerfile, or an image with its tag"
        path.error(text, "image", kind="again" if not js.is_true(image) else "image", wanted=wanted)


def image_fault(path: FieldPath, image: Value) -> str | None:
    """Why wrangler takes a text for neither a Dockerfile nor an image."""
    texts = path.context.schema.texts
    if not isinstance(image, str):
        return f'The "paths[1]" argument must be of type string. Received {js.received(image)}'
    disk, folder = path.context.disk, path.context.folder
    found = disk.kind(posixpath.normpath(posixpath.join(folder, image))) if disk is not None else None
    if found in {"dir", "link-dir"}:
        return texts["image_folder"].replace("{text}", image)
    if found is not None and found != "link-broken":
        return None
    start = texts["image"].replace("{text}", image)
    if not _is_address(image):
        return start.replace("{why}", "Invalid URL")
    if ":" not in image.rpartition("/")[2]:
        return start.replace("{why}", texts["image_tag"])
    return start.replace("{why}", texts["image_protocol"]) if "://" in image else None


def _is_address(text: str) -> bool:
    """Whether `https://` and the text make a URL, as the WHATWG reads its host and port."""
    text = re.sub(r"[\t\n\r]", "", text.strip("".join(map(chr, range(33)))).replace("\\", "/")).lstrip("/")
    host = re.split(r"[/?#]", text, maxsplit=1)[0].rpartition("@")[2]
    host, colon, port = host.partition(":") if not host.startswith("[") else (host, "", "")
    if not host or _HOST_NOT.search(host) or (colon and port and not (port.isdigit() and int(port) < 2**16)):
        return False
    last = host.rstrip(".").rpartition(".")[2]
    if not last.isdigit():
        return True
    parts = host.rstrip(".").split(".")
    return len(parts) <= 4 and all(each.isdigit() for each in parts) and all(int(each) < 256 for each in parts[:-1])


@rule
def rollout_steps(path: FieldPath, _: Entry) -> None:
    name = "rollout_step_percentage"
    value = path.get(name)
    more = {"kind": "range", "wanted": "5, 10, 20, 25, 50 or 100, or a list that rises from 10 or more to 100"}
    if value is MISSING:
        return
    if js.typeof(value) == "number":
        if value not in _STEPS:
            path.error("rollout_one", name, text=js.text(value), **more)
        return
    if not isinstance(value, list):
        path.error("rollout_type", name, text=js.text(value), **more)
        return
    _rising(path, name, value, more)
    odd = [each for each in value if js.typeof(each) != "number"]
    out = [each for each in value if js.typeof(each) == "number" and not 10 <= each <= 100]
    for found, text in ((odd, "rollout_numbers"), (out, "rollout_range")):
        if found:
            path.error(text, name, text=", ".join("" if each is None else js.text(each) for each in found), **more)


def _rising(path: FieldPath, name: str, value: list[Value], more: dict[str, str]) -> None:
    rises, at = True, 0
    for step in (each for each in value if js.typeof(each) == "number"):
        before = value[at - 1] if at else 0
        if rises and at and js.typeof(before) == "number" and step < before:
            rises = path.error("rollout_order", name, text=js.text(value), **more)
        if at == len(value) - 1 and step != 100:
            path.error("rollout_last", name, text=js.text(step), **more)
        at += 1  # noqa: SIM113 - wrangler counts the numbers alone


@rule
def grace_period(path: FieldPath, _: Entry) -> None:
    value = path.get(name := "rollout_active_grace_period")
    if value is not MISSING and (js.typeof(value) != "number" or value < 0):
        path.error("grace_period", name, text=js.text(value), kind="range", wanted="a number that is not negative")


@rule
def max_instances(path: FieldPath, _: Entry) -> None:
    most, steps = path.get("max_instances"), path.get("rollout_step_percentage")
    if js.typeof(most) == "number" and most < 0:
        more = {"kind": "range", "wanted": "a number that is not negative"}
        path.error("max_instances", "max_instances", text=js.text(most), **more)
    number = js.number(most)
    if number is not None and isinstance(steps, list) and len(steps) > number:
        path.error("rollout_more", "rollout_step_percentage", name=len(steps), text=js.text(most))


@rule
def container_unsafe(path: FieldPath, _: Entry) -> None:
    value = path.get("unsafe")
    if value is MISSING or value is None:
        return
    if isinstance(value, list) or (js.is_true(value) and js.typeof(value) != "object"):
        path.error("container_unsafe", "unsafe", typeof=js.typeof(value), kind="type", wanted="a table")


@rule
def container_rest(path: FieldPath, _: Entry) -> None:
    inner = path.at("configuration")
    if is_kind(inner.value, "table"):
        inner.unknown(inner.name, ("image", "secrets", "labels", "disk", "vcpu", "memory_mib"), [])
    known = (schema := path.context.schema).names(schema.fields["containers"]["table"])
    shell = "ssh" if js.has(path.value, "ssh") else "wrangler_ssh"
    if js.has(path.value, shell) and shell in known:
        ssh(path.at(shell))
    for name in ("authorized_keys", "trusted_user_ca_keys"):
        if js.has(path.value, name) and name in known:
            keys(path.at(name), needs_name=name == "authorized_keys")
    if schema.counts({"from": "4.86.0"}):
        _constraints(path)
    _instance(path)


def ssh(path: FieldPath) -> None:
    table = path.value if is_kind(path.value, "object") else {}
    enabled, port = js.get(table, "enabled"), js.get(table, "port")
    if not isinstance(enabled, bool):
        kind = "missing" if enabled is MISSING else "type"
        path.notes.errors.append(_at(path, "ssh_enabled", "enabled", kind, "true or false"))
    if port is not MISSING and not (is_whole(port) and 1 <= port <= 65535):
        path.notes.errors.append(_at(path, "ssh_port", "port", "range", "a number from 1 to 65535"))


def _at(path: FieldPath, text: str, step: str, kind: str, wanted: str) -> Any:  # noqa: ANN401 - a Diagnostic
    """An error about a member of what may be no table."""
    path.error(text, kind=kind, wanted=wanted)
    return path.notes.errors.pop()._replace(key=(*path.key, step) if is_kind(path.value, "table") else path.key)


def keys(path: FieldPath, *, needs_name: bool) -> None:
    if not isinstance(path.value, list):
        path.error("keys_list", kind="type", wanted="a list of tables")
        return
    for at, value in enumerate(path.value):
        item = path.at(at)
        if not is_kind(value, "table"):
            item.error("keys_table", kind="type", wanted="a table")
            continue
        name, key = item.get("name"), item.get("public_key")
        if not isinstance(name, str) and (needs_name or name is not MISSING):
            item.error("keys_string", "name", kind="type", wanted="a string")
        if not isinstance(key, str):
            item.error("keys_string", "public_key", kind="type", wanted="a string")
        elif not key.lower().startswith("ssh-ed25519"):
            item.error("keys_type", "public_key", kind="pattern", wanted="an ED25519 key")


def _constraints(path: FieldPath) -> None:
    if not typed(path, {"name": "constraints", "is": "object|null?"}, "property") or not js.is_true(
        path.get("constraints")
    ):
        return
    inner = path.at("constraints")
    if js.has(inner.value, "tier"):
        inner.warn("tier_old", "tier", kind="deprecated", wanted="use `tiers`")
        if js.has(inner.value, "tiers"):
            inner.error("tier_both", "tier", kind="exclusive")
    typed(inner, {"name": "tiers", "is": "numbers?"}, "property")
    typed(inner, {"name": "jurisdiction", "is": "string?"}, "property")
    place = inner.get("jurisdiction")
    if js.is_true(place) and place not in ("eu", "fedramp", "us"):
        inner.error("constraint_jurisdiction", "jurisdiction", kind="choice", choice=("eu", "fedramp", "us"))
    if typed(inner, {"name": "regions", "is": "strings?"}, "property") and inner.get("regions") is not MISSING:
        for at, region in enumerate(inner.get("regions")):
            if region.upper() not in _REGIONS:
                more = {"field": inner.name, "text": region, "names": ", ".join(_REGIONS)}
                inner.at("regions").error("region", at, kind="choice", choice=_REGIONS, **more)


def _instance(path: FieldPath) -> None:
    name, value = "instance_type", path.get("instance_type")
    if isinstance(value, str):
        typed(path, {"name": name, "is": "string?", "choices": list(_TYPES)}, "property")
        for old, new in (("dev", "lite"), ("standard", "standard-1")):
            if value == old:
                path.warn("instance_old", name, text=old, name=new, kind="deprecated", wanted=f"use `{new}`")
    elif typed(path, {"name": name, "is": "object|null?"}, "property") and js.is_true(value):
        inner = path.at(name)
        for each in ("vcpu", "memory_mib", "disk_mb"):
            if inner.get(each) is not MISSING and js.typeof(inner.get(each)) != "number":
                inner.error("instance_number", each, kind="type", wanted="a number")
        inner.unknown(inner.name, ("vcpu", "memory_mib", "disk_mb"), [])
