"""What wrangler says before it looks at any file, and why it would refuse: in its order and its words.

facts: wrangler 4.42.2 and 4.164.0. Indents and blank lines of its messages are left out.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.data import facts
from edgewheel.wrangler import messages
from edgewheel.wrangler.notes import MISSING, Missing
from edgewheel.wrangler.version import numbers

if TYPE_CHECKING:
    from edgewheel.worker.disk import Disk
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.version import Switches


#: what esbuild takes as an entry point
_BUNDLED = {"", ".cjs", ".css", ".cts", ".js", ".json", ".jsx", ".mjs", ".mts", ".ts", ".tsx", ".txt"}


class Verdict(NamedTuple):
    """Warnings in order, and the error that ends the run; None where the upload goes on."""

    warnings: tuple[str, ...] = ()
    error: str | None = None


def refusal(config: Config, disk: Disk, switched: Switches) -> str | None:
    """The error for a config that wrangler refuses, run in the config's folder."""
    return judge(config, disk, switched).error


def judge(config: Config, disk: Disk, switched: Switches, *, cwd: str = "", built: bool = False) -> Verdict:
    """What comes before the walk. `cwd` (default: the project's root) is where wrangler runs; `built` says that
    `[build] command` has run.
    """
    document = config.document
    cwd = cwd or config.project_root
    if document.problem is not None:
        return Verdict((), messages.broken(document, switched))
    if (crash := _crash(config, switched)) is not None:
        return Verdict((), crash)
    warnings, error = _values(config, switched, cwd)
    if error is None:
        if (several := messages.several(config, switched)) is not None:
            warnings = (*warnings, several)
        error = _entry(config, disk, switched, cwd, built=built)
    if error is None:
        if switched.experimental_warning and config.is_python:
            path = posixpath.relpath(config.main_path, cwd)
            warnings = (
                *warnings,
                f"The entrypoint {path} defines a Python worker, support for Python workers is currently experimental.",
            )
        error = _deploy(config, disk, switched)
    if error is None and config.main:
        if config.is_python and messages.effective(config, "minify") is True:
            warnings = (*warnings, messages.MINIFY)
        if disk.kind(config.main_path) == "dir":
            error = "EISDIR: illegal operation on a directory, read"
    return Verdict(warnings, error)


def _crash(config: Config, switched: Switches) -> str | None:
    """facts: Python mode is prepared before the config's faults are told, so that some values crash it."""
    tsconfig = messages.effective(config, "tsconfig")
    if (tsconfig or isinstance(tsconfig, list | dict)) and not isinstance(tsconfig, str | Missing):
        bare = switched.smol_toml and config.config_path.endswith(".toml")
        return f'The "path" argument must be of type string. Received {messages.received(tsconfig, bare=bare)}'
    if not config.is_python:
        return None
    rules, flags = messages.effective(config, "rules"), messages.effective(config, "compatibility_flags")
    variable = next(
        name
        for first, name in reversed(facts("wrangler_versions")["config_variable"])
        if numbers(first) <= numbers(switched.version) or first == "4.42.0"
    )
    if rules is not MISSING and not isinstance(rules, list):
        return f"{variable}.rules.some is not a function"
    for rule in rules if isinstance(rules, list) else ():
        if rule is None:
            return "Cannot read properties of null (reading 'type')"
    if flags is not MISSING and not isinstance(flags, list | str):
        return f"{variable}.compatibility_flags.includes is not a function"
    if not isinstance(flags, list | str) or "python_workers" not in flags:
        return "The `python_workers` compatibility flag is required to use Python."
    return None


def _values(config: Config, switched: Switches, cwd: str) -> tuple[tuple[str, ...], str | None]:
    from edgewheel.wrangler.validate import validate

    where = posixpath.relpath(config.config_path, cwd)
    notes = validate(config, switched, where, redirected=config.redirected)
    warning = notes.warning_text()
    return (warning,) if warning else (), notes.error_text() or None


def _entry(config: Config, disk: Disk, switched: Switches, cwd: str, *, built: bool) -> str | None:
    if not config.main:
        assets = messages.effective(config, "assets")
        return None if isinstance(assets, dict) else messages.no_main(config, switched)
    if disk.kind(config.main_path) in {None, "link-broken"}:
        root = cwd if config.script else posixpath.dirname(config.config_path)
        path = posixpath.relpath(config.main_path, root)
        if config.build_command and not built:
            return (
                f"`{config.main}` does not exist: only `[build] command` makes it (`{config.build_command}`), "
                "which edgewheel runs with --run-build alone"
            )
        if config.build_command:
            name = messages.file_name(config.config_path, switched)
            return (
                f'The expected output file at "{path}" was not found after running custom build: '
                f"{config.build_command}.\n"
                f"The `main` property in your {name} file should point to the file generated by the custom build."
            )
        return f'The entry-point file at "{path}" was not found.' + (messages.ADVICE if switched.entry_advice else "")
    if not config.is_python:
        extension = posixpath.splitext(config.main_path)[1]
        if extension in _BUNDLED:
            return f"`{config.main}` is no Python: wrangler bundles it with esbuild, which is not predicted"
        path = posixpath.relpath(config.main_path, config.project_root)
        return f'Build failed with 1 error:\nNo loader is configured for "{extension}" files: {path}'
    return None


def _deploy(config: Config, disk: Disk, switched: Switches) -> str | None:
    if (error := _assets(config, disk)) is not None:
        return error
    if messages.effective(config, "name") in {MISSING, ""}:
        if switched.name_advice:
            name = 'name = "<name>"' if config.config_path.endswith("toml") else '{\n"name": "<name>"\n}'
            return (
                "You need to provide the name of your worker. Either pass it as a cli arg with --name <name> or in "
                f"your config file as {name}"
            )
        return (
            "You need to provide a name when publishing a worker. Either pass it as a cli arg with `--name <name>` or "
            'in your config file as `name = "<name>"`'
        )
    if not config.date:
        return messages.no_date(config, switched)
    return None


def _assets(config: Config, disk: Disk) -> str | None:
    assets = messages.effective(config, "assets")
    if not isinstance(assets, dict):
        return None
    folder = assets.get("directory", MISSING)
    if folder is MISSING:
        return "The `assets` property in your configuration is missing the required `directory` property."
    if folder == "":
        return "`The assets directory cannot be an empty string."
    path = posixpath.normpath(posixpath.join(posixpath.dirname(config.config_path), str(folder)))
    found = disk.kind(path)
    if found in {None, "link-broken"}:
        return (
            'The directory specified by the "assets.directory" field in your configuration file does not exist:\n'
            f"{path}"
        )
    if found != "dir":
        return (
            'The path specified by the "assets.directory" field in your configuration file '
            f"doesn't point to a directory:\n{path}"
        )
    return None
