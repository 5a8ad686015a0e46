"""The wheel of a project that says nothing in `[tool.hatch.build]`: hatchling's metadata, written without its builders.

Half of what hatchling imports serves to select files, which the layout has done. The wheel is byte for byte the
builders' own, for the versions of hatchling that were compared; any other version takes the long way.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from hatchling.__about__ import __version__
from hatchling.bridge.app import Application
from hatchling.builders.utils import normalize_artifact_permissions
from hatchling.metadata.core import ProjectMetadata
from hatchling.metadata.spec import DEFAULT_METADATA_VERSION, get_core_metadata_constructors
from hatchling.plugin.manager import PluginManager

from edgewheel_build import work
from edgewheel_build.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Iterator

    Metadata = ProjectMetadata[PluginManager]

#: First and last hatchling (major, minor) whose wheels were found to be the same.
COMPARED = ((1, 27), (1, 33))
_WHEEL = "Wheel-Version: 1.0\nGenerator: hatchling {version}\nRoot-Is-Purelib: true\n"
#: Variables that make hatchling's builders do something else.
_ASKS_MORE = ("SOURCE_DATE_EPOCH", "HATCH_BUILD_CLEAN", "HATCH_BUILD_HOOKS_ONLY")
#: A minor version with this patch level satisfies `>=3.12.4` and the like.
_LATE = 100


def build_wheel(root: str, directory: str) -> str:
    """The path of the wheel; "" where the long way must be taken."""
    found = re.match(r"(\d+)\.(\d+)\.", __version__)
    known = found is not None and COMPARED[0] <= (int(found[1]), int(found[2])) <= COMPARED[1]
    if not known or any(name in os.environ for name in _ASKS_MORE):
        return ""
    metadata = ProjectMetadata(root, PluginManager())
    if metadata.hatch.config.get("build", {}) not in ({}, {"hooks": {"edgewheel": {}}}):
        return ""
    metadata.validate_fields()
    tags = _tags(metadata)
    return _build(root, directory, metadata, tags) if tags else ""


def _tags(metadata: Metadata) -> list[str]:
    """The Python generations that `requires-python` allows in any of their minor versions."""
    allows = metadata.core.python_constraint.contains
    return [f"py{major}" for major in (2, 3) if any(allows(f"{major}.{minor}.{_LATE}") for minor in range(100))]


def _build(root: str, directory: str, metadata: Metadata, tags: list[str]) -> str:
    planned = work.plan(root)
    files = work.named(list(planned.layout.files))
    name = re.sub(r"[^\w.]+", "_", metadata.core.name)
    info = f"{name}-{metadata.version}.dist-info"
    os.makedirs(directory, exist_ok=True)
    path = os.path.join(directory, f"{name}-{metadata.version}-{'.'.join(tags)}-none-any.whl")
    temporary = f"{path}.{os.getpid()}.tmp"  # another build of the same wheel has one of its own
    try:
        with open(temporary, "w+b") as target, ZipFile(target, "w", ZIP_DEFLATED) as zipped:
            archive = Archive(zipped, target)
            for file in files:
                archive.add(file)
            for each, content in _metadata(metadata, tags):
                archive.write(f"{info}/{each}", content)
            archive.finish(f"{info}/RECORD")
        normalize_artifact_permissions(temporary)
        os.replace(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)
    warnings, line = work.finish(path, planned, files)
    app = Application()
    for each in warnings:
        app.display_warning(each)
    app.display_info(line)
    return path


def _metadata(metadata: Metadata, tags: list[str]) -> Iterator[tuple[str, bytes]]:
    """The files of the dist-info but RECORD, in their order."""
    yield (
        "METADATA",
        get_core_metadata_constructors()[DEFAULT_METADATA_VERSION](metadata, extra_dependencies=[]).encode(),
    )
    lines = "".join(f"Tag: {tag}-none-any\n" for tag in tags)
    yield "WHEEL", (_WHEEL.format(version=__version__) + lines).encode()
    core = metadata.core
    groups = {"console_scripts": core.scripts, "gui_scripts": core.gui_scripts, **core.entry_points}
    sections = [
        f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in targets.items())
        for group, targets in groups.items()
        if targets
    ]
    if sections:
        yield "entry_points.txt", "\n".join(sections).encode()
    for name in core.license_files:
        with open(os.path.join(metadata.root, name), "rb") as file:
            yield f"licenses/{name}", file.read()
