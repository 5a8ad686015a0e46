"""hatchling's sdist builder with the hook switched on."""

from __future__ import annotations

from typing import Any

from hatchling.builders.sdist import SdistBuilder

from edgewheel_build.builders import with_hook


class WorkerSdistBuilder(SdistBuilder):
    """A source archive."""

    def get_build_hooks(self, directory: str) -> dict[str, Any]:
        return with_hook(self, super().get_build_hooks(directory), directory)
