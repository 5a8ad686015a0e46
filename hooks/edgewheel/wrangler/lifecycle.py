"""What wrangler says of Durable Objects without `migrations` (or, since 4.126, without `exports`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js

if TYPE_CHECKING:
    from edgewheel.wrangler.notes import Notes
    from edgewheel.wrangler.version import Switches

Table = dict[str, Any]
_MORE = (
    "Refer to https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/ for more details."
)


def check(notes: Notes, table: Table, top: Table, name: str, switched: Switches) -> None:
    """`table` is the environment's own, `top` what it inherits from; `name` the config's file name in messages."""
    durable = table.get("durable_objects")
    bindings = durable.get("bindings") if isinstance(durable, dict) else None
    if not isinstance(bindings, list):
        return
    exports = table.get("exports") or top.get("exports") or {}
    migrations = table.get("migrations") or top.get("migrations") or []
    own = [each for each in bindings if isinstance(each, dict) and not each.get("script_name")]
    if switched.durable_exports:
        own = [each for each in own if not _is_live(exports, each.get("class_name"))]
        if migrations and any(isinstance(e, dict) and e.get("type") == "durable-object" for e in _values(exports)):
            notes.errors.append(
                "`migrations` and `exports` are mutually exclusive. Choose one or the other to declare your "
                "Durable Object lifecycle, but not both."
            )
    classes = [each.get("class_name") for each in own]
    if not own or migrations or not all(isinstance(each, str) for each in classes):
        return
    listed = ", ".join(str(each) for each in classes)
    start = f"In your {name} file, you have configured `durable_objects` exported by this Worker ({listed}), but no "
    if switched.durable_exports:
        text = (
            f"{start}live `exports` entry for them. This may not work as expected until you add a live "
            "`durable-object` entry to `exports` for each. Add the following configuration:\n"
            f"```\n{_exports([str(each) for each in classes], name)}\n```"
        )
    else:
        text = (
            f"{start}`migrations` for them. This may not work as expected until you add a `migrations` section to "
            f"your {name} file. Add the following configuration:\n"
            f"```\n{_migrations([str(each) for each in classes], name, switched)}\n```\n{_MORE}"
        )
    notes.warnings.append("\n".join(line.strip() for line in text.splitlines() if line.strip()))


def _exports(classes: list[str], name: str) -> str:
    if name.endswith(".toml"):
        return "\n".join(f'[exports.{each}]\ntype = "durable-object"\nstorage = "sqlite"' for each in classes)
    return js.pretty({"exports": {each: {"type": "durable-object", "storage": "sqlite"} for each in classes}})


def _migrations(classes: list[str], name: str, switched: Switches) -> str:
    key = "new_sqlite_classes" if switched.durable_sqlite else "new_classes"
    if name.endswith(".toml"):
        listed = ", ".join(js.stringify(each) for each in classes)
        return f'[[migrations]]\ntag = "v1"\n{key} = [ {listed} ]'
    return js.pretty({"migrations": [{"tag": "v1", key: classes}]})


def _is_live(exports: Any, name: Any) -> bool:  # noqa: ANN401 - any TOML or JSON value
    entry = exports.get(name) if isinstance(exports, dict) and isinstance(name, str) else None
    return (
        isinstance(entry, dict)
        and entry.get("type") == "durable-object"
        and entry.get("state")
        not in {
            "deleted",
            "renamed",
            "transferred",
        }
    )


def _values(table: Any) -> list[Any]:  # noqa: ANN401
    return list(table.values()) if isinstance(table, dict) else []
