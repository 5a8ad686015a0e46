"""What `wrangler deploy` looks at besides the modules: assets, routes, flags, containers. Each may end the run.

facts: wrangler 4.42.2 and 4.164.0, in this order where one config has several faults of these.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import messages
from edgewheel.wrangler.js import MISSING
from edgewheel.wrangler.links import DryRun, containers, events, images, lists, migrations, schemas, workflows
from edgewheel.wrangler.walk import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edgewheel.repository.disk import Disk
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.version import Behavior


def check(config: Config, disk: Disk, switched: Behavior, cwd: str, warnings: list[str]) -> None:
    """Adds the warnings; raises `Refused`. `cwd` is where wrangler runs."""
    for step in _early(switched):
        step(DryRun(config, disk, switched, cwd, warnings))
    if config.main and disk.kind(config.main_path) == "dir":
        raise Refused("EISDIR: illegal operation on a directory, read")


def check_late(config: Config, disk: Disk, switched: Behavior, cwd: str, warnings: list[str]) -> None:
    """What is looked at when the modules are there, more of it by newer versions; as `check`."""
    for step in _late(switched):
        step(DryRun(config, disk, switched, cwd, warnings))


def refusals(config: Config, disk: Disk, switched: Behavior) -> Iterator[Refused]:
    """Everything for which wrangler stops at a value of the config that its own checks have passed."""
    for step in (*_early(switched), *_late(switched)):
        if (refused := _refused(step, DryRun(config, disk, switched, config.project_root, []))) is not None:
            yield refused


def _refused(step: Callable[[DryRun], None], run: DryRun) -> Refused | None:
    try:
        step(run)
    except Refused as refused:
        return refused if refused.key else None
    return None


def _early(switched: Behavior) -> tuple[Callable[[DryRun], None], ...]:
    old = () if switched.late_checks else (_worker_first, _name_and_date, _routes)
    return (_assets, *old, _node, _blobs, containers) if old else (_assets, _node)


def _late(switched: Behavior) -> tuple[Callable[[DryRun], None], ...]:
    if not switched.late_checks:
        return (images, schemas)
    first = (_worker_first, _name_and_date, _blobs, workflows, events, _routes)
    return (*first, containers, migrations, images, lists, schemas)


def _node(run: DryRun) -> None:
    flags = run.config.flags
    if {"nodejs_compat", "nodejs_compat_v2"} <= set(flags):
        run.stop(
            "The `nodejs_compat` and `nodejs_compat_v2` compatibility flags cannot be used in together. "
            "Please select just one.",
            "compatibility_flags",
        )
    if "nodejs_compat_v2" in flags and run.config.is_python:
        run.warnings.append(messages.NODE_V2 if run.switched.node_v2_words else messages.NODE_V2_BEFORE)
    if run.config.is_python and run.get("minify") is True:
        run.warnings.append(messages.MINIFY)


def _name_and_date(run: DryRun) -> None:
    if run.get("name") in {MISSING, ""}:
        raise Refused(messages.no_name(run.config, run.switched))
    if not run.config.date:
        raise Refused(messages.no_date(run.config, run.switched))


def _assets(run: DryRun) -> None:
    assets = run.get("assets")
    if not isinstance(assets, dict | list):
        return
    assets = assets if isinstance(assets, dict) else {}  # facts: a list passes the validation, and has no directory
    if isinstance(run.config.document.data.get("site"), dict):
        raise Refused(
            "Cannot use assets and Workers Sites in the same Worker.\n"
            "Please remove either the `site` or `assets` field from your configuration file.",
            ("site",),
        )
    placement = run.get("placement")
    if isinstance(placement, dict) and placement.get("mode") == "smart" and assets.get("run_worker_first") is True:
        run.warnings.append(messages.SMART_PLACEMENT)
    _folder(run, assets.get("directory", MISSING))


def _worker_first(run: DryRun) -> None:
    assets = run.get("assets")
    first = assets.get("run_worker_first") if isinstance(assets, dict) else None
    if isinstance(first, list):
        _first(run, first)
    elif first is True and not assets.get("binding"):
        run.warnings.append(messages.WORKER_FIRST)


def _folder(run: DryRun, folder: Any) -> None:  # noqa: ANN401 - any TOML or JSON value
    if folder is MISSING:
        run.stop("The `assets` property in your configuration is missing the required `directory` property.", "assets")
    if folder == "":
        run.stop("`The assets directory cannot be an empty string.", "assets", "directory")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(run.config.config_path), str(folder)))
    found = run.disk.kind(path)
    if found in {None, "link-broken"}:  # a build may make it: there is a rule for that
        raise Refused(
            'The directory specified by the "assets.directory" field in your configuration file does not exist:\n'
            f"{path}"
        )
    if found not in {"dir", "link-dir"}:
        raise Refused(
            'The path specified by the "assets.directory" field in your configuration file '
            f"doesn't point to a directory:\n{path}"
        )


def _first(run: DryRun, rules: list[Any]) -> None:
    """Paths for which the Worker runs before the assets."""
    key = ("assets", "run_worker_first")
    texts = [str(rule) for rule in rules]
    if not texts:
        run.stop("No `run_worker_first` rules were provided; must provide at least 1 rule.", *key)
    positive = [rule for rule in texts if rule.startswith("/")]
    negative = [rule for rule in texts if rule.startswith("!/")]
    if negative and not positive:
        run.stop(
            "Only negative `run_worker_first` rules were provided; must provide at least 1 non-negative rule", *key
        )
    odd = [
        f"'{rule}': negative rules must start with '!/'"
        if rule[0:1] == "!"
        else f"'{rule}': rules must start with '/' or '!/'"
        for rule in texts
        if not rule.startswith(("/", "!/"))
    ]
    for group in (positive, negative):
        twice = [rule for at, rule in enumerate(group) if rule in group[:at]]
        odd += [f"'{rule}': rule is a duplicate; rules must be unique" for rule in twice]
    if odd:
        run.stop("Invalid routes in `run_worker_first`:\n" + "\n".join(odd), *key)


def _routes(run: DryRun) -> None:
    found, one = run.get("routes"), run.get("route")
    routes = found if isinstance(found, list) else [one] if isinstance(one, str | dict) and one else []
    assets = run.get("assets")
    folder = (
        assets.get("directory") if isinstance(assets, dict) and assets.get("run_worker_first") is not True else None
    )
    faults: dict[str, list[str]] = {}
    mounted = []
    for route in routes:
        pattern = str(route["pattern"] if isinstance(route, dict) else route)
        if isinstance(route, dict) and route.get("custom_domain"):
            if "*" in pattern:
                faults.setdefault(pattern, []).append("Wildcard operators (*) are not allowed in Custom Domains")
            if "/" in pattern:
                faults.setdefault(pattern, []).append("Paths are not allowed in Custom Domains")
        elif isinstance(folder, str) and pattern.split("/")[1:] != ["*"]:
            mounted.append(pattern)
    if faults:
        text = "Invalid Routes:\n" + "\n".join("\n".join((f"{each}:", *faults[each])) for each in faults)
        at = [str(each["pattern"] if isinstance(each, dict) else each) for each in routes].index(next(iter(faults)))
        run.stop(text, *(("routes", at) if isinstance(found, list) else ("route",)))
    if mounted:
        run.warnings.append(messages.mounted(run.config, str(folder), mounted, run.cwd))


def _blobs(run: DryRun) -> None:
    data = run.config.document.data
    name = messages.file_name(run.config.config_path, run.switched)
    if "wasm_modules" in data:
        raise Refused(
            "You cannot configure [wasm_modules] with an ES module worker. "
            "Instead, import the .wasm module directly in your code",
            ("wasm_modules",),
        )
    for key in ("text_blobs", "data_blobs"):
        if key in data:
            raise Refused(
                f"You cannot configure [{key}] with an ES module worker. Instead, import the file directly in your "
                f"code, and optionally configure `[rules]` in your {name} file",
                (key,),
            )
