"""EW313: keys that wrangler does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.ew3 import shapes
from edgewheel.rules.ew3.levels import levels
from edgewheel.rules.registry import rule
from edgewheel.wrangler.fields import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.documents.document import Key
    from edgewheel.rules.ew3.levels import Level

#: Said by rules of their own.
_ELSEWHERE = {("include",), ("exclude",), ("type",), ("rule",), ("build", "upload")}


@rule("EW313", "worker-wrangler-config", level="warning")
def unknown_config_key(deploys: Deploys) -> Iterator[Finding]:
    """A key of the wrangler config that wrangler does not know.

    Workers: wrangler warns `Unexpected fields found` and deploys without it: what the key should do does not happen.
    In TOML it often is a key that slipped below a `[table]` and belongs above it.

    Fix: write the key's right name, move it to its table, or remove it.

    Bad:
        main = "src/main.py"
        compatability_date = "2026-09-08"

    Good:
        main = "src/main.py"
        compatibility_date = "2026-09-08"
    """
    version = deploys.version
    for level in levels(deploys):
        for key, is_later in shapes.unknown(level.table, version, top=not level.key):
            if key in _ELSEWHERE:
                continue
            where = f" in `{_table(level, key)}`" if key[1:] or (level.key and not is_later) else ""
            if is_later:
                message = f"`{key[-1]}`{where} is unknown to wrangler {version}, the installed one, which deploys "
                yield Finding(f"{message}without it", level.place(*key), "npm install wrangler@latest")
            else:
                message = f"`{key[-1]}`{where} is unknown to wrangler, which deploys without it"
                yield Finding(message, level.place(*key), _fix(level, key, version))


def _table(level: Level, key: Key) -> str:
    names = [step for step in key[:-1] if isinstance(step, str)]
    return level.name(*names, array=len(names) < len(key) - 1)


def _fix(level: Level, key: Key, version: str) -> str:
    from difflib import get_close_matches

    name = str(key[-1])
    is_toml = level.document.path.endswith(".toml")
    if (len(key) > 1 or level.key) and name != "name" and name in known(version).fields:
        return f"move `{name}` above the first `[table]`" if is_toml else f"move `{name}` to the top level"
    close = get_close_matches(name, shapes.members(key, version, top=not level.key), 1, 0.75)
    table = level.document.get(*level.key, *key[:-1])
    free = close and not (isinstance(table, dict) and close[0] in table)
    return f"rename it to `{close[0]}`" if free else f"remove `{name}`"
