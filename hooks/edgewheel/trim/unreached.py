"""The patterns for what nothing reaches: parts, whole packages, folders, and large modules."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from edgewheel.sources.conditions import is_for_typing
from edgewheel.sources.modules import Modules
from edgewheel.sources.records import absolute
from edgewheel.trim.reach import dotted_name, part_of
from edgewheel.trim.removable import protected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edgewheel.trim.reach import Reachable, Readers

#: A folder or file below this many bytes is not worth a line in the config.
_LEAST = 4096


def unreachable(sizes: Mapping[str, int], found: Reachable, sources: Readers) -> dict[str, tuple[str, ...]]:
    """Patterns for what nothing reaches, each with its files: whole packages, folders, and large modules.

    A file that is no module goes only with the whole folder around it, and only where no reached module of its package
    names that folder.
    """
    tops: dict[str, list[str]] = {}
    for file in sizes:
        tops.setdefault(file.partition("/")[0], []).append(file)
    patterns: dict[str, tuple[str, ...]] = {}
    for top, files in sorted(tops.items()):
        if top in found.whole and not top.endswith(".dist-info"):
            patterns |= _parts(files, sizes, found)
            continue
        if top.endswith((".dist-info", ".pth")) or any(map(protected, files)):
            continue
        code = [file for file in files if file.endswith((".py", ".so"))]
        if not code:
            continue
        if found.files.isdisjoint(files):
            if sum(sizes[file] for file in files) >= _LEAST:
                patterns[f"{top}/**" if files != [top] else top] = tuple(files)
            continue
        text = b"\n".join(sources[file]() for file in files if file in found.files)
        patterns |= _inside(top, files, sizes, found, text)
    return patterns


def _parts(files: list[str], sizes: Mapping[str, int], found: Reachable) -> dict[str, tuple[str, ...]]:
    """The patterns for the parts of a package that nothing names, with their data."""
    parts: dict[str, list[str]] = {}
    for file in files:
        if part := part_of(file):
            parts.setdefault(part, []).append(file)
    return {
        f"{part}/**": tuple(some)
        for part, some in parts.items()
        if found.files.isdisjoint(some) and sum(sizes[file] for file in some) >= _LEAST
    }


def _inside(
    folder: str, files: list[str], sizes: Mapping[str, int], found: Reachable, text: bytes
) -> dict[str, tuple[str, ...]]:
    """The patterns inside a folder of which something is reached."""
    patterns: dict[str, tuple[str, ...]] = {}
    below: dict[str, list[str]] = {}
    for file in files:
        rest = file[len(folder) + 1 :]
        if "/" in rest:
            below.setdefault(f"{folder}/{rest.partition('/')[0]}", []).append(file)
        elif file.endswith(".py") and file not in found.files and sizes[file] >= _LEAST:
            patterns[file] = (file,)
    for inner, some in below.items():
        data = any(not file.endswith((".py", ".pyi", ".pyc", ".typed")) for file in some)
        named = re.search(rb"[\"'/]" + re.escape(posixpath.basename(inner).encode()) + rb"[\"'/.]", text)
        if not found.files.isdisjoint(some) or (data and named):
            patterns |= _inside(inner, some, sizes, found, text)
        elif sum(sizes[file] for file in some) >= _LEAST and any(file.endswith(".py") for file in some):
            patterns[f"{inner}/**"] = tuple(some)
    return patterns


def closed(patterns: Mapping[str, tuple[str, ...]], vendored: Readers, found: Reachable) -> dict[str, tuple[str, ...]]:
    """With the small modules that nothing reaches either and that import what goes: what stays imports."""
    gone = {file for files in patterns.values() for file in files}
    more: dict[str, tuple[str, ...]] = {}
    modules = Modules(vendored)
    dotted = {dotted_name(file) for file in gone}
    left = [file for file in vendored if file.endswith(".py") and file not in gone and file not in found.files]
    changed = True
    while changed:
        changed = False
        for file in list(left):
            if _leads_to(modules, file, dotted):
                left.remove(file)
                more[file] = (file,)
                dotted.add(dotted_name(file))
                changed = True
    return {**patterns, **more}


def _leads_to(modules: Modules, file: str, dotted: set[str]) -> bool:
    here, package = dotted_name(file), file.endswith("/__init__.py")
    for item in modules.record(file).imports:
        base = absolute(item.written, here, package=package)
        names = (base, *(f"{base}.{each}" for each in item.names)) if base and not is_for_typing(item) else ()
        if not dotted.isdisjoint(names):
            return True
    return False
