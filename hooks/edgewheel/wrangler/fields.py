"""wrangler's checks of one value by its entry in `wrangler_keys.json`, which says what each word there means."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.js import MISSING
from edgewheel.wrangler.schema import FORMS, holds, is_kind, is_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgewheel.wrangler.diagnostics import FieldPath
    from edgewheel.wrangler.schema import Entry

Value = Any
#: modules with checks in code, and these by their names in the data
_HOMES = ("platform", "bindings", "lifecycle", "containers")
RULES: dict[str, Callable[[FieldPath, Entry], object]] = {}
# patterns are compiled where they are used: a hook that finds nothing pays for none
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
_DASHES = ("\u2013", "\u2014")
_TYPES = {
    "filled": "string",
    "string array": "string array",
    "strings": "string",
    "numbers": "number",
    "table": "object",
}
_WANTED = {
    "string": "a string",
    "filled": "a string that is not empty",
    "boolean": "true or false",
    "number": "a number",
    "strings": "a list of strings",
    "string array": "a list of strings",
    "numbers": "a list of numbers",
    "list": "a list",
    "table": "a table",
    "object": "a table",
    "name": "a name of lower-case letters, digits, `-` and `_`",
    "date": "a date in quotes, as `2026-09-08`",
}


def rule(function: Callable[[FieldPath, Entry], object]) -> Callable[[FieldPath, Entry], object]:
    """Makes a function one of `RULES`, by its own name."""
    RULES[function.__name__] = function
    return function


def code(name: str) -> Callable[[FieldPath, Entry], object]:
    """A check by its name; the modules that have them are loaded one after the other, as far as is needed."""
    for module in _HOMES:
        if name in RULES:
            break
        import_module(f"edgewheel.wrangler.{module}")
    return RULES[name]


def members(path: FieldPath, entries: list[Entry], words: str, entry: Entry) -> bool:
    """The members of a table in wrangler's order, then the keys that it does not know."""
    looked = good = True
    for each in path.context.schema.of(entries):
        if "unknown" in each:
            where = each["unknown"].replace("{field}", path.name).replace("{outer}", path.outer)
            passes, looked = path.unknown(where, _known(path, entries), entries), False
        else:
            passes = member(path, each, each.get("words", words))
        good = passes and good
        if not passes and (entry.get("strict") or each.get("ends")):
            return False
    if looked and not entry.get("open"):
        path.unknown(path.bare, _known(path, entries), entries, is_silent=bool(entry.get("silent")))
    return good


def _known(path: FieldPath, entries: list[Entry]) -> tuple[str, ...]:
    return path.context.schema.names([each for each in entries if "if" not in each or holds(path, each["if"])])


_OPEN = {"open": True}


def part(path: FieldPath, name: str, words: str = "") -> bool:
    """The members that several tables have, or that code asks for."""
    return members(path, path.context.schema.data["parts"][name], words, _OPEN)


def member(path: FieldPath, entry: Entry, words: str) -> bool:
    """One member of a table, or a check that stands between them."""
    name: str = entry.get("name", "")
    if "if" in entry and not holds(path, entry["if"]):
        return True
    if "do" in entry:
        return members(path, entry["do"], words, _OPEN)
    if "part" in entry:
        return part(path, entry["part"], words)
    if "rule" in entry and not name:
        return code(entry["rule"])(path, entry) is not False
    if "error" in entry or "warn" in entry:
        return _say(path, entry)
    if "deprecated" in entry:
        if js.has(path.value, name):
            path.warn(entry["deprecated"], name, kind="deprecated", wanted=entry["wanted"])
        return True
    good = "is" not in entry or typed(path, entry, words)
    if any(form in entry for form in FORMS) and (good or "gate" in entry):
        good = within(path.at(name), entry, words) and good
    if "then" in entry and good:
        good = code(entry["then"])(path, entry) is not False
    return good


def _say(path: FieldPath, entry: Entry) -> bool:
    """Adds the error or warning of a check, about the member `at` or the nearest table that is there."""
    target, steps = path, entry["at"].split(".") if "at" in entry else []
    more: dict[str, Any] = {each: entry[each] for each in ("kind", "wanted", "path") if each in entry}
    more |= {"field": path.name, "json": js.shown(path.value), "choice": tuple(entry.get("choice", ()))}
    if "of" in entry:
        steps = [each for each in entry["of"] if path.find(each) is not MISSING][1:2]
        more["names"] = ", ".join(f'"{each}"' for each in entry["of"] if path.find(each) is not MISSING)
    while len(steps) > 1 and isinstance(target.find(steps[0]), dict):
        target = target.at(steps.pop(0))
    if len(steps) > 1:
        target, steps = target.at(steps[0]), []
    if str(more.get("kind", "")).endswith("?"):
        is_there = path.find(entry["at"]) is not MISSING
        more["kind"] = more["kind"][:-1] if is_there else "missing"
    add = target.error if "error" in entry else target.warn
    add(entry.get("error") or entry["warn"], *steps, **more)
    return "warn" in entry


def within(path: FieldPath, entry: Entry, words: str = "binding") -> bool:
    """The inside of a value by the entry's form."""
    if path.value is MISSING or (path.value is None and entry.get("null")):
        return True
    words = entry.get("words", words)
    if "list" in entry:
        return _list(path, entry, words)
    form = next(form for form in FORMS if form in entry)
    gate = entry.get("gate", "table" if form == "single" else "object")
    if gate in {"truthy", "typeof", "given"}:
        is_in = {"truthy": js.is_true(path.value), "typeof": js.typeof(path.value) == "object"}
        if not is_in.get(gate, path.value is not None):
            return True
    elif not is_kind(path.value, gate):
        text = entry.get("else", "table" if form == "single" else "")
        return path.error(text, kind="type", wanted="a table") if text else True
    return members(path, entry[form], words, entry)


def _list(path: FieldPath, entry: Entry, words: str) -> bool:
    if entry.get("falsy") and not js.is_true(path.value):
        return True
    if not isinstance(path.value, list):
        return path.error(entry.get("else", "list"), kind="type", wanted="a list of tables")
    good = True
    for at, value in enumerate(path.value):
        item = path.at(at)
        if is_kind(value, entry.get("items", "object")):
            good = members(item, entry["list"], words, entry) and good
        else:
            text = entry.get("object", "items")
            good = item.error(text, key=entry["name"], kind="type", wanted=entry.get("wanted", "a table"))
    if entry.get("own") and words == "binding" and entry["name"] != "connect":
        _lost_bindings(path)
    if "then" in entry:
        code(entry["then"])(path, entry)
    return good


def _lost_bindings(path: FieldPath) -> None:
    """Bindings of the top level that an environment does not repeat."""
    above = path.context.above(path.bare)
    if not isinstance(above, list):
        return
    here = [js.get(each, "binding") for each in path.value]
    for each in above:
        name = js.get(each, "binding")
        if isinstance(name, dict | list) or name not in here:  # to JavaScript no two tables are the same
            path.warn("lost_binding", name=js.text(name), kind="lost")


def typed(path: FieldPath, entry: Entry, words: str) -> bool:
    """The type of a member, then its choices and further tests."""
    name, kind = entry["name"], entry["is"].removesuffix("?")
    value = js.get(path.value, name)
    optional = entry["is"].endswith("?")
    if value is MISSING and "default" in entry and (value := path.get(entry["default"])) is not MISSING:
        path = path.with_member(name, value)
    if value is MISSING and optional:
        return True
    if kind in {"name", "date"}:
        return _name(path, name, value) if kind == "name" else _date(path, name, value)
    first = kind.partition("|")[0]
    more = {
        "kind": "missing" if value is MISSING else "type",
        "wanted": _wanted(kind),
        "type": _TYPES.get(first, first),
    }
    if "path" in entry:
        more["path"] = entry["path"]
    if value is MISSING or not is_kind(value, kind):
        return path.error(_says(entry, words, kind, optional=optional, is_there=value is not MISSING), name, **more)
    if isinstance(value, list) and ("strings" in kind or kind == "numbers"):
        return _items(path, name, kind, more.get("path"))
    choices = [each for each in map(_choice, entry.get("choices", ())) if path.context.schema.counts(each)]
    if choices and value not in [each["name"] for each in choices]:
        names = tuple(each["name"] for each in choices)
        text = entry.get("choice_says", "choice")
        return path.error(text, name, kind="choice", choices=js.stringify(list(names)), choice=names)
    return all(_passes(path, name, value, test) for test in path.context.schema.of(entry.get("also", [])))


def _choice(each: Value) -> Entry:
    return each if isinstance(each, dict) else {"name": each}


def _wanted(kind: str) -> str:
    return " or ".join(_WANTED[each] for each in kind.split("|") if each in _WANTED)


def _says(entry: Entry, words: str, kind: str, *, optional: bool, is_there: bool) -> str:
    if "says" in entry:
        return str(entry["says"])
    if words == "binding":
        return "optional" if optional else "required"
    if not is_there and not kind.startswith(("strings", "numbers")):
        return "property_required"
    return "array" if kind.startswith(("strings", "numbers")) else "property_type"


def _items(path: FieldPath, name: str, kind: str, place: Value) -> bool:
    """Items that must all be of one type."""
    wanted = "number" if kind == "numbers" else "string"
    inner, good = path.at(name), True
    for at, value in enumerate(inner.value):
        if js.typeof(value) != wanted:
            more = {"path": f"{place or inner.name}.[{at}]", "type": wanted, "wanted": _WANTED[wanted]}
            good = inner.error("property_type", at, kind="type", **more)
    return good


def _passes(path: FieldPath, name: str, value: Value, test: Entry) -> bool:
    kind = "range"
    if "one_of" in test:
        good = value in test["one_of"]
    elif "not" in test:
        good = not any(value is each for each in test["not"])
    elif "whole" in test:
        good = is_whole(value) and test["whole"][0] <= value <= test["whole"][1]
    elif "pattern" in test:
        good, kind = not isinstance(value, str) or re.fullmatch(test["pattern"], value) is not None, "pattern"
    else:
        good, kind = isinstance(value, list) and all(_has_strings(each, test["each"]) for each in value), "type"
    wanted = test.get("wanted") or {"one_of": "one of {}", "whole": "a whole number"}.get(next(iter(test)), "")
    wanted = wanted.replace("{}", ", ".join(js.stringify(each) for each in test.get("one_of", ())))
    return good or path.error(test["says"], name, kind=kind, wanted=wanted)


def _has_strings(value: Value, names: list[str]) -> bool:
    return js.typeof(value) == "object" and all(js.has(value, n) and isinstance(value.get(n), str) for n in names)


def _name(path: FieldPath, name: str, value: Value) -> bool:
    good = isinstance(value, str) and _NAME.issuperset(value) and not value.startswith("-")
    return good or path.error("name", name, kind="type", wanted=_WANTED["name"])


def _date(path: FieldPath, name: str, value: Value) -> bool:
    more = {"kind": "type", "wanted": _WANTED["date"]}
    if not isinstance(value, str):
        return path.error("property_type", name, type="string", **more)
    if _is_plain_date(value):
        return True
    from edgewheel.wrangler.dates import is_date

    good = True
    if any(dash in value for dash in _DASHES):
        good = path.error("dashes", name, **more)
    if not is_date(value.replace(_DASHES[0], "-").replace(_DASHES[1], "-")):
        good = path.error("not_a_date", name, **more)
    return good


def _is_plain_date(text: str) -> bool:
    """`2026-02-31` and its kin: V8 knows no months, and nearly every date is written so."""
    parts = text.split("-")
    is_form = [len(part) for part in parts] == [4, 2, 2] and "".join(parts).isdigit() and text.isascii()
    return is_form and "01" <= parts[1] <= "12" and "01" <= parts[2] <= "31"
