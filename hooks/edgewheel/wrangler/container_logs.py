"""wrangler's check of a container's own `observability`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.fields import is_kind, is_whole, members, rule, typed
from edgewheel.wrangler.js import MISSING
from edgewheel.wrangler.platform import required

if TYPE_CHECKING:
    from edgewheel.wrangler.diagnostics import FieldPath
    from edgewheel.wrangler.schema import Entry

Value = Any


@rule
def container_observability(path: FieldPath, _: Entry) -> None:
    inner = path.at("observability")
    if inner.value is MISSING:
        return
    if not is_kind(inner.value, "table"):
        inner.error("watch_table", kind="type", wanted="a table")
        return
    logs = inner.get("logs")
    typed(inner, {"name": "enabled", "is": "boolean?"}, "property")
    if logs is not MISSING and not is_kind(logs, "table"):
        inner.error("watch_logs", "logs", value=js.shown(logs), kind="type", wanted="a table")
    elif logs is not MISSING:
        members(inner.at("logs"), [{"name": "enabled", "is": "boolean?"}], "property", {})
    _targets(inner, logs)


def _targets(path: FieldPath, logs: Value) -> None:
    percentage, count, enabled = (
        path.get(name) for name in ("target_instance_percentage", "target_instance_count", "enabled")
    )
    logged = js.get(logs, "enabled") if isinstance(logs, dict) else MISSING
    is_open = logs is MISSING or (isinstance(logs, dict) and logged is MISSING)
    if is_open and percentage is MISSING and count is MISSING and enabled is MISSING:
        required(path, ["enabled", "logs.enabled"], [enabled, logged])
    for name in ("target_instance_percentage", "target_instance_count"):
        typed(path, {"name": name, "is": "number?"}, "property")
    path.unknown(path.name, ("enabled", "logs", "target_instance_percentage", "target_instance_count"), [])
    if isinstance(enabled, bool) and isinstance(logged, bool) and enabled != logged:
        path.error("watch_differ", "enabled", kind="exclusive")
    if percentage is not MISSING and count is not MISSING:
        path.error("watch_both", "target_instance_count", kind="exclusive")
    if js.typeof(percentage) == "number" and not (is_whole(percentage) and 1 <= percentage <= 99):
        path.error("watch_percentage", "target_instance_percentage", kind="range", wanted="a whole number from 1 to 99")
    if js.typeof(count) == "number" and not (is_whole(count) and count >= 1):
        path.error("watch_count", "target_instance_count", kind="range", wanted="a whole number above 0")
    if enabled is not True and logged is not True:
        for name in ("target_instance_percentage", "target_instance_count"):
            if path.get(name) is not MISSING:
                path.error("watch_off", name)
