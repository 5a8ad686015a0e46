"""hatchling's builders with the hook switched on: `build-backend = "edgewheel_build"`, the long way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hatchling.builders.wheel import WheelBuilder

from edgewheel_build.hatch import WorkerBuildHook

if TYPE_CHECKING:
    from hatchling.builders.plugin.interface import BuilderInterface


class WorkerWheelBuilder(WheelBuilder):
    """A wheel, or an editable one."""

    def get_build_hooks(self, directory: str) -> dict[str, Any]:
        return with_hook(self, super().get_build_hooks(directory), directory)


def with_hook(builder: BuilderInterface[Any, Any], hooks: dict[str, Any], directory: str) -> dict[str, Any]:
    """The project's own hooks after ours: an `[tool.hatch.build.hooks.edgewheel]` beside the backend is no second."""
    name = WorkerBuildHook.PLUGIN_NAME
    table = hooks[name].config if name in hooks else {}
    ours = WorkerBuildHook(
        builder.root, table, builder.config, builder.metadata, directory, builder.PLUGIN_NAME, builder.app
    )
    return {name: ours, **{other: hook for other, hook in hooks.items() if other != name}}
