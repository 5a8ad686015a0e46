"""wrangler's checks of bindings: what each needs, what an environment forgot, names that are taken twice.

facts: wrangler 4.42.2 and 4.164.0, whose texts are in `wrangler_fields.json`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from edgewheel.wrangler.notes import MISSING, Notes, kind, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgewheel.wrangler.fields import Known

Value = Any
_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_BUCKET_SAYS = (
    "Bucket names must begin and end with an alphanumeric character, only contain lowercase letters, numbers, "
    "and hyphens, and be between 3 and 63 characters long."
)
_DURABLE = frozenset({"class_name", "environment", "name", "script_name"})


class Site:
    """Where a value stands: its key, the environment (None: top level) and what the top level has under that key."""

    def __init__(self, field: str, env: str | None, top: Value = MISSING) -> None:
        self.field = field
        self.env = env
        self.top = top
        #: how wrangler names the place
        self.path = field if env is None else f"env.{env}.{field}"


def array(notes: Notes, site: Site, value: Value, known: Known) -> None:
    """A list of bindings of one kind."""
    if not isinstance(value, list):
        notes.errors.append(f'The field "{site.path}" should be an array but got {shown(value)}.')
        return
    for at, each in enumerate(value):
        binding(notes, f"{site.path}[{at}]", each, known.bindings.get(site.field, {}), site.field)
    if site.env is None or not isinstance(site.top, list):
        return
    here = {each.get("binding", MISSING) for each in value if isinstance(each, dict)}
    for each in site.top:
        name = each.get("binding", MISSING) if isinstance(each, dict) else MISSING
        if name not in here:
            notes.warnings.append(
                f'There is a {site.field} binding with name "{_word(name)}" at the top level, '
                f'but not on "env.{site.env}".\n'
                f'This is not what you probably want, since "{site.field}" configuration is not inherited by '
                f"environments.\n"
                f'Please add a binding for "{_word(name)}" to "env.{site.env}.{site.field}.bindings".'
            )


def binding(notes: Notes, path: str, value: Value, shape: dict[str, Any], field: str) -> bool:
    """One binding, by its entry in the data."""
    if not shape:
        return True
    if not isinstance(value, dict | list):
        notes.errors.append(_fill(shape["object"], path, value))
        return False
    table = value if isinstance(value, dict) else {str(at): item for at, item in enumerate(value)}
    before = len(notes.errors)
    if shape.get("names_first") and not notes.unexpected(path, table, frozenset(shape["known"])) and field:
        return False  # facts: a producer with an unknown key is not looked at any further
    for at, check in enumerate((*shape["checks"], None)):
        if at == shape.get("remote_after"):
            _remote(notes, path, table, value)
        if check is not None and not _good(table, check):
            notes.errors.append(_fill(check["text"], path, value))
        if field == "r2_buckets" and check is not None and len(notes.errors) == before:
            _bucket(notes, path, table, check["key"])
    if shape["known"] is not None and not shape.get("names_first"):
        notes.unexpected(path, table, frozenset(shape["known"]))
    return len(notes.errors) == before


def durable_objects(notes: Notes, site: Site, value: Value, *, strict_table: bool) -> None:
    """`durable_objects.bindings`; since 4.152 or so without bindings too, and with its own unknown keys."""
    if not isinstance(value, dict):
        notes.errors.append(f'The field "{site.path}" should be an object but got {shown(value)}.')
        return
    if strict_table:
        notes.unexpected(site.path, value, frozenset({"bindings", "code_update_strategy"}))
        value = {"bindings": [], **value}
    listed(notes, site, value, _durable)


def listed(notes: Notes, site: Site, value: dict[str, Any], check: Callable[[Notes, str, Value], None]) -> None:
    """A table whose `bindings` are a list, each with notes of its own."""
    if "bindings" not in value:
        notes.errors.append(f'The field "{site.path}" is missing the required "bindings" property.')
        return
    bindings = value["bindings"]
    if not isinstance(bindings, list):
        notes.errors.append(f'The field "{site.path}.bindings" should be an array but got {shown(bindings)}.')
        return
    good = True
    for at, each in enumerate(bindings):
        path = f"{site.path}.bindings[{at}]"
        own = Notes(f'"{path}": {shown(each)}')
        check(own, path, each)
        good = good and not own.errors
        notes.add(own)
    here = names(value)
    lost = [name for name in names(site.top) if name not in here] if site.env is not None and good else []
    if lost:
        notes.warnings.append(
            f'The following bindings are at the top level, but not on "env.{site.env}".\n'
            f'This is not what you probably want, since "{site.field}" configuration is not inherited by '
            "environments.\n"
            f'Please add a binding for each to "{site.path}.bindings":\n' + "\n".join(f"- {name}" for name in lost)
        )


def names(value: Value) -> list[str]:
    """The names that a table of bindings takes in the Worker's `env`."""
    if isinstance(value, list):
        good = all(isinstance(each, dict) and isinstance(each.get("binding"), str) for each in value)
        return [each["binding"] for each in value] if good else []
    if not isinstance(value, dict):
        return []
    bindings = value.get("bindings")
    if isinstance(bindings, list) and all(isinstance(e, dict) and isinstance(e.get("name"), str) for e in bindings):
        return [each["name"] for each in bindings]
    return [value["binding"]] if "binding" in value else list(value)


def unique(notes: Notes, values: dict[str, Value], titles: dict[str, str]) -> None:
    """No two bindings of one name. `values` are the tables that count, by key; `titles` in wrangler's order."""
    taken: dict[str, list[str]] = {}
    for field, title in titles.items():
        value = values.get(field, MISSING)
        if field == "queues":
            value = value.get("producers", MISSING) if isinstance(value, dict) else MISSING
        for name in names(value):
            taken.setdefault(str(name), []).append(title)
    secrets = values.get("secrets")
    required = secrets.get("required") if isinstance(secrets, dict) else None
    for name in required if isinstance(required, list) else ():
        taken.setdefault(str(name), []).append("Secret")
    twice = False
    for name, kinds in taken.items():
        if len(kinds) > 1:
            twice = True
            different = list(dict.fromkeys(kinds))
            if len(different) > 1:
                notes.errors.append(f"{name} assigned to {_and(different)} bindings.")
            same = dict.fromkeys(title for title in kinds if kinds.count(title) > 1)
            notes.errors += [f"{name} assigned to multiple {title} bindings." for title in same]
    if twice:
        notes.errors.append(
            "Bindings must have unique names, so that they can all be referenced in the worker.\n"
            "Please change your bindings to have unique names."
        )


def _durable(notes: Notes, path: str, value: Value) -> None:
    if not isinstance(value, dict):
        notes.errors.append(f'Expected "{path}" to be an object but got {shown(value)}')
        return
    for key in ("name", "class_name"):
        if not isinstance(value.get(key), str):
            notes.errors.append(f'binding should have a string "{key}" field.')
    for key in ("script_name", "environment"):
        if not isinstance(value.get(key, ""), str):
            notes.errors.append(f'the field "{key}", when present, should be a string.')
    if "environment" in value and "script_name" not in value:
        notes.errors.append('binding should have a "script_name" field if "environment" is present.')
    _remote(notes, path, value, value)
    notes.unexpected(path, value, _DURABLE)


def _good(table: dict[str, Any], check: dict[str, Any]) -> bool:
    value = table.get(check["key"], MISSING)
    if value is MISSING:
        return bool(check["need"] == "optional")
    return kind(value) == check["type"] and not (check.get("filled") and value == "")


def _remote(notes: Notes, path: str, table: dict[str, Any], value: Value) -> None:
    if not isinstance(table.get("remote", False), bool):
        notes.errors.append(f'"{path}" should, optionally, have a boolean "remote" field but got {shown(value)}.')


def _bucket(notes: Notes, path: str, table: dict[str, Any], key: str) -> None:
    value = table.get(key)
    if key in {"bucket_name", "preview_bucket_name"} and isinstance(value, str) and not _BUCKET.fullmatch(value):
        sign = "=" if key == "bucket_name" else "= "
        notes.errors.append(f"{path}.{key}{sign}{shown(value)} is invalid. {_BUCKET_SAYS}")


def _fill(text: str, path: str, value: Value) -> str:
    return text.replace("{field}", path).replace("{json}", shown(value))


def _word(name: Value) -> str:
    return name if isinstance(name, str) else shown(name)


def _and(titles: list[str]) -> str:
    """English list: `A and B`, `A, B, and C`."""
    if len(titles) == 2:
        return " and ".join(titles)
    return ", ".join(titles[:-1]) + f", and {titles[-1]}"
