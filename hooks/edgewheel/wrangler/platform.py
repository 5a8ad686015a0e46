"""wrangler's checks of keys that are no bindings: routes, build, placement, vars, migrations, previews and others."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.fields import code, members, rule, within
from edgewheel.wrangler.js import MISSING
from edgewheel.wrangler.schema import is_kind
from edgewheel.wrangler.version import since

if TYPE_CHECKING:
    from edgewheel.wrangler.diagnostics import FieldPath
    from edgewheel.wrangler.schema import Entry

Value = Any


@rule
def build(path: FieldPath, entry: Entry) -> None:
    """facts: an environment without `build` is judged by the top level's once more."""
    if path.value is None or path.value is MISSING:
        above = path.context.above("build")
        if above is None or above is MISSING:
            return
        kept = {"command": js.get(above, "command"), "cwd": js.get(above, "cwd")}
        if not js.is_true(kept["command"]):
            kept["watch_dir"] = js.get(above, "watch_dir")
        path.value = {name: value for name, value in kept.items() if value is not MISSING}
        path.key = ("build",)
    path.name = path.bare = "build"
    members(path, entry["table"], "property", {})
    if js.is_true(path.get("command")):
        js.text(path.get("watch_dir"))  # may crash


@rule
def tsconfig(path: FieldPath, _: Entry) -> None:
    value = path.context.inherited("tsconfig")
    if js.is_true(value) and not isinstance(value, str):
        raise js.Crash(f'The "path" argument must be of type string. Received {js.received(value)}')


@rule
def vars(path: FieldPath, _: Entry) -> None:  # noqa: A001 - the key's name
    if not is_kind(path.value, "object"):
        if path.context.switched.vars_dates or js.is_true(path.context.above("vars")):
            path.error("table", kind="type", wanted="a table")
        return
    for name in js.keys(path.value) if path.context.switched.vars_dates else ():
        if hasattr(path.get(name), "isoformat"):
            path.error("var_date", name, kind="date", wanted="a string")
    _lost(path, "vars", listed=path.context.switched.vars_listed)


def _lost(path: FieldPath, name: str, *, listed: bool) -> None:
    """What an environment's table lacks of the top level's."""
    above = path.context.above(name) if path.name != path.bare else MISSING
    lost = [each for each in js.keys(above) if not js.has(path.value, each)] if js.is_true(above) else []
    single = {"vars": "var", "define": "define"}[name]
    if lost and listed:
        path.warn(f"lost_{single}s", names="\n".join(f"- {each}" for each in lost), kind="lost")
    for each in () if listed else lost:
        path.warn(f"lost_{single}", name=each, kind="lost")


@rule
def define(path: FieldPath, _: Entry) -> None:
    if not is_kind(path.value, "object"):
        path.error("table", kind="type", wanted="a table")
        return
    for name in js.keys(path.value):
        if not isinstance(path.get(name), str):
            path.error("define_string", name, kind="type", wanted="a string")
    above = path.context.above("define") if path.name != path.bare else MISSING
    names = js.keys(above) if js.is_true(above) else []
    _lost(path, "define", listed=path.context.switched.vars_listed)
    for name in js.keys(path.value) if names else ():
        if name not in names:
            path.warn("more_define", name=name, kind="lost")


@rule
def migrations(path: FieldPath, entry: Entry) -> None:
    if path.value is None:
        return
    if not isinstance(path.value, list):
        path.error("migrations", kind="type", wanted="a list of tables")
        return
    for at, each in enumerate(path.value):
        if each is None:
            variable = since("loop_variable", path.context.switched.version)
            raise js.Crash(f"Cannot destructure property 'tag' of 'rawMigrations[{variable}]' as it is null.")
        item = path.at(at)
        item.name = f"migrations[{at}]"
        members(item, entry["table"], "property", {})


@rule
def previews(path: FieldPath, entry: Entry) -> None:
    """facts: each key as at the top level, in an order of its own."""
    if not is_kind(path.value, "table"):
        path.error("table", kind="type", wanted="a table")
        return
    schema = path.context.schema
    names: list[str] = schema.data["previews"]
    path.unknown(path.name, tuple(names), [])
    for name in names:
        entry = schema.fields.get(name, {})
        if path.get(name) is MISSING or not entry:
            continue
        inner = path.at(name)
        if name == "logpush":
            members(path, [entry], "property", {"open": True})
        elif name == "containers":
            code("preview_containers")(inner, entry)
        elif "rule" in entry:
            code(entry["rule"])(inner, entry)
        else:
            within(inner, entry)


@rule
def one_enabled(path: FieldPath, _: Entry) -> None:
    known = path.context.schema
    parts = [part for part in ("logs", "traces", "issues") if part != "issues" or known.counts({"from": "4.134.0"})]
    names = ["enabled", *(f"{part}.enabled" for part in parts)]
    found = [path.get("enabled"), *(_enabled(path.get(part)) for part in parts)]
    required(path, names, found)


def _enabled(part: Value) -> Value:
    return MISSING if part is None or part is MISSING else js.get(part, "enabled")


def required(path: FieldPath, names: list[str], found: list[Value]) -> None:
    """At least one of several members must be there, and be true or false."""
    if all(each is MISSING for each in found):
        listed = " or ".join(f'"{path.name}.{name}"' for name in names)
        path.error("one_enabled", names=listed, kind="missing")
    elif not any(isinstance(each, bool) for each in found):
        for name, each in zip(names, found, strict=True):
            more = {"path": f"{path.name}.{name}", "type": "boolean", "value": js.shown(each)}
            path.error("property_type", name.partition(".")[0], kind="type", wanted="true or false", **more)


@rule
def sampling_rates(path: FieldPath, _: Entry) -> None:
    parts = ("", "logs", "traces") if path.context.schema.counts({"from": "4.126.0"}) else ("",)
    for part in parts:
        table = path.value if not part else path.get(part)
        rate: Value = MISSING if table is None or table is MISSING else js.get(table, "head_sampling_rate")
        if js.is_true(rate) and (share := js.number(rate)) is not None and not 0 <= share <= 1:
            inner = path.at(part) if part else path
            inner.error("sampling", "head_sampling_rate", kind="range", wanted="a number from 0 to 1")


@rule
def site(path: FieldPath, entry: Entry) -> None:
    """The time before assets."""
    if path.value is None:
        raise js.Crash("Cannot destructure property 'bucket' of 'rawConfig.site' as it is null.")
    members(path, entry["table"], "property", {})


@rule
def entry_point(path: FieldPath, _: Entry) -> None:
    name, main = "entry-point", path.context.inherited("main")
    point = path.get(name)
    if js.has(path.value, name):
        plain = js.text(point) or "workers-site"
        end = "" if posixpath.splitext(plain)[1] else "index.js"
        path.warn(
            "site_main",
            name,
            main=posixpath.normpath(f"{plain}/{end}" if end else plain),
            kind="deprecated",
            wanted="use `main`",
        )
    has_main = main is not MISSING and main is not None and (main == "" or js.is_true(main))
    if not has_main and not js.is_true(point):
        path.warn("site_default", kind="deprecated", wanted="set `main`")
    elif has_main and js.is_true(point):
        path.error("site_both", name, kind="exclusive")
    if js.is_true(point) and not isinstance(point, str):
        raise js.Crash(f'The "path" argument must be of type string. Received {js.received(point)}')


@rule
def alias(path: FieldPath, _: Entry) -> None:
    if js.typeof(path.value) != "object":
        path.error("alias", typeof=js.typeof(path.value), kind="type", wanted="a table")
        return
    for name in js.keys(path.value):
        if not isinstance(path.get(name), str):
            path.error("alias_item", name, typeof=js.typeof(path.get(name)), kind="type", wanted="a string")


@rule
def module_paths(path: FieldPath, _: Entry) -> None:
    for name in js.keys(path.value):
        if not isinstance(path.get(name), str):
            more = {"path": f"{path.name}['{name}']", "type": "string", "kind": "type", "wanted": "a string"}
            path.error("property_type", name, **more)
