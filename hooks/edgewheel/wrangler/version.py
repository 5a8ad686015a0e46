"""Which wrangler will deploy a Worker, and what differs between its versions."""

from __future__ import annotations

import json
import posixpath
import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.data import facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.disk import Disk
    from edgewheel.repository.worker import Worker

#: Where a version stands in the lock files that are text, not JSON.
_LOCKED = {
    "pnpm-lock.yaml": r"(?m)^ {2,4}['\"]?/?wrangler[@/](\d+\.\d+\.\d+)",
    "yarn.lock": r'(?m)^"?wrangler@[^\n]*:\n +version:? "?(\d+\.\d+\.\d+)',
    "bun.lock": r'"wrangler": \["wrangler@(\d+\.\d+\.\d+)',
}
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


class Behavior(NamedTuple):
    """How one version behaves; each field is explained in `wrangler_versions.json`, whose order it has."""

    version: str
    vendored_defaults: bool
    exclude: bool
    experimental_warning: bool
    sql_default: bool
    cf_requirements: bool
    vendored_js: bool
    find_modules_optional: bool
    shadowed_is_skipped: bool
    friendly_errors: bool
    env_variable: bool
    cloudflare_env: bool
    env_unexpected: bool
    unsafe_once: bool
    vars_listed: bool
    vars_dates: bool
    route_previews: bool
    routes_inherited: bool
    durable_sqlite: bool
    durable_exports: bool
    durable_table: bool
    redirect_env: bool
    jsonc_name: bool
    entry_advice: bool
    name_advice: bool
    smol_toml: bool
    toml_11: bool
    maps_by_default: bool
    pages_go_on: bool
    node_v2_words: bool
    managed_containers: bool
    late_checks: bool


def switches(version: str = "") -> Behavior:
    """The behaviour of a version such as `4.42.2`; of the newest known for an empty or unreadable one."""
    known = facts("wrangler_versions")
    if _VERSION.match(version) is None:
        version = known["newest"]
    number = numbers(version)
    on = {
        name: numbers(each.get("from", "0.0.0")) <= number < numbers(each.get("until", "9999.0.0"))
        for name, each in known["switches"].items()
    }
    return Behavior(version, **on)


def since(name: str, version: str) -> str:
    """What one version has of a list of `wrangler_versions.json`, each item with the first version that has it."""
    found: list[tuple[str, str]] = facts("wrangler_versions")[name]
    return next((each for first, each in reversed(found) if numbers(first) <= numbers(version)), found[0][1])


def numbers(version: str) -> tuple[int, ...]:
    """`4.42.2` as (4, 42, 2); what follows the three numbers does not count."""
    match = _VERSION.match(version)
    return tuple(int(each) for each in match.groups()) if match else (0, 0, 0)


def installed(worker: Worker) -> str:
    """The version that deploys a Worker, as `located` finds it."""
    return located(worker)[0]


def located(worker: Worker) -> tuple[str, str]:
    """The version that deploys a Worker and what says so: `[tool.edgewheel] wrangler-version`, else the nearest of
    node_modules, package-lock.json, pnpm-lock.yaml, yarn.lock and bun.lock upwards (the absolute path of the file),
    else the newest known (no file).
    """
    if worker.settings.wrangler_version:
        return worker.settings.wrangler_version, worker.pyproject.path if worker.pyproject else ""
    folder = worker.root
    while True:
        version, path = worker.checkout.once(("wrangler", folder), partial(_of_folder, worker.disk, folder))
        if version:
            return version, path
        if folder in {worker.repository, posixpath.dirname(folder)}:
            return str(facts("wrangler_versions")["newest"]), ""
        folder = posixpath.dirname(folder)


def _of_folder(disk: Disk, folder: str) -> tuple[str, str]:
    """The version that a folder's files tell first, and the file; both "" for none."""
    return next(((version, path) for path, version in _in_folder(disk, folder) if version), ("", ""))


def _in_folder(disk: Disk, folder: str) -> Iterator[tuple[str, str]]:
    """The files of a folder that may tell a version, and what they tell ("": nothing)."""
    path = posixpath.join(folder, "node_modules/wrangler/package.json")
    yield path, _version(_json(disk, path).get("version"))
    path = posixpath.join(folder, "package-lock.json")
    lock = _json(disk, path)
    for table, name in (("packages", "node_modules/wrangler"), ("dependencies", "wrangler")):
        entries = lock.get(table)
        entry = entries.get(name) if isinstance(entries, dict) else None
        if isinstance(entry, dict):
            yield path, _version(entry.get("version"))
    for name, pattern in _LOCKED.items():
        path = posixpath.join(folder, name)
        if disk.is_file(path) and (match := re.search(pattern, disk.read(path).decode("utf-8", "replace"))):
            yield path, match[1]


def _version(value: object) -> str:
    return value if isinstance(value, str) and _VERSION.match(value) else ""


def _json(disk: Disk, path: str) -> dict[str, object]:
    if not disk.is_file(path):
        return {}
    try:
        loaded = json.loads(disk.read(path))
    except (ValueError, RecursionError):  # a broken lock file tells nothing
        return {}
    return loaded if isinstance(loaded, dict) else {}
