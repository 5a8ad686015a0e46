"""`Ignoring duplicate module`: how many, of which packages, and whose fault."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from packaging.version import Version

from edgewheel.data import facts
from edgewheel.findings import Finding
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.logs.summary import Hit
    from edgewheel.rules.ew7.judged import Log

#: Types that the default rules give; wrangler's own fault touched no others.
_DEFAULT_TYPES = {"text", "buffer", "compiled-wasm"}
_SHOWN = 5


@rule("EW701")
def log_duplicates(log: Log) -> Iterator[Finding]:
    """More `Ignoring duplicate module` than allowed, or than the baseline has.

    Workers: each means that one file matches two module rules; the first match gives the type. A `.py` that a Text or
        Data rule matches first is uploaded as text or data and cannot be imported. From wrangler 4.40.3 to 4.51 every
        vendored `.txt`, `.html`, `.bin` and `.wasm` is reported by wrangler's own fault. Two virtual environments
        never cause it: they have other names.

    Fix: upgrade wrangler to 4.52.0 or newer; for overlapping rules `edgewheel check --select EW306` names the globs.

    Bad:
        Ignoring duplicate module: docs/a.md (text)

    Good:
        Total Upload: 79.14 KiB / gzip: 20.36 KiB
    """
    hit = log.digest.hits.get("duplicate")
    if hit is None or hit.said <= log.allowed:
        return
    packages = Counter[str]()
    for name in hit.names:
        packages[_package(name.text)] += name.said
    shown = ", ".join(f"`{package}` {count:,}" for package, count in packages.most_common(_SHOWN))
    more = f" and {len(packages) - _SHOWN} more" if len(packages) > _SHOWN else ""
    cause, fix = _cause(log, hit)
    allowed = f", {log.allowed:,} allowed" if log.allowed else ""
    yield Finding(
        f"{hit.said:,} `Ignoring duplicate module`{allowed} ({shown}{more}): {cause}", log.place(hit.line), fix
    )


def _package(name: str) -> str:
    parts = name.split("/")
    head = parts[1] if parts[0] == "python_modules" and len(parts) > 1 else parts[0]
    return head.removesuffix(".dist-info").partition("-")[0] if ".dist-info" in head else head


def _cause(log: Log, hit: Hit) -> tuple[str, str]:
    span = facts("wrangler_versions")["switches"]["vendored_defaults"]
    ran = log.digest.hits.get("version")
    version = ran.names[0].text if ran and ran.names else ""
    own = all(name.more in _DEFAULT_TYPES for name in hit.names)
    if version and own and Version(span["from"]) <= Version(version) < Version(span["until"]):
        return (
            f"wrangler {version} reports every vendored file that a default rule matches, by its own fault",
            "npm install --save-dev wrangler@latest",
        )
    return "module rules overlap, and the first match decides the type", "edgewheel check --select EW306"
