"""What wrangler would upload: the modules of the form, what it lists, warns of, and why it would refuse.

facts: wrangler 4.42.2 and 4.164.0 (`deploy --dry-run --outfile`). Only names and sizes are read, but for main, whose
length in UTF-8 counts.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.wrangler import late
from edgewheel.wrangler import rules as module_rules
from edgewheel.wrangler.config import ModuleRule
from edgewheel.wrangler.globs import any_match, compile_glob
from edgewheel.wrangler.modules import Module, Warnings, first_match, match, unread, unshadowed
from edgewheel.wrangler.refusals import judge
from edgewheel.wrangler.sourcemaps import maps
from edgewheel.wrangler.walk import Refused, as_node, files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edgewheel.repository.disk import Disk
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.refusals import Verdict
    from edgewheel.wrangler.version import Behavior

__all__ = ["Module", "Upload", "collect", "judged", "modules", "unmade"]

#: a name in cf-requirements.txt
_PACKAGE = re.compile(r"[A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9]", re.IGNORECASE | re.ASCII)
_LINE_END = re.compile(r"\r\n|\n|\r")


class Upload(NamedTuple):
    """One deploy. `modules` is the multipart form, main first, one part a name; `listed` is wrangler's own list
    without main, where a file may stand twice, and what its table counts (`attached`).
    """

    wrangler: str
    config: str
    env: str | None
    main: str
    module_root: str
    modules: tuple[Module, ...] = ()
    listed: tuple[Module, ...] = ()
    attached: int = 0
    #: bytes of all listed modules and main
    total_bytes: int = 0
    #: `NAME (TYPE)`
    duplicate_warnings: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    error: str | None = None


def collect(config: Config, disk: Disk, switched: Behavior, *, cwd: str = "", built: bool = False) -> Upload:
    """The upload of one environment. `disk` may be a layout's; `cwd` (default: the project's root) is where wrangler
    runs, to which the paths in its messages are relative; `built` says that `[build] command` has run.
    """
    verdict = judge(config, disk, switched, cwd=cwd, built=built)
    found = modules(config, disk, switched) if verdict.error is None else None
    return judged(config, disk, switched, verdict, found, cwd=cwd)


def modules(config: Config, disk: Disk, switched: Behavior) -> Upload:
    """What is uploaded whatever else wrangler refuses the config for; `error` where the modules themselves stop it."""
    upload = _nothing(config, switched)
    said = Warnings([])
    try:
        main = _main(config, disk)
        listed = _modules(config, disk, switched, said)
        found = list(maps(config, disk, switched, (main, *listed)))
    except Refused as refused:
        return _stopped(upload, switched, said.warnings, said.duplicates, refused)
    form = {main.name: main}
    for module in listed:
        form[module.name] = module
    for name, path, size in found:
        form[name] = Module(name, "source-map", size, disk.source(path), path)
    return upload._replace(
        modules=tuple(_sent(module) for module in form.values()),
        listed=tuple(listed),
        attached=len(listed),
        total_bytes=main.size + sum(module.size for module in listed),
        duplicate_warnings=tuple(said.duplicates),
        warnings=tuple(said.warnings),
    )


def judged(  # noqa: PLR0913 - what `collect` has, and what it has found
    config: Config, disk: Disk, switched: Behavior, verdict: Verdict, found: Upload | None, *, cwd: str = ""
) -> Upload:
    """`collect`, of a verdict and modules (None where the verdict is a refusal) that are at hand."""
    if found is None:
        return _nothing(config, switched)._replace(error=verdict.error, warnings=verdict.warnings)
    warnings = [*verdict.warnings, *found.warnings]
    if found.error is None:
        try:
            late.check_late(config, disk, switched, cwd or config.project_root, warnings)
        except Refused as refused:
            return _stopped(_nothing(config, switched), switched, warnings, found.duplicate_warnings, refused)
    return found._replace(warnings=tuple(warnings))


def unmade(upload: Upload, why: str) -> Upload:
    """An upload whose files nothing can make."""
    return upload._replace(modules=(), listed=(), attached=0, total_bytes=0, error=why)


def _nothing(config: Config, switched: Behavior) -> Upload:
    return Upload(switched.version, config.config_path, config.env, config.main_path, config.module_root)


def _stopped(
    upload: Upload, switched: Behavior, warnings: Iterable[str], duplicates: Iterable[str], refused: Refused
) -> Upload:
    error = refused.told(friendly=switched.friendly_errors)
    return upload._replace(error=error, warnings=tuple(warnings), duplicate_warnings=tuple(duplicates))


def _sent(module: Module) -> Module:
    """facts: a multipart form has every line end in a name as CR LF."""
    if "\n" not in module.name and "\r" not in module.name:
        return module
    return module._replace(name=_LINE_END.sub("\r\n", module.name))


def _main(config: Config, disk: Disk) -> Module:
    """facts: main is read as UTF-8 and written again, bad bytes become U+FFFD of three bytes each."""
    try:
        content = disk.read(config.main_path)
    except CouldNotRun:
        raise unread(disk, config.main_path) from None
    size = len(content) if content.isascii() else len(content.decode("utf-8", "replace").encode())
    name = as_node(posixpath.basename(config.main_path))
    return Module(name, "python", size, disk.source(config.main_path), config.main_path)


def _modules(config: Config, disk: Disk, switched: Behavior, said: Warnings) -> list[Module]:
    active = module_rules.active(config, switched)
    said.warnings += active.warnings
    if config.find_additional_modules is False and switched.find_modules_optional:
        return []
    said.warnings += active.warnings
    hidden = posixpath.join(config.project_root, ".wrangler")
    walk = files(disk, config.module_root, without=config.walked_as, hidden=hidden)
    main = posixpath.relpath(config.main_path, config.module_root)
    seen: set[str] = set()
    walk = unshadowed(walk, active.removed, seen, old=not switched.shadowed_is_skipped)
    found = [each for each in match(disk, walk, active.rules, said, seen) if each.name != main]
    found += _requirements(config, disk, switched, said)
    found += _vendored(config, disk, switched, said)
    return found


def _requirements(config: Config, disk: Disk, switched: Behavior, said: Warnings) -> Iterator[Module]:
    """facts: until 4.77.0 cf-requirements.txt names packages that the platform brings, one module each."""
    path = posixpath.join(config.project_root, "cf-requirements.txt")
    if not switched.cf_requirements:
        if _exists(disk, path):
            said.warnings.append(
                "Found a `cf-requirements.txt` file. cf-requirements.txt is no longer used, instead put your "
                "dependencies in pyproject.toml and use pywrangler."
            )
        return
    if _exists(disk, posixpath.join(config.project_root, "requirements.txt")):
        said.warnings.append(
            "Found a `requirements.txt` file. Python requirements should now be in a `cf-requirements.txt` file."
        )
    text = disk.read(path).decode("utf-8", "replace") if disk.is_file(path) else ""
    for line in filter(None, text.split("\n")):
        if not _PACKAGE.fullmatch(line):
            raise Refused(
                f'Invalid Python package name "{line}" found in cf-requirements.txt. Note that cf-requirements.txt '
                "should contain package names only, not version specifiers."
            )
        yield Module(line, "python-requirement", 0, "")


def _vendored(config: Config, disk: Disk, switched: Behavior, said: Warnings) -> Iterator[Module]:
    folder = posixpath.join(config.project_root, "python_modules")
    if config.module_root != config.project_root and _exists(
        disk, posixpath.join(config.module_root, "python_modules")
    ):
        raise Refused("The 'python_modules' directory cannot exist in your module root. Delete it to continue.")
    if not _exists(disk, folder):
        return
    walk = files(disk, folder, without=config.main_path)
    rules: tuple[ModuleRule, ...] = (ModuleRule("Data", ("**/*",), fallthrough=True),)
    if switched.vendored_defaults:
        rules += module_rules.defaults(switched)
    patterns = [compile_glob(glob) for glob in config.exclude] if switched.exclude else []
    excluded = any_match(patterns) if all(glob.error is None for glob in patterns) else first_match(patterns)
    for name, kind, size, source, path in list(match(disk, walk, rules, said, set())):
        if not excluded(name):
            script = switched.vendored_js and name.startswith("workers/") and name.endswith((".js", ".mjs"))
            yield Module(f"python_modules/{name}", "esm" if script else kind, size, source, path)


def _exists(disk: Disk, path: str) -> bool:
    return disk.kind(path) not in {None, "link-broken"}
