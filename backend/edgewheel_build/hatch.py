"""The hatchling build hook `edgewheel`: the wheel's files are the layout, and the written wheel is judged."""

from __future__ import annotations

import os
import posixpath
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.plugin import hookimpl

from edgewheel.findings import CouldNotRun
from edgewheel.layout.committed import without_ignored
from edgewheel_build import refusals, selection, work
from edgewheel_build.project import worker_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hatchling.builders.plugin.interface import IncludedFile

    from edgewheel.layout.plan import File

#: hatchling's own options of a hook's table, and no others: hatchling does not report what nobody reads.
_OPTIONS = {"dependencies", "enable-by-default", "require-runtime-dependencies", "require-runtime-features"}


class WorkerBuildHook(BuildHookInterface[BuilderConfig]):
    """Switched on by an empty `[tool.hatch.build.hooks.edgewheel]`, or by `build-backend = "edgewheel_build"`."""

    PLUGIN_NAME = "edgewheel"

    _planned: work.Plan
    _files: list[File]
    #: what an sdist does not take of what hatchling would
    _left: dict[str, None]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Puts the layout in the place of hatchling's selection, or tells in words why there is none."""
        if unknown := sorted(self.config.keys() - _OPTIONS):
            self.app.abort(
                f"edgewheel: `{unknown[0]}` in `[tool.hatch.build.hooks.edgewheel]` is read by nobody: "
                "write the setting in `[tool.edgewheel]`"
            )
        builder = self.build_config.builder
        with self._in_words():
            refusals.check(builder, self.target_name, build_data)
        if self.target_name == "wheel" and version == "editable":
            self._expose(builder)
        elif self.target_name == "wheel":
            self._plan()
            others = len(build_data.get("build_hooks", ())) > 1
            chosen = selection.chooses(builder)
            if not chosen:
                self._choose(builder, self._planned.layout.folder)
            # Forcing each file by name costs hatchling more than writing it does; a builder that has its list ready
            # does what a subclass would.
            vars(builder)["recurse_included_files"] = lambda: self._wheel_files(builder, chosen=chosen, anew=others)
        elif self.target_name == "sdist":
            from edgewheel_build import source_files

            self._plan()
            root = self.root.replace(os.sep, "/")
            folders = source_files.foreign_folders(self._planned.worker, root)
            builder.config.build_reserved_paths.update(folder.replace("/", os.sep) for folder in folders)
            self._left = dict.fromkeys(f"{folder}/" for folder in folders)
            vars(builder)["recurse_included_files"] = lambda: source_files.files(
                self._planned.worker, self._planned.layout, builder, self._left
            )

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Judges the wheel; a bad one is removed, and the build ends with the report. An sdist is told of."""
        if self.target_name == "sdist":
            self.app.display_info(work.source_line(artifact_path, list(self._left)))
        if self.target_name != "wheel" or version == "editable":
            return
        with self._in_words():
            warnings, line = work.finish(artifact_path, self._planned, self._files)
            for each in warnings:
                self.app.display_warning(each)
            self.app.display_info(line)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Ends the build with what could not be done, and why."""
        try:
            yield
        except CouldNotRun as error:
            self.app.abort(work.words(error))

    def _plan(self) -> None:
        with self._in_words():
            self._planned = work.plan(self.root, keeps=self._is_artifact)

    def _wheel_files(self, builder: selection.Builder, *, chosen: bool, anew: bool) -> Iterator[IncludedFile]:
        if anew:  # hooks that ran in between may have written modules or declared artifacts
            self._plan()
        with self._in_words():
            self._files = selection.wheel_files(self._planned.worker, self._planned.layout, builder, chosen=chosen)
        return selection.materialized(self._files, self.root.replace(os.sep, "/"))

    def _expose(self, builder: selection.Builder) -> None:
        """An editable wheel copies nothing: the folder above the namespace goes on `sys.path`."""
        folder = self.root.replace(os.sep, "/")
        try:
            worker = worker_of(self.root)
            layout = without_ignored(worker, None)
            folder = posixpath.dirname(layout.folder)
            if layout.added:
                self.app.display_warning(
                    f"edgewheel: no {', '.join(layout.added)}: the wheel gets them, an editable install does not"
                )
        except CouldNotRun as error:
            self.app.display_warning(f"edgewheel: {error}")
        if not selection.option(builder, "dev-mode-dirs"):
            builder.target_config["dev-mode-dirs"] = [self._relative(folder)]
        if not selection.chooses(builder):
            self._choose(builder, folder)

    def _choose(self, builder: selection.Builder, folder: str) -> None:
        """Names a folder: hatchling would guess by the project's name, and fail where nothing has it."""
        builder.target_config["only-include"] = [self._relative(folder)]

    def _is_artifact(self, path: str) -> bool:
        """Whether the project, or one of its hooks, declares a file that git ignores as an artifact."""
        relative = os.path.relpath(path, self.root)
        return self.build_config.path_is_artifact(relative) or self.build_config.path_is_build_artifact(relative)

    def _relative(self, path: str) -> str:
        return posixpath.relpath(path, self.root.replace(os.sep, "/"))


@hookimpl
def hatch_register_build_hook() -> type[WorkerBuildHook]:
    return WorkerBuildHook
