"""What wrangler says of `exports`, and of Durable Objects that neither `exports` nor `migrations` make."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.fields import is_kind, members, rule
from edgewheel.wrangler.js import MISSING
from edgewheel.wrangler.names import and_

if TYPE_CHECKING:
    from edgewheel.wrangler.diagnostics import FieldPath
    from edgewheel.wrangler.schema import Entry

Table = dict[str, Any]
_MORE = (
    "Refer to https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/ for more details."
)
_STORAGES = ("sqlite", "legacy-kv")
_TYPES = ("durable-object", "worker", "workflow")
#: state -> the members that it may have
_STATES = {
    "created": ("type", "state", "storage", "container"),
    "deleted": ("type", "state"),
    "renamed": ("type", "state", "renamed_to"),
    "transferred": ("type", "state", "transferred_to"),
    "expecting-transfer": ("type", "state", "storage", "transfer_from", "container"),
}
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
        elif kind == "durable-object":
            _durable(item)
        elif kind in _TYPES:
            members(item, item.context.schema.data["exports"][kind], "binding", {})
        else:
            item.error("export_type", "type", kind="choice", choice=_TYPES)


def _durable(item: FieldPath) -> None:
    if item.key[-1] == "":
        item.error("export_name")
    state = item.get("state")
    known = "created" if state is MISSING else state
    if not isinstance(known, str) or known not in _STATES:
        item.error("export_state", "state", kind="choice", choice=tuple(_STATES))
        return
    if "storage" in _STATES[known]:
        _storage(item, known)
    for name in ("renamed_to", "transferred_to", "transfer_from"):
        if name in _STATES[known]:
            _text(item, name, known)
    if "container" in _STATES[known]:
        _container(item)
    odd = [name for name in js.keys(item.value) if name not in _STATES[known]]
    for name in odd:
        item.error("export_forbidden", name, state=known, kind="exclusive")
    if odd:
        item.error("export_allowed", names=and_(list(_STATES[known])), kind="again")


def _storage(item: FieldPath, state: str) -> None:
    value = item.get("storage")
    if not isinstance(value, str) or value not in _STORAGES:
        kind = "missing" if value is MISSING else "choice"
        item.error("export_storage", "storage", state=state, kind=kind, wanted="`sqlite`", choice=_STORAGES)


def _text(item: FieldPath, name: str, state: str) -> None:
    value, source = item.get(name), item.key[-1]
    if not isinstance(value, str) or not value:
        item.error("export_needs", name, field=item.name, key=name, state=state, kind="missing", wanted="a string")
        return
    if name == "renamed_to" and not re.fullmatch(r"[A-Za-z_$][A-Za-z0-9_$]*", value):
        item.error("export_identifier", name, text=value, kind="pattern", wanted="a class name")
    if name == "renamed_to" and value == source:
        item.error("export_same", name, text=source)


def _container(item: FieldPath) -> None:
    value = item.get("container")
    if value is MISSING:
        return
    if not isinstance(value, str) or not value:
        item.error("export_container", "container", kind="type", wanted="the name of a container")
    elif item.get("storage") == "legacy-kv":
        item.error("export_container_kv", "container")


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
