"""The names that bindings take in the Worker's `env`: each may be taken once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.js import MISSING

if TYPE_CHECKING:
    from edgewheel.documents.document import Key
    from edgewheel.wrangler.diagnostics import Context, FieldPath

_BLOBS = ("data_blobs", "text_blobs", "wasm_modules")


def binding_names(value: Any) -> list[Any]:  # noqa: ANN401
    """The names that a value takes in the Worker's `env`."""
    if isinstance(value, list):
        good = all(isinstance(each, dict) and isinstance(each.get("binding"), str) for each in value)
        return [each["binding"] for each in value] if good else []
    if not isinstance(value, dict):
        return []
    bindings = value.get("bindings")
    if isinstance(bindings, list) and all(isinstance(e, dict) and isinstance(e.get("name"), str) for e in bindings):
        return [each["name"] for each in bindings]
    return [value["binding"]] if "binding" in value else js.keys(value)


def and_(names: list[str]) -> str:
    """English list: `A and B`, `A, B, and C`."""
    if len(names) < 3:
        return " and ".join(names)
    return ", ".join(names[:-1]) + f", and {names[-1]}"


def unique(root: FieldPath, active: Context) -> None:
    """No two bindings of one name."""
    taken: dict[str, list[str]] = {}
    for field, title in active.schema.titles:
        for name in binding_names(_counting(active, field)):
            if name == "ASSETS" and "pages_build_output_dir" in active.data:
                root.error("assets_reserved", names=title)
            taken.setdefault(js.text(name), []).append(title)
    for name in _secrets(active):
        taken.setdefault(js.text(name), []).append("Secret")
    found = False
    for name in js.keys(taken):
        kinds = taken[name]
        if len(kinds) > 1:
            found = True
            different = list(dict.fromkeys(kinds))
            if len(different) > 1:
                _twice(root, active, "assigned", name, and_(different))
            for title in dict.fromkeys(kind for kind in kinds if kinds.count(kind) > 1):
                _twice(root, active, "assigned_twice", name, title)
    if found:
        root.error("unique", kind="again")


def _twice(root: FieldPath, active: Context, text: str, name: str, names: str) -> None:
    """Stands at the last of the bindings of that name."""
    root.error(text, name=name, names=names, kind="twice", wanted=name)
    key = _last(active, name)
    root.notes.errors[-1] = root.notes.errors[-1]._replace(key=key)


def _last(active: Context, wanted: str) -> Key:
    place: Key = ()
    base = ("env", active.env) if active.env is not None else ()
    for field in active.table if isinstance(active.table, dict) else ():
        entry = active.schema.fields.get(field, {})
        value = active.table[field]
        if field == "queues" and isinstance(value, dict):
            place = _item(value.get("producers"), "binding", wanted, (*base, field, "producers")) or place
        elif "bindings" in entry and isinstance(value, dict):
            place = _item(value.get("bindings"), "name", wanted, (*base, field, "bindings")) or place
        elif isinstance(value, list):
            place = _item(value, "binding", wanted, (*base, field)) or place
        elif isinstance(value, dict) and value.get("binding") == wanted:
            place = (*base, field, "binding")
        elif field in {"vars", *_BLOBS} and isinstance(value, dict) and wanted in value:
            place = (*base, field, wanted)
    return place


def _item(value: Any, name: str, wanted: str, base: Key) -> Key:  # noqa: ANN401
    found: Key = ()
    for at, each in enumerate(value if isinstance(value, list) else ()):
        if isinstance(each, dict) and each.get(name) == wanted:
            found = (*base, at, name)
    return found


def _counting(active: Context, field: str) -> Any:  # noqa: ANN401
    """The value of a kind of bindings that counts in the end."""
    if field in _BLOBS:
        return active.data.get(field, MISSING)
    if not active.schema.fields.get(field, {}).get("own"):
        return active.inherited(field)
    value = js.get(active.table, field)
    if value is MISSING:
        return value
    if field == "queues":
        return js.get(value, "producers") if isinstance(value, dict) else MISSING
    if field == "durable_objects" and (not isinstance(value, dict) or value.get("bindings") is None):
        return MISSING
    return value


def _secrets(active: Context) -> list[Any]:
    if "secrets" not in active.schema.fields:
        return []
    secrets = js.get(active.table, "secrets")
    found = js.get(secrets, "required") if isinstance(secrets, dict | list | str) else MISSING
    if found is MISSING or found is None:
        return []
    if not isinstance(found, list | str):
        raise js.Crash("bindingNames is not iterable")
    return list(found)
