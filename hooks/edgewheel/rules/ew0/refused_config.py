"""EW002: a wrangler config that cannot be read, or whose values wrangler refuses."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.documents.document import parse_text
from edgewheel.findings import CouldNotRun, Finding, Place
from edgewheel.rules.ew3 import diagnosed
from edgewheel.rules.ew3.levels import entry, levels
from edgewheel.rules.registry import rule
from edgewheel.wrangler import messages
from edgewheel.wrangler.config import raw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.documents.document import Document, Key
    from edgewheel.repository.worker import Worker
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.diagnostics import Diagnostic

#: Keys at which wrangler looks once more when their types are right.
_LATE = frozenset(
    (
        *("assets", "site", "route", "routes", "wasm_modules", "text_blobs", "data_blobs", "workflows", "exports"),
        *("triggers", "migrations", "containers", "tail_consumers", "streaming_tail_consumers", "send_email", "unsafe"),
    )
)


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
    yield from _unread(deploys)
    yield from _redirected(worker)
    found = dict.fromkeys(_refused(deploys))  # what several environments meet is told once
    yield from found
    yield from _folders(deploys)
    if not found:
        yield from _late(deploys)
    yield from _nameless(deploys)


def _unread(deploys: Deploys) -> Iterator[Finding]:
    """Valid TOML that this wrangler does not read."""
    document = deploys.document
    problem = messages.unreadable(document, deploys.behavior)
    if document.problem is not None or problem is None:
        return
    name, place = posixpath.basename(document.path), Place(document.path, problem.line, problem.column)
    is_newer = document.wrangler_refuses is None
    what = "a form of TOML 1.1 (a new line or a comma before `}`, `\\e`, `\\xHH`, a time without seconds)"
    what = what if is_newer else problem.message
    message = f"`{name}` has {what}: wrangler {deploys.version} cannot read it, and nothing is uploaded"
    fix = "npm install wrangler@latest" if is_newer else f"correct line {problem.line} of {name}"
    yield Finding(message, place, fix)


def _redirected(worker: Worker) -> Iterator[Finding]:
    """The config that a build tool has put in the place of this one, which wrangler refuses."""
    from edgewheel.deploy import Deploys
    from edgewheel.repository.discovery import REDIRECT, redirected

    try:
        other = redirected(worker)
    except CouldNotRun as error:
        message = f"wrangler refuses to deploy: `{' '.join(str(error).split())}`"
        yield Finding(message, Place(worker.path(REDIRECT), 1, 1), f"rm {REDIRECT}")
        return
    if other is None:
        return
    path = other.config.path
    if not path.startswith(f"{worker.root}/") or worker.git.rule(path) is not None:  # else it is judged by itself
        yield from _text(other.config)
        asked = Deploys(other)
        found = list(dict.fromkeys(_refused(asked))) or list(_late(asked))
        yield from found
        stops = asked.of(worker.env).upload.error if not found and other.config.problem is None else None
        if stops:
            yield Finding(_in_its_words(stops), other.config.place("main"), f"build again, or rm {REDIRECT}")


def _refused(deploys: Deploys) -> Iterator[Finding]:
    for deploy in deploys.all:
        errors = list(deploy.diagnosis.errors())
        named = {each.key for each in errors if each.kind != "crash"}
        for each in errors:
            # a value of the wrong type may also crash wrangler: one cause
            follows = each.kind == "crash" and each.key in named
            if not follows and not _is_told_elsewhere(deploy.config, each):
                yield diagnosed.told(deploy, each)


def _is_told_elsewhere(config: Config, found: Diagnostic) -> bool:
    """A type of a rule (EW302), a flag that is missing (EW312), and what only follows from another."""
    key = found.key[2:] if found.key[:1] == ("env",) else found.key
    if key[:1] == ("rules",):
        value = config.document.get(*found.key)
        return key[2:] == ("type",) or (len(key) == 1 and isinstance(value, dict) and bool(value))
    if found.kind == "crash" and key == ("compatibility_flags",):
        return True
    return found.kind == "again"


def _late(deploys: Deploys) -> Iterator[Finding]:
    """What wrangler refuses after it has read the config."""
    seen: set[Key] = set()
    for deploy in deploys:
        if not _asks_more(deploy.config):
            continue
        from edgewheel.wrangler.late import refusals

        for refused in refusals(deploy.config, deploys.disk, deploys.behavior):
            if refused.key not in seen:
                seen.add(refused.key)
                place = deploys.document.place(*refused.key)
                fix = f"correct line {place.line} of {posixpath.basename(place.path)}"
                yield Finding(_in_its_words(str(refused)), place, fix)


def _in_its_words(text: str) -> str:
    return f"wrangler refuses the config: `{' '.join(text.split())}`"


def _asks_more(config: Config) -> bool:
    """Whether there is something that wrangler looks at once more."""
    tables = (config.document.data, config.document.table("env", config.env) if config.env else {})
    return "nodejs_compat_v2" in config.flags or any(not _LATE.isdisjoint(table) for table in tables)


def _folders(deploys: Deploys) -> Iterator[Finding]:
    """The folder of assets must exist, unless a build may make it."""
    document = deploys.document
    for level in levels(deploys):
        assets, build = level.table.get("assets"), level.table.get("build")
        given = assets.get("directory") if isinstance(assets, dict) else None
        built = (build.get("command") if isinstance(build, dict) else None) or document.get("build", "command")
        if not isinstance(given, str) or not given or built:
            continue
        path = posixpath.normpath(posixpath.join(posixpath.dirname(document.path), given))
        if not deploys.disk.is_dir(path) and deploys.worker.git.rule(f"{path}/") is None:  # else a build makes it
            message = f"`assets.directory` is `{given}`, which is not a folder beside the config: wrangler stops with "
            message += '`The directory specified by the "assets.directory" field … does not exist`'
            fix = f"mkdir -p {posixpath.relpath(path, deploys.worker.root)}"
            yield Finding(message, level.place("assets", "directory"), fix)


def _nameless(deploys: Deploys) -> Iterator[Finding]:
    """facts: wrangler asks for a name; an environment is named after the top level and itself."""
    for deploy in deploys:
        if raw(deploy.config, "name") in (None, ""):
            message = "`name` is missing: wrangler stops with `You need to provide the name of your worker`"
            fix = entry(deploy.config.document, "name", diagnosed.plain_name(posixpath.basename(deploys.worker.root)))
            yield Finding(message, deploy.config.place("main"), fix)
            return


def _text(document: Document) -> Iterator[Finding]:

    name = posixpath.basename(document.path)
    if document.problem is not None:
        message, line, column = document.problem
        place = Place(document.path, line, column)
        if message.startswith("not UTF-8"):
            stops = parse_text(document.path, document.text).problem is not None
            then = (
                "wrangler stops, and nothing is uploaded" if stops else "wrangler reads another character in its place"
            )
            yield Finding(f"`{name}` is {message}: {then}", place, f"save {name} as UTF-8")
        else:
            message = f"`{name}` cannot be parsed: {message}: wrangler stops, and nothing is uploaded"
            yield Finding(message, place, f"correct line {line} of {name}")
    else:
        for key, place in document.repeated:
            dotted = ".".join(map(str, key))
            message = f"`{dotted}` stands here a second time: wrangler takes the last one, and the first is lost"
            yield Finding(message, place, f"remove one of the two `{key[-1]}`")
