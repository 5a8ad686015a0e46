"""EW301: tables and keys of other tools and other times, which wrangler passes over."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from edgewheel.findings import Finding
from edgewheel.rules.ew3.levels import levels
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.documents.document import Document, Key
    from edgewheel.rules.ew3.levels import Scope

_FIX = "edgewheel check --select EW301 --fix"
_TYPES = ("ESModule", "CommonJS", "CompiledWasm", "Text", "Data")
#: Top-level keys of no wrangler since 2.0, and what their author meant.
_KEYS = {
    "include": "no list of files is read here: every `.py` below the module root is uploaded",
    "exclude": "nothing is left out: every `.py` below the module root is uploaded",
    "type": "the ending of `main` alone makes a Python Worker",
}


def upload_main(level: Scope) -> str:
    """The main that `[build.upload]` names, with its `dir` before it; "" where it names none."""
    upload = _upload(level.table)
    main, folder = upload.get("main"), upload.get("dir", "")
    if not isinstance(main, str):
        return ""
    return posixpath.normpath(posixpath.join(folder, main)) if isinstance(folder, str) else main


def _without_upload(document: Document, level: Scope) -> Document:
    """Without `[build.upload]`, its main and good rules moved to where wrangler reads them."""
    from edgewheel.documents.edit import inserted, removed
    from edgewheel.documents.splice import CannotEdit, literal

    try:
        main = upload_main(level)
        moved = _moved_rules(document, level)
        build = (*level.key, "build")
        moved = removed(moved, (*build, "upload") if len(level.table["build"]) > 1 else build)
        return inserted(moved, level.key, "main", literal(main)) if main and not _has_main(moved, level) else moved
    except CannotEdit:  # the finding stays, and says what to do by hand
        return document


def _without(document: Document, key: Key) -> Document:
    from edgewheel.documents.edit import removed
    from edgewheel.documents.splice import CannotEdit

    try:
        return removed(document, key)
    except CannotEdit:
        return document


def _has_main(document: Document, level: Scope) -> bool:
    return "main" in document.data or "main" in document.table(*level.key)


def _moved_rules(document: Document, level: Scope) -> Document:
    """The rules of `[build.upload]` that wrangler would take, put where it reads them, if none stand there."""
    from edgewheel.documents.edit import inserted, removed, retitled, value_text

    key: Key = (*level.key, "build", "upload", "rules")
    rules = document.get(*key)
    if "rules" in level.table or not isinstance(rules, list):
        return document
    good = [isinstance(each, dict) and each.get("type") in _TYPES for each in rules]
    for at in reversed(range(len(rules))):
        if not good[at]:
            document = removed(document, (*key, at))
    if not any(good):
        return document
    text = value_text(document, key)
    if text is None:
        return retitled(document, key, (*level.key, "rules"))
    return removed(inserted(document, level.key, "rules", text), key)


@rule("EW301", "worker-wrangler-config", fixes=True)
def ignored_upload_settings(deploys: Deploys) -> Iterator[Finding]:
    """`[build.upload]`, `include`, `exclude` or `type` in a wrangler config: wrangler ignores them.

    Workers: wrangler warns `Unexpected fields found in build field: "upload"` and goes on without them. What
    they leave out is uploaded, what they add is not, and a `main` in them has no effect.

    Fix: `edgewheel check --fix` removes them, and moves a `main` and rules of a known type to where wrangler
    reads them. What is uploaded is decided by the folder of `main`, by `[[rules]]` for other files than `.py`,
    and by `python_modules.exclude`.

    Bad:
        main = "src/main.py"

        [build.upload]
        format = "modules"
        exclude = ["tests/**"]

    Good:
        main = "src/main.py"
    """
    from edgewheel.documents.edit import between

    for level in levels(deploys):
        upload = _upload(level.table)
        build = level.table.get("build")
        if isinstance(build, dict) and "upload" in build:
            held = ", ".join(f"`{name}`" for name in upload)
            message = f"wrangler ignores `{level.name('build', 'upload')}`"
            message += f" and everything in it ({held})" if held else ""
            if "main" in upload and not level.document.get("main") and "main" not in level.table:
                message += ": the deploy stops because there is no `main`"
            else:
                message += ": the Worker is uploaded as if it were not there"
            edits = between(deploys.document, _without_upload(deploys.document, level))
            yield Finding(message, level.place("build", "upload"), _FIX, edits=edits)
        for name, meaning in _KEYS.items():
            if name in level.table:
                where = f" in `{level.name()}`" if level.key else ""
                edits = between(deploys.document, _without(deploys.document, (*level.key, name)))
                message = f"`{name}`{where} is ignored by wrangler: {meaning}"
                yield Finding(message, level.place(name), _FIX, edits=edits)


def _upload(table: dict[str, Any]) -> dict[str, Any]:
    build = table.get("build")
    upload = build.get("upload") if isinstance(build, dict) else None
    return upload if isinstance(upload, dict) else {}
