"""EW307: a key of `[python_modules]` that wrangler does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.ew3.exclude_table import covers_compiled, is_patterns, read_levels
from edgewheel.rules.ew3.levels import entry
from edgewheel.rules.registry import rule
from edgewheel.wrangler.config import PYC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.documents.document import Document
    from edgewheel.rules.ew3.levels import Scope


def _renamed(document: Document, level: Scope, name: str) -> Document:
    """With `exclude` in the place of a key that means it, without a key that means nothing."""
    from edgewheel.documents.edit import appended, removed, renamed
    from edgewheel.documents.splice import CannotEdit

    key = (*level.key, "python_modules")
    given = document.get(*key, name)
    try:
        if _means_exclude(name) and "exclude" not in document.get(*key) and is_patterns(given):
            document = renamed(document, (*key, name), "exclude")
            return document if covers_compiled(given) else appended(document, (*key, "exclude"), PYC)
        if _means_exclude(name) and is_patterns(given):
            for pattern in given:
                if pattern not in document.get(*key, "exclude"):
                    document = appended(document, (*key, "exclude"), pattern)
        # a table without `exclude` switches the default off, so an empty one does not stay
        return removed(document, (*key, name) if len(document.get(*key)) > 1 else key)
    except (CannotEdit, TypeError):  # the finding stays, and says what to do by hand
        return document


@rule("EW307", "worker-wrangler-config", fixes=True)
def unknown_python_modules_key(deploys: Deploys) -> Iterator[Finding]:
    """A key of `[python_modules]` that wrangler does not know, `excludes` above all: the key is `exclude`.

    Workers: wrangler takes `excludes` without a warning, leaves nothing out, and drops its own default
    `**/*.pyc` as well: every vendored file is uploaded, compiled ones included.

    Fix: `edgewheel check --fix` renames the key, and removes one that means nothing.

    Bad:
        [python_modules]
        excludes = ["**/tests/**"]

    Good:
        [python_modules]
        exclude = ["**/*.pyc", "**/tests/**"]
    """
    from edgewheel.documents.edit import between

    document = deploys.document
    for level in read_levels(deploys):
        table = level.table.get("python_modules", {})
        for name in _unknown(level):
            message = f"`{name}` in `{level.name('python_modules')}` is ignored by wrangler"
            if "exclude" not in table:
                message += ", and the table switches off the default `**/*.pyc`: every vendored file is uploaded"
            elif _means_exclude(name):
                message += ": its patterns leave nothing out of the upload"
            else:
                message += ": the only key is `exclude`, and the upload is as without this one"
            edits = between(document, _renamed(document, level, name))
            yield Finding(message, level.place("python_modules", name), _fix(level, name), edits=edits)


def _unknown(level: Scope) -> list[str]:
    table = level.table.get("python_modules")
    return [name for name in table if name != "exclude"] if isinstance(table, dict) else []


def _means_exclude(name: str) -> bool:
    from difflib import get_close_matches

    return name.lower() == "exclude" or bool(get_close_matches(name.lower(), ["exclude", "ignore"], 1, 0.7))


def _fix(level: Scope, name: str) -> str:
    given = level.table["python_modules"][name]
    if not _means_exclude(name) or not is_patterns(given):
        return f"remove `{name}`: the only key is `exclude`"
    own = level.table["python_modules"].get("exclude", [])
    whole = [*(own if is_patterns(own) else []), *given]
    return entry(level.document, "exclude", list(dict.fromkeys(whole if covers_compiled(whole) else [*whole, PYC])))
