"""EW313: keys that wrangler does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.ew3 import diagnosed
from edgewheel.rules.ew3.levels import Scope
from edgewheel.rules.registry import rule
from edgewheel.wrangler.schema import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.deploy import Deploys
    from edgewheel.documents.document import Key
    from edgewheel.wrangler.diagnostics import Diagnostic

_TOLD = {"unknown", "later", "deprecated"}
#: Told by rules of their own.
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
    seen: set[Key] = set()
    for deploy in deploys.all:
        for each in deploy.diagnosis.warnings():
            if each.key not in seen and each.kind in _TOLD:
                seen.add(each.key)
                yield from _finding(deploys, each)


def _finding(deploys: Deploys, found: Diagnostic) -> Iterator[Finding]:
    level, key = _level(deploys, found.key)
    if key in _ELSEWHERE or _is_removed(level, deploys.version, key):
        return
    place, version = deploys.document.place(*found.key), deploys.version
    if found.kind == "deprecated":
        message = f"`{diagnosed.dotted(found.key)}` is deprecated, wrangler warns of it: {found.wanted}"
        yield Finding(message, place, found.wanted.replace("it has no effect: ", ""))
        return
    where = f" in `{_table(level, key)}`" if key[1:] or (level.key and found.kind == "unknown") else ""
    if found.kind == "later":
        message = f"`{key[-1]}`{where} is unknown to wrangler {version}, the installed one, which deploys without it"
        yield Finding(message, place, "npm install wrangler@latest")
    else:
        message = f"`{key[-1]}`{where} is unknown to wrangler, which deploys without it"
        yield Finding(message, place, _fix(level, key, found.names, version))


def _level(deploys: Deploys, key: Key) -> tuple[Scope, Key]:
    """The table of the top level or of an environment, and the key below it."""
    base: Key = key[:2] if key[:1] == ("env",) and len(key) > 2 else ()
    table = deploys.document.table(*base)
    return Scope(deploys.document, str(base[1]) if base else None, base, table), key[len(base) :]


def _is_removed(level: Scope, version: str, key: Key) -> bool:
    """What wrangler refuses is told as that (EW002)."""
    entry = schema(version).fields.get(str(key[0]), {})
    return len(key) == 1 and "why" in entry and not level.key


def _table(level: Scope, key: Key) -> str:
    names = [step for step in key[:-1] if isinstance(step, str)]
    return level.name(*names, array=len(names) < len(key) - 1)


def _fix(level: Scope, key: Key, names: Sequence[str], version: str) -> str:
    from difflib import get_close_matches

    name = str(key[-1])
    is_toml = level.document.path.endswith(".toml")
    if (len(key) > 1 or level.key) and name != "name" and name in schema(version).fields:
        return f"move `{name}` above the first `[table]`" if is_toml else f"move `{name}` to the top level"
    close = get_close_matches(name, sorted(names), 1, 0.75)
    table = level.document.get(*level.key, *key[:-1])
    free = close and not (isinstance(table, dict) and close[0] in table)
    return f"rename it to `{close[0]}`" if free else f"remove `{name}`"
