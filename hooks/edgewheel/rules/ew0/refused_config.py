"""EW002: a wrangler config that cannot be read, or whose values wrangler refuses."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.rules.ew3 import named, shapes
from edgewheel.rules.ew3.levels import entry, levels
from edgewheel.rules.ew3.refused import refusals
from edgewheel.rules.registry import rule
from edgewheel.wrangler.config import raw
from edgewheel.wrangler.fields import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.documents.document import Document
    from edgewheel.rules.ew3.levels import Level


@rule("EW002", "worker-wrangler-config")
def refused_config(deploys: Deploys) -> Iterator[Finding]:
    """A wrangler config that cannot be parsed, names a key twice, or has a value that wrangler refuses.

    Workers: wrangler stops before it uploads anything; of a key that JSON names twice it takes the last one. A
    template's placeholder (`%DATE%`, `<NAME>`, `$ID`) is a warning only: something may still fill it in.

    Fix: write the value in the form that the message names.

    Bad:
        compatibility_date = 2026-09-08

    Good:
        compatibility_date = "2026-09-08"
    """
    worker = deploys.worker
    for path in worker.config_paths if worker.config.path in worker.config_paths else (worker.config.path,):
        yield from _text(worker.document(path))
    found = list(_own(deploys))
    yield from found
    said = {(finding.place.path, finding.place.line) for finding in found}
    for text, place, lines, is_template in refusals(deploys):
        if said.isdisjoint((place.path, line) for line in lines):  # one finding a cause
            said.add((place.path, place.line))
            fix = f"correct line {place.line} of {posixpath.basename(place.path)}"
            yield Finding(f"wrangler refuses the config: `{text}`", place, fix, "warning" if is_template else "")


def _own(deploys: Deploys) -> Iterator[Finding]:
    version = deploys.version
    for level in levels(deploys):
        yield from _values(level, version)
        yield from named.bindings(level, version)
        yield from _removed(level, version)
        yield from named.folders(deploys.worker, level)
    yield from _nameless(deploys)


def _nameless(deploys: Deploys) -> Iterator[Finding]:
    """facts: wrangler asks for a name; an environment is named after the top level and itself."""
    for deploy in deploys:
        if raw(deploy.config, "name") is None:
            from edgewheel.rules.ew3.misshapen import plain_name

            message = "`name` is missing: wrangler stops with `You need to provide the name of your worker`"
            fix = entry(deploy.config.document, "name", plain_name(posixpath.basename(deploys.worker.root)))
            yield Finding(message, deploy.config.place("main"), fix)
            return


def _values(level: Level, version: str) -> Iterator[Finding]:
    faults = list(shapes.faults(level.table, version, top=not level.key))
    if faults or level.table.get("vars") or level.table.get("rules"):  # else there is nothing to tell, nor to load
        from edgewheel.rules.ew3 import misshapen

        yield from (misshapen.told(level, fault) for fault in faults)
        yield from misshapen.moments(level)
        yield from misshapen.rules(level)


def _text(document: Document) -> Iterator[Finding]:

    name = posixpath.basename(document.path)
    if document.problem is not None:
        message, line, column = document.problem
        place = Place(document.path, line, column)
        if message.startswith("not UTF-8"):
            message = f"`{name}` is {message}: wrangler reads another sign in its place"
            yield Finding(message, place, f"save {name} as UTF-8")
        else:
            message = f"`{name}` cannot be parsed: {message}: wrangler stops, and nothing is uploaded"
            yield Finding(message, place, f"correct line {line} of {name}")
    else:
        for key, place in document.repeated:
            dotted = ".".join(map(str, key))
            message = f"`{dotted}` stands here a second time: wrangler takes the last one, and the first is lost"
            yield Finding(message, place, f"remove one of the two `{key[-1]}`")


def _removed(level: Level, version: str) -> Iterator[Finding]:
    for field in known(version).level(top=not level.key).members:
        if "why" in field.entry and field.name in level.table:
            message = f"`{field.name}` is refused by wrangler {version}, for {field.entry['why']}: nothing is uploaded"
            yield Finding(message, level.place(field.name), f"remove `{field.name}`")
