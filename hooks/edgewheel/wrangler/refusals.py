"""What wrangler says before it looks at any file, and why it would refuse: in its order and its words.

facts: wrangler 4.42.2 and 4.164.0. Indents and blank lines of its messages are left out.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.wrangler import advice, late, messages
from edgewheel.wrangler.walk import Refused

if TYPE_CHECKING:
    from edgewheel.documents.document import Document
    from edgewheel.repository.disk import Disk
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.diagnose import Diagnosis
    from edgewheel.wrangler.version import Switches


#: what esbuild takes as an entry point
_BUNDLED = {"", ".cjs", ".css", ".cts", ".js", ".json", ".jsx", ".mjs", ".mts", ".ts", ".tsx", ".txt"}


class Verdict(NamedTuple):
    """Warnings in order, and the error that ends the run; None where the upload goes on."""

    warnings: tuple[str, ...] = ()
    error: str | None = None


def refusal(config: Config, disk: Disk, switched: Switches) -> str | None:
    """The error for a config that wrangler refuses, run in the config's folder."""
    try:
        error = judge(config, disk, switched).error
        if error is None:
            late.check_late(config, disk, switched, config.project_root, [])
    except Refused as refused:
        return str(refused)
    return error


def diagnosed(config: Config, disk: Disk, switched: Switches, *, cwd: str = "") -> Diagnosis:
    """What wrangler says of the config itself, run in `cwd` (default: the project's root)."""
    from edgewheel.wrangler.diagnose import diagnose

    where = posixpath.relpath(config.config_path, cwd or config.project_root)
    return diagnose(config, switched, where, disk)


def judge(  # noqa: PLR0913 - wrangler's own arguments, by keyword
    config: Config,
    disk: Disk,
    switched: Switches,
    *,
    cwd: str = "",
    built: bool = False,
    diagnosis: Diagnosis | None = None,
) -> Verdict:
    """What comes before the walk. `cwd` (default: the project's root) is where wrangler runs; `built` says that
    `[build] command` has run; `diagnosis` is that of the config, where it is at hand.
    """
    document = config.document
    cwd = cwd or config.project_root
    if (problem := messages.unreadable(document, switched)) is not None:
        return Verdict((), messages.broken(document, problem, switched))
    if (stops := messages.built_for_another(config, switched)) is not None:
        return Verdict((), stops)
    found = diagnosis or diagnosed(config, disk, switched, cwd=cwd)
    text = found.notes.text("warnings")
    warnings = [text] if text and not found.crashes else []
    if found.error is not None:
        return Verdict(tuple(warnings), found.error)
    if (several := messages.several(config, switched)) is not None:
        warnings.append(several)
    try:
        _pages(document, switched, warnings)
        _entry(config, disk, switched, cwd, built=built)
        if switched.experimental_warning and config.is_python:
            path = posixpath.relpath(config.main_path, cwd)
            warnings.append(
                f"The entrypoint {path} defines a Python worker, support for Python workers is currently experimental."
            )
        late.check(config, disk, switched, cwd, warnings)
    except Refused as refused:
        return Verdict(tuple(warnings), str(refused))
    return Verdict(tuple(warnings))


def _pages(document: Document, switched: Switches, warnings: list[str]) -> None:
    if document.data.get("pages_build_output_dir"):
        if not switched.pages_go_on:
            raise Refused(messages.PAGES_BEFORE)
        warnings.append(messages.PAGES)


def _entry(config: Config, disk: Disk, switched: Switches, cwd: str, *, built: bool) -> None:
    if not config.main:
        assets = messages.effective(config, "assets")
        if messages.effective(config, "main") == "":
            raise Refused(messages.folder_as_main(switched))
        if not isinstance(assets, dict):
            raise Refused(advice.no_main(config, switched))
        raise Refused("there is no `main`: wrangler uploads the assets alone, and no module")
    if disk.kind(config.main_path) in {None, "link-broken"}:
        root = cwd if config.script else posixpath.dirname(config.config_path)
        path = posixpath.relpath(config.main_path, root)
        if config.build_command and not built:
            raise Refused(
                f"`{config.main}` does not exist: only `[build] command` makes it (`{config.build_command}`), "
                "which edgewheel runs with --run-build alone"
            )
        if config.build_command:
            name = messages.file_name(config.config_path, switched)
            raise Refused(
                f'The expected output file at "{path}" was not found after running custom build: '
                f"{config.build_command}.\n"
                f"The `main` property in your {name} file should point to the file generated by the custom build."
            )
        raise Refused(
            f'The entry-point file at "{path}" was not found.' + (messages.ADVICE if switched.entry_advice else "")
        )
    if not config.is_python:
        extension = posixpath.splitext(config.main_path)[1]
        if extension in _BUNDLED:
            raise Refused(f"`{config.main}` is not Python: wrangler bundles it with esbuild, which is not predicted")
        path = posixpath.relpath(config.main_path, config.project_root)
        raise Refused(f'Build failed with 1 error:\nNo loader is configured for "{extension}" files: {path}')
