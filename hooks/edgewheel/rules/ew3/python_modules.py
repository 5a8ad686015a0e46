"""EW307 and EW308: the table that says which vendored files stay behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.ew3.levels import entry, levels
from edgewheel.rules.registry import rule
from edgewheel.wrangler.config import PYC
from edgewheel.wrangler.globs import compile_glob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.documents.document import Document
    from edgewheel.rules.ew3.levels import Level

#: One compiled file at each place where they stand.
_COMPILED = ("a.pyc", "p/a.pyc", "p/__pycache__/a.cpython-313.pyc")


def _renamed(document: Document, level: Level, name: str) -> Document:
    """With `exclude` in the place of a key that means it, without a key that means nothing."""
    from edgewheel.documents.edit import appended, removed, renamed
    from edgewheel.documents.splice import CannotEdit

    key = (*level.key, "python_modules")
    given = document.get(*key, name)
    try:
        if _means_exclude(name) and "exclude" not in document.get(*key) and _is_patterns(given):
            document = renamed(document, (*key, name), "exclude")
            return document if covers_compiled(given) else appended(document, (*key, "exclude"), PYC)
        if _means_exclude(name) and _is_patterns(given):
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
    for level in _read_levels(deploys):
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


def _with_default(document: Document, level: Level) -> Document:
    from edgewheel.documents.edit import appended, inserted
    from edgewheel.documents.splice import CannotEdit, literal

    key = (*level.key, "python_modules")
    try:
        if level.table["python_modules"]:
            return appended(document, (*key, "exclude"), PYC)
        return inserted(document, key, "exclude", f"[{literal(PYC)}]")
    except CannotEdit:  # the finding stays, and says what to do by hand
        return document


@rule("EW308", "worker-wrangler-config", fixes=True)
def exclude_without_pyc(deploys: Deploys) -> Iterator[Finding]:
    """A `python_modules.exclude` without `**/*.pyc`.

    Workers: a list of the project's own replaces wrangler's default, it does not add to it: the compiled files of
    every vendored package are uploaded, which the runtime does not use.

    Fix: `edgewheel check --fix` adds the pattern to the list.

    Bad:
        [python_modules]
        exclude = ["**/tests/**"]

    Good:
        [python_modules]
        exclude = ["**/*.pyc", "**/tests/**"]
    """
    from edgewheel.documents.edit import between

    for level in _read_levels(deploys):
        if _lacks(level):
            given = level.table["python_modules"].get("exclude", [])
            what = "`exclude` in " if given else ""
            message = f"{what}`{level.name('python_modules')}` replaces the default `{PYC}`: the compiled files of "
            message += "every vendored package are uploaded"
            fix = entry(level.document, "exclude", [*given, PYC])
            edits = between(deploys.document, _with_default(deploys.document, level))
            yield Finding(message, level.place("python_modules", "exclude"), fix, edits=edits)


def _read_levels(deploys: Deploys) -> Iterator[Level]:
    """The tables whose python_modules the installed wrangler reads: none before 4.45.0."""
    return levels(deploys) if deploys.behavior.exclude else iter(())


def _unknown(level: Level) -> list[str]:
    table = level.table.get("python_modules")
    return [name for name in table if name != "exclude"] if isinstance(table, dict) else []


def _means_exclude(name: str) -> bool:
    from difflib import get_close_matches

    return name.lower() == "exclude" or bool(get_close_matches(name.lower(), ["exclude", "ignore"], 1, 0.7))


def _is_patterns(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _fix(level: Level, name: str) -> str:
    given = level.table["python_modules"][name]
    if not _means_exclude(name) or not _is_patterns(given):
        return f"remove `{name}`: the only key is `exclude`"
    own = level.table["python_modules"].get("exclude", [])
    whole = [*(own if _is_patterns(own) else []), *given]
    return entry(level.document, "exclude", list(dict.fromkeys(whole if covers_compiled(whole) else [*whole, PYC])))


def _lacks(level: Level) -> bool:
    """Whether a well-formed list of the project's own, or an empty table, lets compiled files through."""
    table = level.table.get("python_modules")
    if table == {}:
        return True
    given = table.get("exclude") if isinstance(table, dict) else None
    return isinstance(given, list) and _is_patterns(given) and not covers_compiled(given)


def covers_compiled(patterns: list[str]) -> bool:
    """Whether a list leaves out every compiled file."""
    globs = [compile_glob(pattern) for pattern in patterns]
    return all(any(glob.matches(path) for glob in globs) for path in _COMPILED)
