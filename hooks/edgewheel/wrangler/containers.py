"""wrangler's checks of `containers`, and of their links to the classes in `exports`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.fields import members, part, rule
from edgewheel.wrangler.js import MISSING
from edgewheel.wrangler.lifecycle import is_filled, worker_name
from edgewheel.wrangler.schema import is_kind

if TYPE_CHECKING:
    from edgewheel.wrangler.diagnostics import FieldPath
    from edgewheel.wrangler.schema import Entry

Value = Any
_REGIONS = ("ENAM", "WNAM", "EEUR", "WEUR", "APAC", "SAM", "ME", "OC", "AFR")
_MANAGED = ("name", "class_name", "scheduling_policy", "images", "observability", "ssh", "authorized_keys", "unsafe")
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
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
            part(item, "managed", "property")
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


@rule
def container_name(path: FieldPath, _: Entry) -> None:
    if js.is_true(path.get("name")) or "previews" in path.key:
        return
    is_old, kind = path.context.schema.counts({"until": "4.126.0"}), path.get("class_name")
    if kind is MISSING and not is_old:
        path.error("container_name", "name", kind="missing", wanted="a string, or `class_name`")
        return
    worker = js.get(path.context.table, "name") if is_old else worker_name(path.context)
    if not js.is_true(worker) or (is_old and js.has(path.value, "class_name") and not isinstance(kind, str)):
        path.error("container_top_name", "name", kind="missing", wanted="a string")


def _old_image(path: FieldPath) -> Value:
    old = path.get("configuration")
    return MISSING if old is MISSING or old is None else js.get(old, "image")


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
def rollout_count(path: FieldPath, _: Entry) -> None:
    most, steps = path.get("max_instances"), path.get("rollout_step_percentage")
    number = js.number(most)
    if number is not None and isinstance(steps, list) and len(steps) > number:
        path.error("rollout_more", "rollout_step_percentage", name=len(steps), text=js.text(most))


@rule
def regions(path: FieldPath, _: Entry) -> None:
    for at, region in enumerate(path.get("regions") if path.get("regions") is not MISSING else ()):
        if region.upper() not in _REGIONS:
            more = {"field": path.name, "text": region, "names": ", ".join(_REGIONS)}
            path.at("regions").error("region", at, kind="choice", choice=_REGIONS, **more)


@rule
def managed_fields(path: FieldPath, _: Entry) -> None:
    """A container that a Durable Object manages has few of the members."""
    if odd := [name for name in js.keys(path.value) if name not in _MANAGED]:
        path.error("managed_fields", odd[0], field=path.name, names=",".join(f'"{name}"' for name in odd))


@rule
def managed_images(path: FieldPath, _: Entry) -> None:
    images = path.at("images")
    if images.value is MISSING:
        return
    if not is_kind(images.value, "table") or not images.value:
        images.error("images_table", kind="type", wanted="a table that is not empty")
        return
    if len(images.value) > 100:
        images.error("images_many", kind="range", wanted="at most 100 images")
    for name in js.keys(images.value):
        if not 1 <= len(name) <= 128:
            images.error("images_name", kind="pattern", wanted="names of 1 to 128 characters")
        item = images.at(name)
        if is_kind(item.value, "table"):
            part(item, "managed_image")
        else:
            item.error("images_item", kind="type", wanted="a table")


@rule
def image_digest(path: FieldPath, _: Entry) -> None:
    image = path.get("image")
    region = path.context.inherited("compliance_region")
    registry = f"registry{'.fed' if region == 'fedramp_high' else ''}.cloudflare.com"
    digest = rf"{re.escape(registry)}/{_PART}(?:/{_PART})+@sha256:[a-f0-9]{{64}}"
    if is_filled(image) and not re.fullmatch(digest, image):
        path.error("images_digest", "image", registry=registry, kind="pattern", wanted="an image with its digest")


@rule
def image_fields(path: FieldPath, _: Entry) -> None:
    is_built = js.has(path.value, "dockerfile") and not js.has(path.value, "image")
    known = ("dockerfile", "image", *(("build_context", "build_vars") if is_built else ()))
    if odd := [name for name in js.keys(path.value) if name not in known]:
        path.error("images_fields", odd[0], field=path.name, names=", ".join(f'"{name}"' for name in odd))
