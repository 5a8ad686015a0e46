"""EW308: a `python_modules.exclude` without `**/*.pyc`, or with it where `precompile` makes such files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.ew3.exclude_table import covers_compiled, is_patterns, lacking, read_levels
from edgewheel.rules.ew3.levels import entry
from edgewheel.rules.registry import rule
from edgewheel.wrangler.config import PYC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.documents.document import Document
    from edgewheel.rules.ew3.levels import Scope


def _with_default(document: Document, level: Scope) -> Document:
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
    every vendored package are uploaded. Only those that `precompile` in `[tool.edgewheel.startup]` adds shorten the
    start. With that setting the list has to let them through, and a rule has to upload the project's own: a warning
    tells where they do not, for the start is as long as without it.

    Fix: `edgewheel check --fix` adds the pattern to the list. For `precompile`, a list without it and a rule of the
    type `Data` for `**/*.pyc`.

    Bad:
        [python_modules]
        exclude = ["**/tests/**"]

    Good:
        [python_modules]
        exclude = ["**/*.pyc", "**/tests/**"]
    """
    from edgewheel.documents.edit import between

    if deploys.settings.precompile:
        yield from dict.fromkeys(_without_effect(deploys))
        return
    for level in read_levels(deploys):
        if _lacks(level):
            given = level.table["python_modules"].get("exclude", [])
            what = "`exclude` in " if given else ""
            message = f"{what}`{level.name('python_modules')}` replaces the default `{PYC}`: the compiled files of "
            message += "every vendored package are uploaded"
            fix = entry(level.document, "exclude", [*given, PYC])
            edits = between(deploys.document, _with_default(deploys.document, level))
            yield Finding(message, level.place("python_modules", "exclude"), fix, edits=edits)


def _without_effect(deploys: Deploys) -> Iterator[Finding]:
    """What keeps the compiled files of `precompile` out of the upload."""
    from edgewheel.runtime.bytecode import compiled_name

    for deploy in deploys.uploads():
        targets = {name: compiled_name(name, deploy.python) for name in deploy.readers if name.endswith(".py")}
        for each in lacking(deploy, targets):
            yield Finding(each.message, each.place, each.fix, level="warning")


def _lacks(level: Scope) -> bool:
    """Whether a well-formed list of the project's own, or an empty table, lets compiled files through."""
    table = level.table.get("python_modules")
    if table == {}:
        return True
    given = table.get("exclude") if isinstance(table, dict) else None
    return isinstance(given, list) and is_patterns(given) and not covers_compiled(given)
