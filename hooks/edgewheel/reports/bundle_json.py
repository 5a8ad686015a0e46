"""The prediction of an upload as JSON: one module a line, so that it diffs well and is written fast."""

from __future__ import annotations

import os
from json import JSONEncoder
from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING, Any

from edgewheel.documents.paths import relative
from edgewheel.reports.text import escaped
from edgewheel.wrangler.sizes import kib

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edgewheel.wrangler.baseline import Baseline
    from edgewheel.wrangler.collect import Upload


def render(
    upload: Upload,
    *,
    digests: Sequence[str] | None = None,
    gzip_bytes: int | None = None,
    by: str = "",
    before: Baseline | None = None,
) -> str:
    """Paths are relative to the current folder, posix; sizes in bytes, or KiB with two decimals as wrangler prints
    them. `by` "package" or "tree" and a baseline add keys of their own: `packages`, `trees`, `changes`.
    """
    encode = JSONEncoder(ensure_ascii=False).encode
    fields: dict[str, Any] = {
        "wrangler": upload.wrangler or None,
        "config": relative(upload.config) if upload.config else None,
        "env": upload.env,
        "main": relative(upload.main) if upload.main else None,
        "module_root": relative(upload.module_root) if upload.main else None,
        "modules": None,
        "attached": upload.attached,
        "total_bytes": upload.total_bytes,
        "total_upload_kib": kib(upload.total_bytes),
        **({} if gzip_bytes is None else {"gzip_kib": kib(gzip_bytes)}),
        "duplicate_warnings": upload.duplicate_warnings,
        "warnings": upload.warnings,
        "error": None if upload.error is None else {"message": upload.error},
    }
    fields |= _asked(upload, by, before)
    lines = [f"{encode(name)}: {encode(value)}" for name, value in fields.items()]
    lines[list(fields).index("modules")] = '"modules": [' + ",".join(_modules(upload, digests)) + "\n ]"
    return escaped("{\n " + ",\n ".join(lines) + "\n}\n")


def _asked(upload: Upload, by: str, before: Baseline | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if by in {"package", "tree"}:
        from edgewheel.wrangler import trees

        packages = trees.packages(upload)
        rows = packages if by == "package" else trees.sums(packages)
        found[f"{by}s"] = [each._asdict() for each in rows]
    if before is not None:
        from edgewheel.wrangler.baseline import changes, of

        found["changes"] = [{"change": each.word, **each._asdict()} for each in changes(before, of(upload))]
    return found


def _modules(upload: Upload, digests: Sequence[str] | None) -> Iterator[str]:
    """Each as one line, written by hand: an encoder's call for each of ten thousand would take as long as the walk."""
    here = os.getcwd().replace(os.sep, "/").rstrip("/") + "/"
    skip = len(here)
    for at, (name, kind, size, source, *_) in enumerate(upload.modules):
        near = source[skip:] if source.startswith(here) else relative(source) if source else ""
        shown = quoted(near) if near else "null"
        digest = f', "sha256": "{digests[at]}"' if digests is not None else ""
        yield f'\n  {{"name": {quoted(name)}, "type": "{kind}", "size": {size}, "source": {shown}{digest}}}'
