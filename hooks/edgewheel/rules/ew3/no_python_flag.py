"""EW312: the flag and the date without which wrangler deploys no Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.data import facts
from edgewheel.findings import Finding
from edgewheel.rules.ew3.levels import entry
from edgewheel.rules.registry import rule
from edgewheel.wrangler.config import raw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.documents.document import Key
    from edgewheel.findings import Place
    from edgewheel.wrangler.config import Config

_FLAG = "python_workers"


@rule("EW312", "worker-wrangler-config")
def no_python_flag(deploys: Deploys) -> Iterator[Finding]:
    """A Python Worker without the flag `python_workers`, also where an environment's own flags drop it, or
    without a `compatibility_date`.

    Workers: wrangler stops with "The `python_workers` compatibility flag is required to use Python.", or with "A
    compatibility_date is required when uploading a Worker". An environment's `compatibility_flags` replaces the top
    level's whole list.

    Fix: repeat the flag wherever `compatibility_flags` is written, and set a date.

    Bad:
        compatibility_flags = ["python_workers"]

        [env.staging]
        compatibility_flags = []

    Good:
        compatibility_date = "2026-09-08"
        compatibility_flags = ["python_workers"]
    """
    seen: set[Key] = set()  # what an environment inherits is said once
    for deploy in deploys:
        for cause, finding in (*_flags(deploy.config), *_date(deploy.config)):
            if cause not in seen:
                seen.add(cause)
                yield finding


def _flags(config: Config) -> Iterator[tuple[Key, Finding]]:
    """Findings with what causes them: the key as it is written, or that it is written nowhere."""
    written = raw(config, "compatibility_flags")
    if _FLAG in config.flags or not (written is None or isinstance(written, list)):
        return
    above = config.document.get("compatibility_flags", default=[])
    lost = above if config.env and isinstance(above, list) and _FLAG in above else [_FLAG]
    whole = [*config.flags, *(flag for flag in lost if isinstance(flag, str) and flag not in config.flags)]
    fix = entry(config.document, "compatibility_flags", whole)
    stop = "wrangler stops with `The python_workers compatibility flag is required to use Python.`"
    if written is None:
        yield ("flags",), Finding(f"`compatibility_flags` with `{_FLAG}` is missing: {stop}", _where(config), fix)
        return
    key = config.key("compatibility_flags")
    had = isinstance(above, list) and _FLAG in above
    drops = f" of `env.{config.env}` replaces the top level's and" if len(key) > 1 and had else ""
    message = f"`compatibility_flags`{drops} lacks `{_FLAG}`: {stop}"
    yield key, Finding(message, config.place("compatibility_flags"), fix)


def _date(config: Config) -> Iterator[tuple[Key, Finding]]:
    if raw(config, "compatibility_date") is None:
        message = "`compatibility_date` is missing: wrangler stops with `A compatibility_date is required when "
        message += "uploading a Worker`"
        fix = entry(config.document, "compatibility_date", facts("wrangler_versions")["as_of"])
        yield ("date",), Finding(message, _where(config), fix)


def _where(config: Config) -> Place:
    """The main that needs what is nowhere written."""
    return config.place("main")
