"""What a config names: folders and images that must be there, bindings whose names must differ."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from edgewheel.findings import Finding
from edgewheel.rules.ew3 import shapes
from edgewheel.wrangler.fields import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.findings import Place
    from edgewheel.repository.worker import Worker
    from edgewheel.rules.ew3.levels import Level


def bindings(level: Level, version: str) -> Iterator[Finding]:
    """Two bindings of one name in a table: facts: `… assigned to multiple … bindings.`"""
    seen: set[str] = set()
    for name, place in _binding_names(level, version):
        if name in seen:
            message = f"`{name}` is the name of two bindings: {shapes.STOPS}"
            yield Finding(message, place, f"give one of them another name, such as `{name}_2`")
        seen.add(name)


def _binding_names(level: Level, version: str) -> Iterator[tuple[str, Place]]:
    titles = known(version).titles
    for field in [name for name in level.table if name in titles]:
        key: tuple[str, ...] = {"queues": ("queues", "producers")}.get(field, (field,))
        name = "binding"
        if field in {"durable_objects", "logfwdr", "unsafe"}:
            key, name = (field, "bindings"), "name"
        value: Any = level.document.get(*level.key, *key)
        if field == "vars" and isinstance(value, dict):
            for each in value:
                yield each, level.place("vars", each)
        elif isinstance(value, dict) and isinstance(value.get("binding"), str):
            yield value["binding"], level.place(*key, "binding")
        elif isinstance(value, list) and all(
            isinstance(item, dict) and isinstance(item.get(name), str) for item in value
        ):
            for at, item in enumerate(value):
                yield item[name], level.place(*key, at, name)


def folders(worker: Worker, level: Level) -> Iterator[Finding]:
    """Paths that must exist: a Dockerfile or a tagged image, and the folder of assets."""
    folder = posixpath.dirname(level.document.path)
    given = _table(level, "assets").get("directory")
    built = _table(level, "build").get("command") or level.document.get("build", "command")
    if isinstance(given, str) and given and not built:
        path = posixpath.normpath(posixpath.join(folder, given))
        if not worker.disk.is_dir(path):
            message = f"`assets.directory` is `{given}`, which is no folder beside the config: wrangler stops with "
            message += '`The directory specified by the "assets.directory" field … does not exist`'
            ignored = worker.git.rule(f"{path}/") is not None
            fix = f"mkdir -p {posixpath.relpath(path, worker.root)}"
            yield Finding(message, level.place("assets", "directory"), fix, "warning" if ignored else "")
    images = level.table.get("containers")
    for at, each in enumerate(images if isinstance(images, list) else ()):
        image = each.get("image") if isinstance(each, dict) else None
        if isinstance(image, str) and ":" not in image.rpartition("/")[2]:
            path = posixpath.normpath(posixpath.join(folder, image))
            if not worker.disk.is_file(path):
                message = (
                    f"`containers[{at}].image` is `{image}`, which is neither a Dockerfile nor an image with a tag: "
                )
                fix = "write the path of a Dockerfile, or an image with its tag"
                yield Finding(message + shapes.STOPS, level.place("containers", at, "image"), fix)


def _table(level: Level, name: str) -> dict[str, Any]:
    found = level.table.get(name)
    return found if isinstance(found, dict) else {}
