"""hatchling's wheel builder with the hook switched on: what `build-backend = "edgewheel_build"` runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hatchling.builders.wheel import RecordFile, WheelArchive, WheelBuilder

from edgewheel_build import archive as quick
from edgewheel_build.hatch import WorkerBuildHook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hatchling.builders.plugin.interface import BuilderInterface, IncludedFile


class WorkerWheelBuilder(WheelBuilder):
    """A wheel, or an editable one. The hook's files are written by `edgewheel_build.archive`."""

    #: the files of a wheel that is being built
    _held: Iterable[IncludedFile] = ()

    def get_build_hooks(self, directory: str) -> dict[str, Any]:
        return with_hook(self, super().get_build_hooks(directory), directory)

    def build_standard(self, directory: str, **build_data: Any) -> str:  # noqa: ANN401 - hatchling's own signature
        self._held = self.recurse_included_files()
        vars(self)["recurse_included_files"] = list
        return super().build_standard(directory, **build_data)

    def write_data(
        self, archive: WheelArchive, records: RecordFile, build_data: dict[str, Any], extra_dependencies: Sequence[str]
    ) -> None:
        quick.write(archive, records, self._held)
        self._held = ()
        super().write_data(archive, records, build_data, extra_dependencies)


def with_hook(builder: BuilderInterface[Any, Any], hooks: dict[str, Any], directory: str) -> dict[str, Any]:
    """The project's own hooks after ours: an `[tool.hatch.build.hooks.edgewheel]` beside the backend is no second."""
    name = WorkerBuildHook.PLUGIN_NAME
    table = hooks[name].config if name in hooks else {}
    ours = WorkerBuildHook(
        builder.root, table, builder.config, builder.metadata, directory, builder.PLUGIN_NAME, builder.app
    )
    return {name: ours, **{other: hook for other, hook in hooks.items() if other != name}}
