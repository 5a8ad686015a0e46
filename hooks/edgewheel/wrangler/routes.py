"""wrangler's checks of `route` and `routes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.fields import rule
from edgewheel.wrangler.js import MISSING

if TYPE_CHECKING:
    from edgewheel.wrangler.diagnostics import FieldPath
    from edgewheel.wrangler.schema import Entry

Value = Any
_SHAPE = "{ pattern, custom_domain, zone_id | zone_name }"
#: since the previews of custom domains
_SHAPE_NOW = "{ pattern, custom_domain, zone_id | zone_name, enabled, previews_enabled }"
_ROUTE = {"kind": "type", "wanted": "a pattern, or a table of `pattern` with `zone_name`, `zone_id` or `custom_domain`"}


@rule
def route(path: FieldPath, _: Entry) -> None:
    """An empty text is taken for no route, with a warning."""
    if path.value == "":
        path.warn("empty", kind="deprecated", wanted="remove it")
    elif path.value is not MISSING and not _is_route(path, path.value):
        path.error("route", shape=_shape(path), **_ROUTE)


@rule
def routes(path: FieldPath, _: Entry) -> None:
    """In a table that must not have a `route` too."""
    context = path.context
    if path.value is MISSING:
        above = context.above("routes") if context.switched.routes_inherited else MISSING
        if above is not MISSING and above is not None and not isinstance(above, list):
            raise js.Crash("topLevelEnv.routes?.filter is not a function")
        domains = (
            [e for e in above if isinstance(e, dict) and e.get("custom_domain") is True]
            if isinstance(above, list)
            else []
        )
        if domains:
            names = ", ".join(js.text([each.get("pattern")]) for each in domains)
            path.warn("route_inherited", names=names, kind="lost")
        return
    if not isinstance(path.value, list):
        path.error("routes", kind="type", wanted="a list")
    elif odd := [at for at, each in enumerate(path.value) if not _is_route(path, each)]:
        shown = js.pretty([path.value[at] for at in odd])
        path.at(odd[0]).error("routes_items", shape=_shape(path), field=path.name, odd=shown, **_ROUTE)
    if js.get(context.table, "route") not in (MISSING, ""):
        path.error("route_twice", kind="exclusive")


def _shape(path: FieldPath) -> str:
    return _SHAPE_NOW if path.context.switched.route_previews else _SHAPE


def _is_route(path: FieldPath, value: Value) -> bool:
    """A pattern, or a table of a pattern with a zone or a custom domain, and nothing else."""
    if isinstance(value, str):
        return bool(value)
    if not isinstance(value, dict) or not isinstance(value.get("pattern"), str):
        return False
    strings = [key for key in ("zone_id", "zone_name") if isinstance(value.get(key), str)]
    domain = isinstance(value.get("custom_domain"), bool)
    more = ("enabled", "previews_enabled") if path.context.switched.route_previews else ()
    extra = [key for key in more if isinstance(value.get(key), bool)]
    if len(strings) + domain + len(extra) != len(value) - 1 or len(strings) == 2:
        return False
    return (bool(strings) or domain) and (domain or not extra)
