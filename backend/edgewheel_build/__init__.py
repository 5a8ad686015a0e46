"""A build backend: `build-backend = "edgewheel_build"` makes the wheel of a Python Worker.

Importing it costs nothing: hatchling, which writes the archives, is asked for by the `get_requires_…` functions
and imported inside the functions that build.
"""

from __future__ import annotations

from edgewheel_build.backend import (
    build_editable,
    build_sdist,
    build_wheel,
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
]
