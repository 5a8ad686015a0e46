"""EW301: tables and keys of other tools and other times, which wrangler passes over."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from edgewheel.findings import Finding
from edgewheel.rules.ew3.levels import is_silenced, levels
from edgewheel.rules.registry import Edit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.documents.document import Document, Key
    from edgewheel.repository.worker import Worker
    from edgewheel.rules.ew3.levels import Level

_FIX = "edgewheel check --select EW301 --fix"
_TYPES = ("ESModule", "CommonJS", "CompiledWasm", "Text", "Data")
#: Top-level keys of no wrangler since 2.0, and what their author meant.
_KEYS = {
    "include": "no list of files is read here: every `.py` below the module root is uploaded",
    "exclude": "nothing is left out: every `.py` below the module root is uploaded",
    "type": "the ending of `main` alone makes a Python Worker",
}


def upload_main(level: Level) -> str:
    """The main that `[build.upload]` names, with its `dir` before it; "" where it names none."""
    upload = _upload(level.table)
    main, folder = upload.get("main"), upload.get("dir", "")
    if not isinstance(main, str):
        return ""
    return posixpath.normpath(posixpath.join(folder, main)) if isinstance(folder, str) else main


def _mend(worker: Worker) -> Iterator[Edit]:
    document = worker.config
    for level in levels(worker):
        document = _mended(worker, document, level)
    if document is not worker.config:
        yield Edit(document.path, document.text)


def _mended(worker: Worker, document: Document, level: Level) -> Document:
    from edgewheel.documents.edit import inserted, removed
    from edgewheel.documents.splice import CannotEdit, literal

    try:
        build = level.table.get("build")
        if isinstance(build, dict) and "upload" in build and _is_told(worker, level, "build", "upload"):
            main = upload_main(level)
            document = _moved_rules(document, level)
            document = removed(document, (*level.key, "build", "upload") if len(build) > 1 else (*level.key, "build"))
            if main and not _has_main(document, level):
                document = inserted(document, level.key, "main", literal(main))
        for name in _KEYS:
            if name in level.table and _is_told(worker, level, name):
                document = removed(document, (*level.key, name))
    except CannotEdit:  # the finding stays, and says what to do by hand
        return document
    return document


def _is_told(worker: Worker, level: Level, *key: str) -> bool:
    return not is_silenced(worker, "EW301", level.place(*key))


def _has_main(document: Document, level: Level) -> bool:
    return "main" in document.data or "main" in document.table(*level.key)


def _moved_rules(document: Document, level: Level) -> Document:
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


@rule("EW301", "worker-wrangler-config", mend=_mend)
def ignored_upload_settings(worker: Worker) -> Iterator[Finding]:
    """`[build.upload]`, `include`, `exclude` or `type` in a wrangler config: read by nobody.

    Workers: wrangler warns `Unexpected fields found in build field: "upload"` and goes on without them. What
    they leave out is uploaded, what they add is not, and a `main` in them is no main.

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
    for level in levels(worker):
        upload = _upload(level.table)
        build = level.table.get("build")
        if isinstance(build, dict) and "upload" in build:
            held = ", ".join(f"`{name}`" for name in upload)
            message = f"`{level.name('build', 'upload')}` is ignored by wrangler"
            message += f", with all that it holds ({held})" if held else ""
            if "main" in upload and not level.document.get("main") and "main" not in level.table:
                message += ": the deploy stops for want of a `main`"
            else:
                message += ": the Worker is uploaded as if it were not there"
            yield Finding(message, level.place("build", "upload"), _FIX)
        for name, meaning in _KEYS.items():
            if name in level.table:
                where = f" in `{level.name()}`" if level.key else ""
                yield Finding(f"`{name}`{where} is ignored by wrangler: {meaning}", level.place(name), _FIX)


def _upload(table: dict[str, Any]) -> dict[str, Any]:
    build = table.get("build")
    upload = build.get("upload") if isinstance(build, dict) else None
    return upload if isinstance(upload, dict) else {}
