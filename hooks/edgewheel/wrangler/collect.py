"""What wrangler would upload: the modules of the form, what it lists, warns of, and why it would refuse.

facts: wrangler 4.42.2 and 4.164.0 (`deploy --dry-run --outfile`). Only names and sizes are read, but for main, whose
length in UTF-8 counts.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.wrangler import rules as module_rules
from edgewheel.wrangler.config import Rule, resolve
from edgewheel.wrangler.globs import any_match, compile_glob
from edgewheel.wrangler.version import installed, switches
from edgewheel.wrangler.walk import Found, Refused, as_node, files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from edgewheel.worker.disk import Disk
    from edgewheel.worker.model import Worker
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.version import Switches


class Module(NamedTuple):
    """One module: its name in the upload, wrangler's type for it, bytes, the real file ("" for a generated one), and
    where it stands on the disk that was walked; both absolute.
    """

    name: str
    type: str
    size: int
    source: str
    path: str = ""


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


def collect(  # noqa: PLR0913 - wrangler's own arguments, by keyword
    worker: Worker, disk: Disk, *, env: str | None = None, script: str = "", version: str = "", cwd: str = ""
) -> Upload:
    """The upload of one environment. `disk` may be a layout's; `cwd` (default: the Worker's folder) is where
    wrangler runs, to which `script` and the paths in its messages are relative.
    """
    switched = switches(version or installed(worker))
    config = resolve(worker, env=env, script=script, cwd=cwd)
    upload = Upload(switched.version, config.config_path, config.env, config.main_path, config.module_root)
    duplicates: list[str] = []
    warnings: list[str] = []
    try:
        main = _main(config, disk)
        listed = tuple(_modules(config, disk, switched, warnings, duplicates))
    except Refused as refused:
        return upload._replace(error=str(refused), warnings=tuple(warnings), duplicate_warnings=tuple(duplicates))
    form = {main.name: main}
    for module in listed:
        form[module.name] = module
    return upload._replace(
        modules=tuple(form.values()),
        listed=listed,
        attached=len(listed),
        total_bytes=main.size + sum(module.size for module in listed),
        duplicate_warnings=tuple(duplicates),
        warnings=tuple(warnings),
    )


def _main(config: Config, disk: Disk) -> Module:
    """facts: main is read as UTF-8 and written again, bad bytes become U+FFFD of three bytes each."""
    if not config.main:
        raise Refused("Missing entry-point to Worker script or to assets directory")
    if not disk.is_file(config.main_path):
        raise Refused(f'The entry-point file at "{config.main}" was not found.')
    content = disk.read(config.main_path)
    size = len(content) if content.isascii() else len(content.decode("utf-8", "replace").encode())
    return Module(posixpath.basename(config.main_path), "python", size, disk.source(config.main_path), config.main_path)


def _modules(
    config: Config, disk: Disk, switched: Switches, warnings: list[str], duplicates: list[str]
) -> Iterator[Module]:
    active = module_rules.active(config, switched)
    warnings += active.warnings * 2
    if config.find_additional_modules is False and switched.find_modules_optional:
        return
    walk = files(
        disk,
        config.module_root,
        without=config.config_path,
        hidden=posixpath.join(config.project_root, ".wrangler"),
    )
    main = posixpath.relpath(config.main_path, config.module_root)
    removed = () if switched.shadowed_is_skipped else active.removed
    for module in list(_match(disk, walk, active.rules, removed, duplicates)):
        if module.name != main:
            yield module
    yield from _vendored(config, disk, switched, duplicates)


def _vendored(config: Config, disk: Disk, switched: Switches, duplicates: list[str]) -> Iterator[Module]:
    folder = posixpath.join(config.project_root, "python_modules")
    if config.module_root != config.project_root and _exists(
        disk, posixpath.join(config.module_root, "python_modules")
    ):
        raise Refused("The 'python_modules' directory cannot exist in your module root. Delete it to continue.")
    if not _exists(disk, folder):
        return
    walk = files(disk, folder, without=config.main_path)
    rules: tuple[Rule, ...] = (Rule("Data", ("**/*",), fallthrough=True),)
    if switched.vendored_defaults:
        rules += module_rules.defaults(switched)
    excluded = any_match(compile_glob(glob) for glob in config.exclude) if switched.exclude else None
    for name, kind, size, source, path in list(_match(disk, walk, rules, (), duplicates)):
        if excluded is None or not excluded(name):
            script = switched.vendored_js and name.startswith("workers/") and name.endswith((".js", ".mjs"))
            yield Module(f"python_modules/{name}", "esm" if script else kind, size, source, path)


def _match(
    disk: Disk, walk: Iterable[Found], rules: Sequence[Rule], removed: Sequence[Rule], duplicates: list[str]
) -> Iterator[Module]:
    """The files that a rule names: the first match gives the type, every further one is a duplicate."""
    tests = [
        (compile_glob(glob).matches, module_rules.MODULE_TYPES[rule.type]) for rule in rules for glob in rule.globs
    ]
    wanted = any_match(compile_glob(glob) for rule in rules for glob in rule.globs)
    seen: set[str] = set()
    for raw, path, kind in walk:
        name = raw if raw.isascii() and "\\" not in raw else as_node(raw)
        if not wanted(name):
            continue
        types = [kind for matches, kind in tests if matches(name)]
        if name not in seen:
            seen.add(name)
            yield Module(name, types.pop(0), _size(disk, path, kind), disk.source(path), path)
        duplicates += [f"{name} ({kind})" for kind in types]


def _size(disk: Disk, path: str, kind: str) -> int:
    if kind == "link-dir":
        raise Refused("EISDIR: illegal operation on a directory, read")
    if kind == "link-broken":
        raise Refused(f"ENOENT: no such file or directory, open '{path}'")
    try:
        return disk.size(path)
    except CouldNotRun:
        raise Refused(f"ENOENT: no such file or directory, open '{path}'") from None


def _exists(disk: Disk, path: str) -> bool:
    return disk.kind(path) not in {None, "link-broken"}
