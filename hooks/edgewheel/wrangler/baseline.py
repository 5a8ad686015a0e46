"""The weight of an upload kept in a file, to compare later ones with.

The file is JSON: `{"edgewheel": "bundle-baseline", "uploads": {ENV: {"total_bytes", "gzip_bytes", "packages":
{"TREE/NAME": [BYTES, MODULES]}}}}`, where ENV is "" for the top level. It holds no date and no path, so that it changes
only with the upload. `NAME`, beside the wrangler config, is where EW405 looks for it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.wrangler.trees import packages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edgewheel.repository.worker import Worker
    from edgewheel.wrangler.collect import Upload

NAME = "edgewheel-baseline.json"
_KIND = "bundle-baseline"
_NONE = (0, 0)


class Baseline(NamedTuple):
    """Bytes in all, compressed ones where they were measured, and bytes and modules of each `TREE/NAME`."""

    total_bytes: int
    gzip_bytes: int | None
    packages: Mapping[str, tuple[int, int]]


class Change(NamedTuple):
    """A package's bytes before and after; 0 modules before (came) or after (went) tell that it was not there."""

    package: str
    before: int
    after: int
    modules_before: int
    modules_after: int

    @property
    def word(self) -> str:
        if not self.modules_before:
            return "came"
        if not self.modules_after:
            return "went"
        return "grew" if self.after > self.before else "shrank"


def of(upload: Upload, *, gzip_bytes: int | None = None) -> Baseline:
    """What an upload weighs."""
    weights = {f"{each.tree}/{each.name}": (each.size, each.modules) for each in packages(upload)}
    return Baseline(upload.total_bytes, gzip_bytes, weights)


def kept(worker: Worker, *, env: str | None = None) -> Baseline | None:
    """The baseline beside the Worker's config; None where there is none, or none of this environment."""
    path = worker.path(NAME)
    return parse(worker.disk.read(path), path=path, env=env) if worker.disk.is_file(path) else None


def parse(content: bytes, *, path: str, env: str | None = None) -> Baseline | None:
    """One environment's baseline of a file; CouldNotRun where the file is no baseline."""
    entry = _uploads(content, path).get(env or "")
    if entry is None:
        return None
    try:
        gzip_bytes = entry["gzip_bytes"]
        weights = {name: (int(size), int(modules)) for name, (size, modules) in entry["packages"].items()}
        return Baseline(int(entry["total_bytes"]), None if gzip_bytes is None else int(gzip_bytes), weights)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _broken(path) from None


def dump(baseline: Baseline, *, env: str | None = None, before: bytes | None = None, path: str = "") -> str:
    """The file's text; `before` is its content until now, whose other environments stay."""
    uploads = _uploads(before, path) if before is not None else {}
    uploads[env or ""] = {**baseline._asdict(), "packages": dict(sorted(baseline.packages.items()))}
    lines = ",\n".join(f"{_json(name)}: {_entry(uploads[name])}" for name in sorted(uploads))
    return f'{{"edgewheel": "{_KIND}", "uploads": {{\n{lines}\n}}}}\n'


def changes(before: Baseline, after: Baseline) -> tuple[Change, ...]:
    """The packages that came, went, grew or shrank, the largest difference first."""
    names = {**before.packages, **after.packages}
    found = []
    for name in names:
        (size, modules), (new_size, new_modules) = before.packages.get(name, _NONE), after.packages.get(name, _NONE)
        if size != new_size or bool(modules) != bool(new_modules):
            found.append(Change(name, size, new_size, modules, new_modules))
    return tuple(sorted(found, key=lambda each: (-abs(each.after - each.before), each.package)))


def _uploads(content: bytes, path: str) -> dict[str, Any]:
    try:
        loaded = json.loads(content)
    except (ValueError, RecursionError):
        raise _broken(path) from None
    uploads = loaded.get("uploads") if isinstance(loaded, dict) and loaded.get("edgewheel") == _KIND else None
    if not isinstance(uploads, dict):
        raise _broken(path)
    return uploads


def _entry(entry: dict[str, Any]) -> str:
    """One package a line, so that a diff shows what changed."""
    weights = entry.get("packages")
    inner = ",\n".join(f"  {_json(name)}: {_json(each)}" for name, each in (weights or {}).items())
    head = ", ".join(f"{_json(name)}: {_json(entry.get(name))}" for name in ("total_bytes", "gzip_bytes"))
    return f'{{{head}, "packages": {{\n{inner}\n}}}}'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _broken(path: str) -> CouldNotRun:
    return CouldNotRun(f"`{path}` is not a baseline file: `edgewheel bundle --save-baseline` writes one")
