"""wrangler's checks of containers that a Durable Object manages: few of the members, and images of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.container_logs import container_observability
from edgewheel.wrangler.containers import container_name, is_filled, keys, ssh
from edgewheel.wrangler.fields import is_kind, rule, typed
from edgewheel.wrangler.js import MISSING

if TYPE_CHECKING:
    from edgewheel.wrangler.diagnostics import FieldPath
    from edgewheel.wrangler.schema import Entry

Value = Any
_MANAGED = ("name", "class_name", "scheduling_policy", "images", "observability", "ssh", "authorized_keys", "unsafe")
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_DIGEST = re.compile(rf"{_PART}(?:/{_PART})+@sha256:[a-f0-9]{{64}}")


@rule
def managed_container(path: FieldPath, _: Entry) -> None:
    """A container of a Durable Object, which has few of the members."""
    kind = path.get("class_name")
    typed(path, {"name": "class_name", "is": "string?"}, "property")
    if kind == "":
        path.error("container_class", "class_name", kind="type", wanted="a string that is not empty")
    typed(path, {"name": "name", "is": "string?"}, "property")
    if kind is MISSING or is_filled(kind):
        container_name(path, {})
    _images(path.at("images"))
    container_observability(path, {})
    watched = path.get("observability")
    targets = () if watched is None or watched is MISSING else ("target_instance_count", "target_instance_percentage")
    if any(js.get(watched, each) is not MISSING for each in targets):
        path.error("managed_targets", "observability", kind="exclusive")
    _managed_unsafe(path.at("unsafe"))
    if odd := [name for name in js.keys(path.value) if name not in _MANAGED]:
        path.error("managed_fields", odd[0], field=path.name, names=",".join(f'"{name}"' for name in odd))
    if js.has(path.value, "ssh"):
        ssh(path.at("ssh"))
    if js.has(path.value, "authorized_keys"):
        keys(path.at("authorized_keys"), needs_name=True)


def _managed_unsafe(path: FieldPath) -> None:
    if path.value is MISSING:
        return
    if not is_kind(path.value, "table"):
        path.error("managed_unsafe", kind="type", wanted="a table")
        return
    inner = path.get("configuration")
    is_odd = inner is not MISSING and (not is_kind(inner, "table") or bool(set(inner) - {"experimental_flags"}))
    if set(path.value) - {"configuration"} or is_odd:
        path.error("managed_unsafe_other")
    elif inner is not MISSING and not is_kind(inner.get("experimental_flags", []), "string array"):
        path.error("managed_flags", kind="type", wanted="a list of strings")


def _images(path: FieldPath) -> None:
    if path.value is MISSING:
        return
    if not is_kind(path.value, "table") or not path.value:
        path.error("images_table", kind="type", wanted="a table that is not empty")
        return
    if len(path.value) > 100:
        path.error("images_many", kind="range", wanted="at most 100 images")
    for name in js.keys(path.value):
        if not 1 <= len(name) <= 128:
            path.error("images_name", kind="pattern", wanted="names of 1 to 128 characters")
        item = path.at(name)
        item.name = f"{path.name}.{name}"
        if is_kind(item.value, "table"):
            _image(item)
        else:
            item.error("images_item", kind="type", wanted="a table")


def _image(path: FieldPath) -> None:
    built, image = path.get("dockerfile"), path.get("image")
    if (built is MISSING) == (image is MISSING):
        path.error("images_one", kind="exclusive")
    for name in ("dockerfile", "image"):
        if path.get(name) is not MISSING and not is_filled(path.get(name)):
            path.error("images_filled", name, kind="type", wanted="a string that is not empty")
    region = path.context.inherited("compliance_region")
    registry = f"registry{'.fed' if region == 'fedramp_high' else ''}.cloudflare.com"
    if is_filled(image) and not (image.startswith(f"{registry}/") and _DIGEST.fullmatch(image[len(registry) + 1 :])):
        path.error("images_digest", "image", registry=registry, kind="pattern", wanted="an image with its digest")
    is_built = built is not MISSING and image is MISSING
    if is_built and path.get("build_context") is not MISSING and not is_filled(path.get("build_context")):
        path.error("images_filled", "build_context", kind="type", wanted="a string that is not empty")
    given = path.get("build_vars") if is_built else MISSING
    has_texts = isinstance(given, dict) and all(isinstance(each, str) for each in given.values())
    if given is not MISSING and not has_texts:
        path.error("images_vars", "build_vars", kind="type", wanted="a table of strings")
    known = ("dockerfile", "image", *(("build_context", "build_vars") if is_built else ()))
    if odd := [name for name in js.keys(path.value) if name not in known]:
        path.error("images_fields", odd[0], field=path.name, names=", ".join(f'"{name}"' for name in odd))
