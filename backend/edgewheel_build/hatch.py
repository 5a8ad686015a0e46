"""The hatchling build hook `edgewheel`, and the builders that have it switched on: the wheel's files are the selection,
and the written wheel is judged.
"""

from __future__ import annotations

import os
import posixpath
import shutil
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.builders.plugin.interface import IncludedFile
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder
from hatchling.plugin import hookimpl

from edgewheel.findings import CouldNotRun
from edgewheel.layout.hatch import forced
from edgewheel.layout.plan import plan
from edgewheel.layout.selection import Built
from edgewheel.repository.writing import TEMPORARY
from edgewheel_build import build
from edgewheel_build.errors import check_early, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hatchling.builders.plugin.interface import BuilderInterface

    from edgewheel.layout.plan import File

    Builder = BuilderInterface[Any, Any]

#: hatchling's own options of a hook's table, and no others: hatchling does not report what nobody reads.
_OPTIONS = {"dependencies", "enable-by-default", "require-runtime-dependencies", "require-runtime-features"}


class WorkerBuildHook(BuildHookInterface[BuilderConfig]):
    """Switched on by an empty `[tool.hatch.build.hooks.edgewheel]`, or by `build-backend = "edgewheel_build"`."""

    PLUGIN_NAME = "edgewheel"

    _planned: build.Plan
    _files: list[File]
    #: what an sdist does not take of what hatchling would
    _left: dict[str, None]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Puts the selection in the place of hatchling's, or says in words why there is none."""
        if unknown := sorted(self.config.keys() - _OPTIONS):
            self.app.abort(
                f"edgewheel: `{unknown[0]}` in `[tool.hatch.build.hooks.edgewheel]` is ignored: "
                "write the setting in `[tool.edgewheel]`"
            )
        builder = self.build_config.builder
        with self._in_words():
            check_early(builder, self.target_name, build_data)
        if self.target_name == "wheel" and version == "editable":
            self._expose(builder)
        elif self.target_name == "wheel":
            self._plan(Built())
            if not _chooses(builder):
                self._choose(builder, self._planned.layout.folder)
            others = len(build_data.get("build_hooks", ())) > 1
            # Forcing each file by name costs hatchling more than writing it does; a builder that has its list ready
            # does what a subclass would.
            vars(builder)["recurse_included_files"] = lambda: self._wheel_files(builder, build_data, anew=others)
        elif self.target_name == "sdist":
            from edgewheel_build import sdist

            self._plan(Built())
            root = self.root.replace(os.sep, "/")
            folders = sdist.foreign_folders(self._planned.worker, root)
            builder.config.build_reserved_paths.update(folder.replace("/", os.sep) for folder in folders)
            self._left = dict.fromkeys(f"{folder}/" for folder in folders)
            vars(builder)["recurse_included_files"] = lambda: sdist.files(
                self._planned.worker, self._planned.layout, builder, self._left
            )

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Judges the wheel; a bad one is removed, and the build ends with the report. An sdist gets its line."""
        if self.target_name == "sdist":
            self.app.display_info(build.source_line(artifact_path, list(self._left)))
        if self.target_name != "wheel" or version == "editable":
            return
        with self._in_words():
            warnings, line = build.finish(artifact_path, self._planned, self._files)
            for each in warnings:
                self.app.display_warning(each)
            self.app.display_info(line)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Ends the build with what could not be done, and why."""
        try:
            yield
        except CouldNotRun as error:
            self.app.abort(words(error))

    def _plan(self, made: Built) -> None:
        with self._in_words():
            self._planned = build.plan(self.root, made)

    def _wheel_files(self, builder: Builder, build_data: dict[str, Any], *, anew: bool) -> Iterator[IncludedFile]:
        if anew:  # hooks that ran in between may have written modules or declared artifacts
            table = builder.config.build_force_include
            self._plan(Built(tuple(build_data["artifacts"]), forced(self.root.replace(os.sep, "/"), table)))
        with self._in_words():
            if lacking := self._planned.layout.lacking:
                raise CouldNotRun(f"Forced include not found: `{lacking[0]}`")
            self._files = build.named(list(self._planned.layout.files))
        _check_settings(builder)
        return _materialized(self._files, self.root.replace(os.sep, "/"))

    def _expose(self, builder: Builder) -> None:
        """An editable wheel copies nothing: the folder above the namespace goes on `sys.path`."""
        folder = self.root.replace(os.sep, "/")
        try:
            layout = plan(build.worker_of(self.root))
            folder = posixpath.dirname(layout.folder)
            if layout.added:
                self.app.display_warning(
                    f"edgewheel: no {', '.join(layout.added)}: the wheel gets them, an editable install does not"
                )
        except CouldNotRun as error:
            self.app.display_warning(f"edgewheel: {error}")
        if not _value(builder, "dev-mode-dirs"):
            builder.target_config["dev-mode-dirs"] = [self._relative(folder)]
        if not _chooses(builder):
            self._choose(builder, folder)

    def _choose(self, builder: Builder, folder: str) -> None:
        """Names a folder: hatchling would guess by the project's name, and fail where nothing has it."""
        builder.target_config["only-include"] = [self._relative(folder)]

    def _relative(self, path: str) -> str:
        return posixpath.relpath(path, self.root.replace(os.sep, "/"))


class WorkerWheelBuilder(WheelBuilder):
    """hatchling's builder of wheels, editable ones too, with the hook switched on."""

    def get_build_hooks(self, directory: str) -> dict[str, Any]:
        return _with_hook(self, super().get_build_hooks(directory), directory)


class WorkerSdistBuilder(SdistBuilder):
    """hatchling's builder of source archives with the hook switched on."""

    def get_build_hooks(self, directory: str) -> dict[str, Any]:
        return _with_hook(self, super().get_build_hooks(directory), directory)


def _with_hook(builder: Builder, hooks: dict[str, Any], directory: str) -> dict[str, Any]:
    """The project's own hooks after ours: an `[tool.hatch.build.hooks.edgewheel]` beside the backend is no second."""
    name = WorkerBuildHook.PLUGIN_NAME
    table = hooks[name].config if name in hooks else {}
    ours = WorkerBuildHook(
        builder.root, table, builder.config, builder.metadata, directory, builder.PLUGIN_NAME, builder.app
    )
    return {name: ours, **{other: hook for other, hook in hooks.items() if other != name}}


def _chooses(builder: Builder) -> bool:
    """Whether the project chooses files of the wheel itself."""
    return any(_value(builder, name) for name in ("include", "packages", "only-include"))


def _value(builder: Builder, name: str) -> object:
    return builder.target_config.get(name, builder.build_config.get(name, []))


def _check_settings(builder: Builder) -> None:
    """hatchling judges the shapes of the options when they are first asked for."""
    config = builder.config
    _ = (config.include_spec, config.exclude_spec, config.artifact_spec, config.only_include, config.only_packages)
    _ = (config.sources, config.packages, config.force_include)


def _materialized(files: Iterable[File], root: str) -> Iterator[IncludedFile]:
    """The files as hatchling takes them; what is generated stands in a temporary folder while they are taken."""
    with TemporaryDirectory(prefix=TEMPORARY) as folder:
        written: dict[bytes, str] = {}
        for file in files:
            path = file.source
            if file.content is not None:
                if file.content not in written:
                    written[file.content] = os.path.join(folder, str(len(written)))
                    with open(written[file.content], "wb") as target:
                        target.write(file.content)
                path = written[file.content]
            elif (mode := os.stat(path).st_mode) & build.SPECIAL:
                path = shutil.copyfile(path, os.path.join(folder, "plain"))
                os.chmod(path, mode & 0o777)
            relative = file.source[len(root) + 1 :] if file.source.startswith(f"{root}/") else ""
            yield IncludedFile(path.replace("/", os.sep), relative.replace("/", os.sep), file.name.replace("/", os.sep))


@hookimpl
def hatch_register_build_hook() -> type[WorkerBuildHook]:
    return WorkerBuildHook
