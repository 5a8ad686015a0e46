"""Source maps, which join the form beside the modules that name them, vendored JavaScript included.

facts: wrangler since 4.150.0 without being asked, where the map is there; before, and strictly, with
`upload_source_maps = true`. A map is parsed, renamed after its module and written anew, so that its size changes. It
takes the place of a vendored file of the same name.

Modules are read for this only where a `.map` stands in their folder (strictly: all JavaScript).
"""

from __future__ import annotations

import json
import posixpath
from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import js
from edgewheel.wrangler.config import raw
from edgewheel.wrangler.walk import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edgewheel.repository.disk import Disk
    from edgewheel.wrangler.collect import Module
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.version import Behavior

_PREFIX = "//# sourceMappingURL="
_SCRIPTS = (".js", ".mjs", ".cjs")


def maps(config: Config, disk: Disk, switched: Behavior, modules: Iterable[Module]) -> Iterator[tuple[str, str, int]]:
    """The name in the form, the map's path and its bytes there, for each map that is uploaded."""
    wanted = raw(config, "upload_source_maps")
    if wanted is False or (wanted is not True and not switched.maps_by_default):
        return
    mapped: dict[str, bool] = {}
    for module in modules:
        folder = module.path.rpartition("/")[0]
        if folder not in mapped:
            mapped[folder] = any(entry.name.endswith(".map") for entry in disk.scan(folder)) if folder else False
        if mapped[folder] or (wanted is True and module.path and module.name.endswith(_SCRIPTS)):
            try:
                path = _named(disk, module.path, any_line=switched.maps_by_default)
                if path is not None:
                    yield f"{module.name}.map", path, len(content(module.name, disk.read(path)))
            except (Refused, ValueError) as refused:
                if wanted is True:
                    raise Refused(str(refused)) from None


def _named(disk: Disk, module: str, *, any_line: bool) -> str | None:
    """The map that a module names, None for a module that names none."""
    url = _url(disk.read(module).decode("utf-8", "replace"), any_line=any_line)
    if url is None:
        return None
    if url.startswith("data:"):
        raise Refused(f"Unsupported source map path in {module}: expected file path but found data URL.")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(module), url))
    if not disk.is_file(path):
        raise Refused(f"Invalid source map path in {module}: {path} does not exist.")
    return path


def content(name: str, text: bytes) -> bytes:
    """A map as it is sent with the module `name`; ValueError for what is none."""
    table = json.loads(text.decode("utf-8", "replace").removeprefix("\ufeff"), parse_constant=_no_number)
    sources = table.get("sources") if isinstance(table, dict) else None
    root = table.get("sourceRoot") if isinstance(table, dict) else None
    if not isinstance(sources, list) or not all(isinstance(each, str) for each in sources):
        raise ValueError("map.sources is not a list of strings")
    if root and not isinstance(root, str):
        raise ValueError("map.sourceRoot is not a string")
    table["file"] = name
    if root:
        table["sourceRoot"] = _inside(root)
    table["sources"] = [_inside(each) for each in sources]
    return js.stringify(table).encode("utf-8", "replace")


def _url(text: str, *, any_line: bool) -> str | None:
    """What the last line names, or, for newer versions, the last one before the code ends."""
    for line in reversed(text.rstrip().split("\n")):
        stripped = line.strip() if any_line else line
        if stripped.startswith(_PREFIX):
            while stripped.startswith(_PREFIX):
                stripped = stripped[len(_PREFIX) :]
            return stripped.strip()
        if stripped and (not any_line or not stripped.startswith(("//#", "//@"))):
            return None
    return None


def _inside(path: str) -> str:
    """Without the steps that lead out of the folder."""
    for prefix in ("./", ".\\", "../", "..\\"):
        while path.startswith(prefix):
            path = path[len(prefix) :]
    return path


def _no_number(name: str) -> Any:  # noqa: ANN401 - what the reader of JSON asks for
    raise ValueError(f"{name} is not JSON")
