"""wrangler's checks of `route` and `routes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.notes import MISSING, shown

if TYPE_CHECKING:
    from edgewheel.wrangler.bindings import Site
    from edgewheel.wrangler.notes import Notes

Value = Any
_FIELDS = "{ pattern, custom_domain, zone_id | zone_name }"
#: since the previews of custom domains
_FIELDS_NOW = "{ pattern, custom_domain, zone_id | zone_name, enabled, previews_enabled }"


def route(notes: Notes, field: str, value: Value, *, previews: bool) -> None:
    """An empty text is taken for no route, with a warning."""
    if value == "":
        notes.warnings.append(
            'The "route" field in your configuration is an empty string and will be ignored.\n'
            'Please remove the "route" field from your configuration.'
        )
    elif value is not MISSING and not is_route(value, previews=previews):
        notes.errors.append(
            f'Expected "{field}" to be either a string, or an object with shape '
            f"{_FIELDS_NOW if previews else _FIELDS}, but got {shown(value)}."
        )


def route_list(notes: Notes, site: Site, value: Value, table: dict[str, Any], *, previews: bool) -> None:
    """`routes`, in a table that must not have a `route` too."""
    if value is MISSING:
        return
    if not isinstance(value, list):
        notes.errors.append(f'Expected "{site.field}" to be an array but got {shown(value)}.')
    elif odd := [each for each in value if not is_route(each, previews=previews)]:
        notes.errors.append(
            f'Expected "{site.field}" to be an array of either strings or objects with the shape '
            f"{_FIELDS_NOW if previews else _FIELDS}, but these weren't valid: {js.pretty(odd)}."
        )
    if "route" in table and table["route"] != "":
        notes.errors.append('Expected exactly one of the following fields ["routes","route"].')


def inherited(notes: Notes, env: str, top: Value) -> None:
    """Custom domains that an environment without `routes` takes from the top level."""
    patterns = [
        shown(each.get("pattern", MISSING)) if not isinstance(each.get("pattern"), str) else each["pattern"]
        for each in (top if isinstance(top, list) else ())
        if isinstance(each, dict) and each.get("custom_domain") is True
    ]
    if patterns:
        notes.warnings.append(
            f'The "env.{env}" environment inherits the top-level `routes` configuration, which includes the custom '
            f"domain(s): {', '.join(patterns)}. Deploying this environment will reassign these custom domains away "
            f'from the top-level Worker. Add `"routes": []` to "env.{env}" to prevent inheritance, or copy the route '
            "configuration from the top level to hide this warning."
        )


def is_route(value: Value, *, previews: bool) -> bool:
    """A pattern, or a table of a pattern with a zone or a custom domain, and nothing else."""
    if isinstance(value, str):
        return bool(value)
    if not isinstance(value, dict) or not isinstance(value.get("pattern"), str):
        return False
    strings = [key for key in ("zone_id", "zone_name") if isinstance(value.get(key), str)]
    domain = isinstance(value.get("custom_domain"), bool)
    extra = [key for key in ("enabled", "previews_enabled") if previews and isinstance(value.get(key), bool)]
    if len(strings) + domain + len(extra) != len(value) - 1 or len(strings) == 2:
        return False
    return (bool(strings) or domain) and (domain or not extra)
