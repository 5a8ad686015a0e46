"""What wrangler says of `exports`: of its entries, of Durable Objects that nothing makes, of the containers of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.fields import members, rule
from edgewheel.wrangler.js import MISSING
from edgewheel.wrangler.names import and_
from edgewheel.wrangler.schema import is_kind

if TYPE_CHECKING:
    from edgewheel.wrangler.diagnostics import Context, FieldPath
    from edgewheel.wrangler.schema import Entry

Value = Any
_MORE = (
    "Refer to https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/ for more details."
)
_TYPES = ("durable-object", "worker", "workflow")
_LIVE = {None, "created", "expecting-transfer"}


@rule
def exports(path: FieldPath, _: Entry) -> None:
    if path.value is None:
        return
    if not is_kind(path.value, "table"):
        path.error("exports", kind="type", wanted="a table")
        return
    for name in js.keys(path.value):
        item = path.at(name)
        item.name = f"exports.{name}"
        kind = item.get("type") if is_kind(item.value, "object") else None
        if not is_kind(item.value, "object"):
            item.error("export_table", kind="type", wanted="a table")
        elif kind in _TYPES:
            members(item, item.context.schema.data["exports"][kind], "binding", {"open": kind == "durable-object"})
        else:
            item.error("export_type", "type", kind="choice", choice=_TYPES)


@rule
def export_name(path: FieldPath, _: Entry) -> bool:
    return path.key[-1] != "" or path.error("export_name")


@rule
def export_same(path: FieldPath, _: Entry) -> bool:
    return path.get("renamed_to") != path.key[-1] or path.error("export_same", "renamed_to")


@rule
def export_fields(path: FieldPath, entry: Entry) -> None:
    """What a Durable Object may have in its state."""
    known = entry["states"][path.value.get("state", "created")]
    odd = [name for name in js.keys(path.value) if name not in known]
    for name in odd:
        path.error("export_forbidden", name, kind="exclusive")
    if odd:
        path.error("export_allowed", names=and_(known), kind="again")


@rule
def durable_lifecycle(root: FieldPath, _: Entry) -> None:
    context = root.context
    durable, exported = js.get(context.table, "durable_objects"), context.inherited("exports")
    migrated = context.inherited("migrations")
    has_migrations = isinstance(migrated, list | str) and len(migrated) > 0
    bindings = durable.get("bindings") if isinstance(durable, dict) else None
    own = (
        [each for each in bindings if not js.is_true(js.get(each, "script_name"))] if isinstance(bindings, list) else []
    )
    if context.switched.durable_exports:
        own = [each for each in own if not _is_live(exported, js.get(each, "class_name"))]
    classes = [js.get(each, "class_name") for each in own]
    if own and not has_migrations and all(isinstance(each, str) for each in classes):
        _warn(root, classes)
    if not context.switched.durable_exports or exported is MISSING:
        return
    kinds = [js.get(js.get(exported, name), "type") for name in js.keys(exported)] if has_migrations else []
    if "durable-object" in kinds:
        root.error(
            "lifecycles", "exports" if js.get(root.value, "exports") is not MISSING else "migrations", kind="exclusive"
        )
    _workflows(root, exported)


def _workflows(root: FieldPath, exported: Any) -> None:  # noqa: ANN401
    first: dict[str, str] = {}
    for name in js.keys(exported):
        each = js.get(exported, name)
        flow = each.get("name") if isinstance(each, dict) and each.get("type") == "workflow" else None
        if isinstance(flow, str):
            if flow in first:
                root.error("export_workflows", "exports", name=name, first=first[flow], text=flow)
            first.setdefault(flow, name)


def _is_live(exported: Any, name: Any) -> bool:  # noqa: ANN401
    entry = js.get(exported, name) if exported is not MISSING and isinstance(name, str) else MISSING
    return (
        entry is not MISSING
        and js.get(entry, "type") == "durable-object"
        and js.get(entry, "state") in (MISSING, None, "created", "expecting-transfer")
    )


def _warn(root: FieldPath, classes: list[str]) -> None:
    file, switched = root.context.file, root.context.switched
    start = f"In your {file} file, you have configured `durable_objects` exported by this Worker "
    start += f"({', '.join(classes)}), but no "
    if switched.durable_exports:
        text = (
            f"{start}live `exports` entry for them. This may not work as expected until you add a live "
            "`durable-object` entry to `exports` for each. Add the following configuration:\n"
            f"```\n{_exports(list(dict.fromkeys(classes)), file)}\n```"
        )
    else:
        text = (
            f"{start}`migrations` for them. This may not work as expected until you add a `migrations` section to "
            f"your {file} file. Add the following configuration:\n"
            f"```\n{_migrations(classes, file, sqlite=switched.durable_sqlite)}\n```\n{_MORE}"
        )
    lines = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    root.warn(lines, "durable_objects", kind="lifecycle")


def _exports(classes: list[str], file: str) -> str:
    if file.endswith(".toml"):
        return "\n".join(f'[exports.{each}]\ntype = "durable-object"\nstorage = "sqlite"' for each in classes)
    return js.pretty({"exports": {each: {"type": "durable-object", "storage": "sqlite"} for each in classes}})


def _migrations(classes: list[str], file: str, *, sqlite: bool) -> str:
    key = "new_sqlite_classes" if sqlite else "new_classes"
    if file.endswith(".toml"):
        listed = ", ".join(js.stringify(each) for each in classes)
        return f'[[migrations]]\ntag = "v1"\n{key} = [ {listed} ]'
    return js.pretty({"migrations": [{"tag": "v1", key: classes}]})


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
    names = [(at, each, _name_of(context, each)) for at, each in enumerate(items)]
    exported = context.inherited("exports")
    entries = {
        name: each
        for name in (js.keys(exported) if exported is not MISSING else ())
        if isinstance(each := js.get(exported, name), dict) and each.get("type") == "durable-object"
    }
    _named_twice(root, names)
    _links(root, names, entries)


def _elsewhere(context: Context) -> bool:
    if context.env is not None:
        return context.data.get("containers", MISSING) is not MISSING
    environments = context.data.get("env")
    tables = [js.get(environments, name) for name in js.keys(environments)] if environments is not None else []
    return any(each is not None and js.get(each, "containers") is not MISSING for each in tables)


def _named_twice(root: FieldPath, names: list[tuple[int, Value, Value]]) -> None:
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


def _name_of(context: Context, value: Value) -> Value:
    """The name that a container has in the end: its own, or one that is made of the Worker's and the class."""
    name, kind = js.get(value, "name"), js.get(value, "class_name")
    is_managed = js.get(value, "scheduling_policy") == "durable_object"
    worker = worker_name(context)
    if js.is_true(name) or kind is MISSING or not js.is_true(worker) or (is_managed and not is_filled(kind)):
        return name
    made = f"{js.text(worker)}-{js.text(kind)}" + ("" if context.env is None else f"-{context.env}")
    return made.lower().replace(" ", "-")


def worker_name(context: Context) -> Value:
    own = js.get(context.table, "name")
    return context.above("name") if (own is MISSING or own is None) and context.env is not None else own


def is_filled(value: Value) -> bool:
    return isinstance(value, str) and value != ""
