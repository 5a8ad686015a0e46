"""A build backend: `build-backend = "edgewheel_build"` makes the wheel of a Python Worker.

The functions are those of PEP 517 and PEP 660. Importing it costs nothing: hatchling, which writes the archives, is
asked for by the `get_requires_…` functions and imported inside the functions that build.
"""

from __future__ import annotations

import os

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
]
#: As type checkers read it. Importing typing would be half of what the process before a build does.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from hatchling.builders.plugin.interface import BuilderInterface

    Settings = Mapping[str, object] | None


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:  # noqa: ARG001 - PEP 517
    from edgewheel_build.requires import requires

    return requires(os.getcwd(), "wheel")


def get_requires_for_build_sdist(config_settings: Settings = None) -> list[str]:  # noqa: ARG001 - PEP 517
    from edgewheel_build.requires import requires

    return requires(os.getcwd(), "sdist")


def get_requires_for_build_editable(config_settings: Settings = None) -> list[str]:
    return get_requires_for_build_wheel(config_settings)


def build_wheel(
    wheel_directory: str,
    config_settings: Settings = None,  # noqa: ARG001 - PEP 517
    metadata_directory: str | None = None,  # noqa: ARG001 - PEP 517
) -> str:
    """The name of the wheel in `wheel_directory`; a wheel that is judged bad ends the process with its report."""
    from edgewheel_build.errors import friendly_errors

    with friendly_errors():
        from edgewheel_build.wheel import build_wheel as quickly

        if path := quickly(os.getcwd(), wheel_directory):
            return os.path.basename(path)
        from edgewheel_build.hatch import WorkerWheelBuilder

        return _build(WorkerWheelBuilder(os.getcwd()), wheel_directory, "standard")


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:  # noqa: ARG001 - PEP 517
    """The name of the archive in `sdist_directory`; the wheel built from it is the one built from the tree."""
    from edgewheel_build.errors import friendly_errors

    with friendly_errors():
        from edgewheel_build.hatch import WorkerSdistBuilder

        return _build(WorkerSdistBuilder(os.getcwd()), sdist_directory, "standard")


def build_editable(
    wheel_directory: str,
    config_settings: Settings = None,  # noqa: ARG001 - PEP 660
    metadata_directory: str | None = None,  # noqa: ARG001 - PEP 660
) -> str:
    """The name of a wheel that puts the folder above the namespace on `sys.path`, and copies nothing."""
    from edgewheel_build.errors import friendly_errors

    with friendly_errors():
        from edgewheel_build.hatch import WorkerWheelBuilder

        return _build(WorkerWheelBuilder(os.getcwd()), wheel_directory, "editable")


def _build(builder: BuilderInterface[Any, Any], directory: str, version: str) -> str:
    from edgewheel.findings import CouldNotRun
    from edgewheel_build.build import temporary_folder

    with temporary_folder(directory):
        for path in builder.build(directory=directory, versions=[version]):
            return os.path.basename(path)
    raise CouldNotRun("`HATCH_BUILD_HOOKS_ONLY` is set: hatchling runs the hooks and writes nothing. Unset it to build")
