"""What `wrangler deploy` looks at besides the modules: assets, routes, flags, containers. Each may end the run.

facts: wrangler 4.42.2 and 4.164.0, in this order where one config has several faults of these.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from edgewheel.wrangler import advice, messages
from edgewheel.wrangler.notes import MISSING
from edgewheel.wrangler.walk import Refused

if TYPE_CHECKING:
    from edgewheel.repository.disk import Disk
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.version import Switches


def check(config: Config, disk: Disk, switched: Switches, cwd: str, warnings: list[str]) -> None:
    """Adds the warnings; raises `Refused`. `cwd` is where wrangler runs."""
    _assets(config, disk, warnings)
    if not switched.late_checks:
        _worker_first(config, warnings)
        _name_and_date(config, switched)
        _routes(config, cwd, warnings)
    if {"nodejs_compat", "nodejs_compat_v2"} <= set(config.flags):
        raise Refused(
            "The `nodejs_compat` and `nodejs_compat_v2` compatibility flags cannot be used in together. "
            "Please select just one."
        )
    if "nodejs_compat_v2" in config.flags and config.is_python:
        warnings.append(messages.NODE_V2 if switched.node_v2_words else messages.NODE_V2_BEFORE)
    if config.is_python and messages.effective(config, "minify") is True:
        warnings.append(messages.MINIFY)
    if not switched.late_checks:
        _blobs(config, switched)
    if config.main and disk.kind(config.main_path) == "dir":
        raise Refused("EISDIR: illegal operation on a directory, read")


def check_late(config: Config, disk: Disk, switched: Switches, cwd: str, warnings: list[str]) -> None:
    """What is looked at when the modules are there, more of it by newer versions; as `check`."""
    if switched.late_checks:
        _worker_first(config, warnings)
        _name_and_date(config, switched)
        _blobs(config, switched)
        _routes(config, cwd, warnings)
    _containers(config, disk)


def _name_and_date(config: Config, switched: Switches) -> None:
    if messages.effective(config, "name") in {MISSING, ""}:
        raise Refused(advice.no_name(config, switched))
    if not config.date:
        raise Refused(advice.no_date(config, switched))


def _assets(config: Config, disk: Disk, warnings: list[str]) -> None:
    assets = messages.effective(config, "assets")
    if not isinstance(assets, dict):
        return
    if isinstance(config.document.data.get("site"), dict):
        raise Refused(
            "Cannot use assets and Workers Sites in the same Worker.\n"
            "Please remove either the `site` or `assets` field from your configuration file."
        )
    placement = messages.effective(config, "placement")
    if isinstance(placement, dict) and placement.get("mode") == "smart" and assets.get("run_worker_first") is True:
        warnings.append(messages.SMART_PLACEMENT)
    _folder(config, disk, assets.get("directory", MISSING))


def _worker_first(config: Config, warnings: list[str]) -> None:
    assets = messages.effective(config, "assets")
    first = assets.get("run_worker_first") if isinstance(assets, dict) else None
    if isinstance(first, list):
        _first(first)
    elif first is True and not assets.get("binding"):
        warnings.append(messages.WORKER_FIRST)


def _folder(config: Config, disk: Disk, folder: Any) -> None:  # noqa: ANN401 - any TOML or JSON value
    if folder is MISSING:
        raise Refused("The `assets` property in your configuration is missing the required `directory` property.")
    if folder == "":
        raise Refused("`The assets directory cannot be an empty string.")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(config.config_path), str(folder)))
    found = disk.kind(path)
    if found in {None, "link-broken"}:
        raise Refused(
            'The directory specified by the "assets.directory" field in your configuration file does not exist:\n'
            f"{path}"
        )
    if found != "dir":
        raise Refused(
            'The path specified by the "assets.directory" field in your configuration file '
            f"doesn't point to a directory:\n{path}"
        )


def _first(rules: list[Any]) -> None:
    """Paths for which the Worker runs before the assets."""
    texts = [str(rule) for rule in rules]
    if not texts:
        raise Refused("No `run_worker_first` rules were provided; must provide at least 1 rule.")
    positive = [rule for rule in texts if rule.startswith("/")]
    negative = [rule for rule in texts if rule.startswith("!/")]
    if negative and not positive:
        raise Refused("Only negative `run_worker_first` rules were provided; must provide at least 1 non-negative rule")
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
        raise Refused("Invalid routes in `run_worker_first`:\n" + "\n".join(odd))


def _routes(config: Config, cwd: str, warnings: list[str]) -> None:
    found = messages.effective(config, "routes")
    one = messages.effective(config, "route")
    routes = found if isinstance(found, list) else [one] if isinstance(one, str | dict) and one else []
    assets = messages.effective(config, "assets")
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
        raise Refused("Invalid Routes:\n" + "\n".join("\n".join((f"{each}:", *faults[each])) for each in faults))
    if mounted:
        warnings.append(messages.mounted(config, str(folder), mounted, cwd))


def _blobs(config: Config, switched: Switches) -> None:
    data = config.document.data
    name = messages.file_name(config.config_path, switched)
    if "wasm_modules" in data:
        raise Refused(
            "You cannot configure [wasm_modules] with an ES module worker. "
            "Instead, import the .wasm module directly in your code"
        )
    for key in ("text_blobs", "data_blobs"):
        if key in data:
            raise Refused(
                f"You cannot configure [{key}] with an ES module worker. Instead, import the file directly in your "
                f"code, and optionally configure `[rules]` in your {name} file"
            )


def _containers(config: Config, disk: Disk) -> None:
    """facts: a Dockerfile is built in a dry run too, which needs Docker: that is the machine's business."""
    env = config.env
    containers = config.document.get("env", env, "containers") if env else config.document.data.get("containers")
    for each in containers if isinstance(containers, list) else ():
        image = each.get("image") if isinstance(each, dict) else None
        path = posixpath.join(posixpath.dirname(config.config_path), image) if isinstance(image, str) else ""
        if path and disk.is_file(posixpath.normpath(path)):
            raise Refused(
                f"`containers` builds `{image}`: wrangler needs Docker for it, in a dry run too, "
                "so that the upload depends on the machine and is not predicted"
            )
