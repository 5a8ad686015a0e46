"""wrangler's checks of bindings: what each needs, what an environment forgot, names that are taken twice.

facts: wrangler 4.42.2 and 4.164.0, whose texts are in `wrangler_keys.json`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from edgewheel.data import facts
from edgewheel.wrangler.notes import MISSING, Notes, kind, shown

if TYPE_CHECKING:
    from edgewheel.wrangler.fields import Field

Value = Any
_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_BUCKET_SAYS = (
    "Bucket names must begin and end with an alphanumeric character, only contain lowercase letters, numbers, "
    "and hyphens, and be between 3 and 63 characters long."
)


class Site:
    """Where a value stands: its key, the environment (None: top level) and what the top level has under that key."""

    def __init__(self, field: str, env: str | None, top: Value = MISSING) -> None:
        self.field = field
        self.env = env
        self.top = top
        #: how wrangler names the place
        self.path = field if env is None else f"env.{env}.{field}"


def array(notes: Notes, site: Site, value: Value, kind_of: Field) -> None:
    """A list of bindings of one kind."""
    if not isinstance(value, list):
        notes.errors.append(f'The field "{site.path}" should be an array but got {shown(value)}.')
        return
    for at, each in enumerate(value):
        binding(notes, f"{site.path}[{at}]", each, kind_of)
    if site.env is None or not isinstance(site.top, list):
        return
    here = [each.get("binding", MISSING) for each in value if isinstance(each, dict)]
    for each in site.top:
        name = each.get("binding", MISSING) if isinstance(each, dict) else MISSING
        if name not in here or isinstance(name, dict | list):  # to JavaScript no two tables are the same
            notes.warnings.append(
                f'There is a {site.field} binding with name "{_word(name)}" at the top level, '
                f'but not on "env.{site.env}".\n'
                f'This is not what you probably want, since "{site.field}" configuration is not inherited by '
                f"environments.\n"
                f'Please add a binding for "{_word(name)}" to "env.{site.env}.{site.field}.bindings".'
            )


def binding(notes: Notes, path: str, value: Value, kind_of: Field) -> None:
    """One binding, by its entry in the data."""
    if not isinstance(value, dict | list):
        said = kind_of.entry.get("object", f'"{kind_of.name}" bindings should be objects, but got {{json}}')
        notes.errors.append(fill(said, path, value))
        return
    table = value if isinstance(value, dict) else {str(at): item for at, item in enumerate(value)}
    before = len(notes.errors)
    if not notes.unexpected(path, table, kind_of.names) and kind_of.name == "producers":
        return  # facts: a producer with an unknown key is not looked at any further
    for member in kind_of.members:
        if not _good(table, member):
            notes.errors.append(fill(_text(member), path, value))
        if kind_of.name == "r2_buckets" and len(notes.errors) == before:
            _bucket(notes, path, table, member.name)


def durable_objects(notes: Notes, site: Site, value: Value, kind_of: Field, *, strict_table: bool) -> None:
    """`durable_objects.bindings`; since 4.152 or so without bindings too, and with its own unknown keys."""
    if not isinstance(value, dict):
        notes.errors.append(f'The field "{site.path}" should be an object but got {shown(value)}.')
        return
    if strict_table:
        notes.unexpected(site.path, value, kind_of.names)
        value = {"bindings": [], **value}
    listed(notes, site, value, kind_of.member("bindings"))


def listed(notes: Notes, site: Site, value: dict[str, Any], kind_of: Field) -> None:
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
        _durable(own, path, each, kind_of)
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


def _durable(notes: Notes, path: str, value: Value, kind_of: Field) -> None:
    if not isinstance(value, dict):
        notes.errors.append(f'Expected "{path}" to be an object but got {shown(value)}')
        return
    for member in kind_of.members:
        if member.name != "remote" and not _good(value, member):
            notes.errors.append(
                f'binding should have a string "{member.name}" field.'
                if member.needed
                else f'the field "{member.name}", when present, should be a string.'
            )
    if "environment" in value and "script_name" not in value:
        notes.errors.append('binding should have a "script_name" field if "environment" is present.')
    remote = kind_of.member("remote")
    if not _good(value, remote):
        notes.errors.append(fill(_text(remote), path, value))
    notes.unexpected(path, value, kind_of.names)


def _good(table: dict[str, Any], member: Field) -> bool:
    value = table.get(member.name, MISSING)
    if value is MISSING:
        return not member.needed
    wanted = "object" if member.kind == "list" else member.kind
    return wanted == "any" or (kind(value) == wanted and not (member.entry.get("filled") and value == ""))


def _text(member: Field) -> str:
    """What wrangler says of a bad value: its own words for it, or those that it has for most."""
    if "text" in member.entry:
        return str(member.entry["text"])
    texts = facts("wrangler_keys")["texts"]
    text: str = texts["remote" if member.name == "remote" else "required" if member.needed else "optional"]
    return text.replace("{type}", member.kind).replace("{key}", member.name)


def _bucket(notes: Notes, path: str, table: dict[str, Any], key: str) -> None:
    value = table.get(key)
    if key in {"bucket_name", "preview_bucket_name"} and isinstance(value, str) and not _BUCKET.fullmatch(value):
        sign = "=" if key == "bucket_name" else "= "
        notes.errors.append(f"{path}.{key}{sign}{shown(value)} is invalid. {_BUCKET_SAYS}")


def fill(text: str, path: str, value: Value) -> str:
    """One of the data's texts about a value."""
    return text.replace("{field}", path).replace("{json}", shown(value))


def _word(name: Value) -> str:
    return name if isinstance(name, str) else shown(name)


def _and(titles: list[str]) -> str:
    """English list: `A and B`, `A, B, and C`."""
    if len(titles) == 2:
        return " and ".join(titles)
    return ", ".join(titles[:-1]) + f", and {titles[-1]}"
