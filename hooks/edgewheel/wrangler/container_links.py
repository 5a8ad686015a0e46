"""wrangler's check of the links between `containers` and the Durable Object classes in `exports`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.containers import name_of
from edgewheel.wrangler.fields import rule
from edgewheel.wrangler.js import MISSING

if TYPE_CHECKING:
    from edgewheel.wrangler.diagnostics import Context, FieldPath
    from edgewheel.wrangler.schema import Entry

Value = Any


@rule
def container_links(root: FieldPath, _: Entry) -> None:
    """Each container belongs to one class, and each class has one container at most."""
    context = root.context
    if not context.schema.counts({"from": "4.126.0"}):
        return
    found = js.get(context.table, "containers")
    found = MISSING if found is None else found
    if found is not MISSING and not isinstance(found, list):
        return
    if found is MISSING and _elsewhere(context):
        return
    items = found if isinstance(found, list) else []
    names = [(at, each, name_of(context, each)) for at, each in enumerate(items)]
    exported = context.inherited("exports")
    entries = {
        name: each
        for name in (js.keys(exported) if exported is not MISSING else ())
        if isinstance(each := js.get(exported, name), dict) and each.get("type") == "durable-object"
    }
    _twice(root, names)
    _links(root, names, entries)


def _elsewhere(context: Context) -> bool:
    if context.env is not None:
        return context.data.get("containers", MISSING) is not MISSING
    environments = context.data.get("env")
    tables = [js.get(environments, name) for name in js.keys(environments)] if environments is not None else []
    return any(each is not None and js.get(each, "containers") is not MISSING for each in tables)


def _twice(root: FieldPath, names: list[tuple[int, Value, Value]]) -> None:
    for text, given in (
        ("container_twice", [name for _, _, name in names]),
        ("container_class_twice", [js.get(each, "class_name") for _, each, _ in names]),
    ):
        known = [each for each in given if isinstance(each, str)]
        for name in sorted({each for each in known if known.count(each) > 1}):
            root.error(text, "containers", name=name, kind="relation")


def _links(root: FieldPath, names: list[tuple[int, Value, Value]], entries: dict[str, Value]) -> None:
    known = {name for _, _, name in names if isinstance(name, str)}
    live = [
        name
        for name, each in entries.items()
        if each.get("state", MISSING) in (MISSING, "created", "expecting-transfer")
    ]
    claims: dict[str, list[str]] = {}
    for name in live:
        wanted = entries[name].get("container")
        if not isinstance(wanted, str) or not wanted:
            continue
        if wanted not in known:
            root.error("container_reference", "exports", name=name, text=wanted)
        else:
            claims.setdefault(wanted, []).append(name)
    for name, classes in claims.items():
        if len(classes) > 1:
            root.error("container_shared", "exports", name=name, names=", ".join(classes))
    classes = [js.get(each, "class_name") for _, each, _ in names]
    for at, each, name in names:
        if isinstance(name, str):
            kind = js.get(each, "class_name")
            if kind is MISSING or classes.count(kind) < 2:
                _linked(root.at("containers").at(at), name, entries, claims, live)


def _linked(
    item: FieldPath, name: str, entries: dict[str, Value], claims: dict[str, list[str]], live: list[str]
) -> None:
    kind = item.get("class_name")
    if kind is MISSING:
        if name not in claims:
            item.error("container_unlinked", name=name)
        return
    text = js.text(kind)
    entry = entries.get(kind) if isinstance(kind, str) else None
    other = entry.get("container") if entry is not None else None
    claiming = claims.get(name, [])
    if isinstance(other, str) and other != name:
        item.error("container_other", "class_name", name=name, text=text, other=other)
    elif len(claiming) == 1 and claiming[0] != kind:
        item.error("container_claimed", "class_name", name=name, text=text, other=claiming[0])
    elif entries and kind not in live:
        item.error("container_dead", "class_name", name=name, text=text)
    elif other is None and entry is not None and entry.get("storage") == "legacy-kv":
        item.error("container_kv", "class_name", name=name, text=text)
