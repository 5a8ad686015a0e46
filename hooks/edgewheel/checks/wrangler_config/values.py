"""EW002: a wrangler config that cannot be read, or whose values wrangler refuses."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from edgewheel.checks import rule
from edgewheel.checks.wrangler_config import shapes
from edgewheel.checks.wrangler_config.levels import configs, entry, levels
from edgewheel.checks.wrangler_config.refused import refusals
from edgewheel.data import facts
from edgewheel.findings import Finding
from edgewheel.wrangler.config import raw
from edgewheel.wrangler.fields import known
from edgewheel.wrangler.js import stringify
from edgewheel.wrangler.version import installed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.checks.wrangler_config.levels import Level
    from edgewheel.findings import Place
    from edgewheel.text.document import Document
    from edgewheel.worker.model import Worker

_STOPS = "wrangler refuses the config, and nothing is uploaded"
_LONGEST = 60


@rule("EW002", "refused-config")
def refused_config(worker: Worker) -> Iterator[Finding]:
    """A wrangler config that cannot be parsed, names a key twice, or has a value that wrangler refuses.

    Workers: wrangler stops before it uploads anything; of a key that JSON names twice it takes the last one. A
    template's placeholder (`%DATE%`, `<NAME>`, `$ID`) is a warning only: something may still fill it in.

    Fix: write the value in the form that the message names.

    Bad:
        compatibility_date = 2026-09-08

    Good:
        compatibility_date = "2026-09-08"
    """
    for path in worker.config_paths if worker.config.path in worker.config_paths else (worker.config.path,):
        yield from _text(worker.document(path))
    found = list(_own(worker))
    yield from found
    said = {(finding.place.path, finding.place.line) for finding in found}
    for text, place, lines, is_template in refusals(worker):
        if said.isdisjoint((place.path, line) for line in lines):  # one finding a cause
            said.add((place.path, place.line))
            fix = f"correct line {place.line} of {posixpath.basename(place.path)}"
            yield Finding(f"wrangler refuses the config: `{text}`", place, fix, "warning" if is_template else "")


def _own(worker: Worker) -> Iterator[Finding]:
    version = installed(worker)
    for level in levels(worker):
        yield from _values(level, version)
        yield from _rules(level)
        yield from _bindings(level, version)
        yield from _removed(level, version)
        yield from _folders(worker, level)
    yield from _nameless(worker)


def _nameless(worker: Worker) -> Iterator[Finding]:
    """facts: wrangler asks for a name; an environment is named after the top level and itself."""
    for config in configs(worker):
        if raw(config, "name") is None:
            message = "`name` is missing: wrangler stops with `You need to provide the name of your worker`"
            yield Finding(
                message, config.place("main"), entry(config.document, "name", posixpath.basename(worker.root))
            )
            return


def _text(document: Document) -> Iterator[Finding]:
    from edgewheel.findings import Place

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
    elif not document.path.endswith(".toml"):
        from edgewheel.text.jsonc import repeated

        for key, (line, column) in repeated(document.text):
            dotted = ".".join(map(str, key))
            message = f"`{dotted}` stands here a second time: wrangler takes the last one, and the first is lost"
            yield Finding(message, Place(document.path, line, column), f"remove one of the two `{key[-1]}`")


def _values(level: Level, version: str) -> Iterator[Finding]:
    for fault in shapes.faults(level.table, version, top=not level.key):
        key = (*level.key, *fault.key)
        shown = _shown(level.document.get(*key))
        message = f"`{_dotted(key)}` must be {fault.wanted}: {_STOPS}"
        if shown:
            message = f"`{_dotted(key)}` is `{shown}` and must be {fault.wanted}: {_STOPS}"
        if fault.is_template:
            message = (
                f"`{_dotted(key)}` is the placeholder `{shown}`: wrangler refuses the config unless it is filled in"
            )
        yield Finding(message, level.document.place(*key), _fix(level, fault), "warning" if fault.is_template else "")
    for name, value in _table(level, "vars").items():
        if shapes.is_moment(value):
            message = f"`{_dotted((*level.key, 'vars', name))}` is a date without quotes: {_STOPS}"
            yield Finding(message, level.place("vars", name), f'{name} = "{value.isoformat()}"')


def _fix(level: Level, fault: shapes.Fault) -> str:
    """The same value in the right form, where it is clear; else what to write."""
    value = level.document.get(*level.key, *fault.key)
    name = str(fault.key[-1])
    right = _date(value) if fault.wanted.startswith("a date") else _meant(fault.wanted, value)
    if right is not None:
        return entry(level.document, name, right)
    if fault.wanted.startswith("true"):
        return entry(level.document, name, value=True)
    if fault.wanted.startswith("a string"):
        return entry(level.document, name, name.upper() if value is None else "…")
    return f"write `{_dotted((*level.key, *fault.key))}` as {fault.wanted.removesuffix(shapes.MISSING)}"


def _date(value: object) -> str:
    if shapes.is_moment(value):
        return str(value)[: len("2026-09-08")]
    plain = str(value).replace("\u2013", "-").replace("\u2014", "-")
    if plain.isdigit():
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:8]}"
    is_whole = len(plain) == len("2026-09-08") and shapes.is_date(plain)
    return plain if is_whole else str(facts("wrangler_versions")["as_of"])


def _meant(wanted: str, value: Any) -> Any:  # noqa: ANN401 - any value
    """What a value of the wrong type says all the same, None where that is not clear."""
    if wanted.startswith("a name"):
        plain = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in str(value).lower())
        return plain.strip("-") or "worker"
    if wanted.startswith("a list of strings") and (isinstance(value, str) or (value and isinstance(value, dict))):
        return [value] if isinstance(value, str) else list(value)
    if wanted.startswith("true") and str(value).lower() in {"true", "false"}:
        return str(value).lower() == "true"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if wanted == "a string" and is_number else None


def _rules(level: Level) -> Iterator[Finding]:
    """What wrangler asks of a rule beside its type (EW302)."""
    rules = level.table.get("rules")
    if rules and not isinstance(rules, list | dict):
        name = _dotted((*level.key, "rules"))
        yield Finding(f"`{name}` must be a list of tables: {_STOPS}", level.place("rules"), f"write `{name}` as a list")
    for at, each in enumerate(rules if isinstance(rules, list) else ()):
        name = _dotted((*level.key, "rules", at))
        if not isinstance(each, dict):
            yield Finding(f"`{name}` must be a table: {_STOPS}", level.place("rules", at), f"remove `{name}`")
            continue
        globs = each.get("globs")
        if not isinstance(globs, list) or not all(isinstance(glob, str) for glob in globs):
            fix = entry(level.document, "globs", [globs] if isinstance(globs, str) else ["**/*.md"])
            yield Finding(f"`{name}.globs` must be a list of strings: {_STOPS}", level.place("rules", at, "globs"), fix)
        if "fallthrough" in each and not isinstance(each["fallthrough"], bool):
            fix = entry(level.document, "fallthrough", value=True)
            place = level.place("rules", at, "fallthrough")
            yield Finding(f"`{name}.fallthrough` must be true or false: {_STOPS}", place, fix)


def _bindings(level: Level, version: str) -> Iterator[Finding]:
    """Two bindings of one name in a table: facts: `… assigned to multiple … bindings.`"""
    seen: set[str] = set()
    for name, place in _binding_names(level, version):
        if name in seen:
            message = f"`{name}` is the name of two bindings: {_STOPS}"
            yield Finding(message, place, "give one of them another name")
        seen.add(name)


def _binding_names(level: Level, version: str) -> Iterator[tuple[str, Place]]:
    titles = known(version).titles
    for field in [name for name in level.table if name in titles]:
        key: tuple[str, ...] = {"queues": ("queues", "producers")}.get(field, (field,))
        name = "binding"
        if field in {"durable_objects", "logfwdr", "unsafe"}:
            key, name = (field, "bindings"), "name"
        value: Any = level.document.get(*level.key, *key)
        if field == "vars" and isinstance(value, dict):
            for each in value:
                yield each, level.place("vars", each)
        elif isinstance(value, dict) and isinstance(value.get("binding"), str):
            yield value["binding"], level.place(*key, "binding")
        elif isinstance(value, list) and all(
            isinstance(item, dict) and isinstance(item.get(name), str) for item in value
        ):
            for at, item in enumerate(value):
                yield item[name], level.place(*key, at, name)


def _removed(level: Level, version: str) -> Iterator[Finding]:
    for field in known(version).level(top=not level.key).members:
        if "why" in field.entry and field.name in level.table:
            message = f"`{field.name}` is refused by wrangler {version}, for {field.entry['why']}: nothing is uploaded"
            yield Finding(message, level.place(field.name), f"remove `{field.name}`")


def _folders(worker: Worker, level: Level) -> Iterator[Finding]:
    """Paths that must exist: a Dockerfile or a tagged image, and the folder of assets."""
    folder = posixpath.dirname(level.document.path)
    given = _table(level, "assets").get("directory")
    built = _table(level, "build").get("command") or level.document.get("build", "command")
    if isinstance(given, str) and given and not built:
        path = posixpath.normpath(posixpath.join(folder, given))
        if not worker.disk.is_dir(path):
            message = f"`assets.directory` is `{given}`, which is no folder beside the config: wrangler stops with "
            message += '`The directory specified by the "assets.directory" field … does not exist`'
            ignored = _is_ignored(path)
            fix = f"mkdir -p {posixpath.relpath(path, worker.root)}"
            yield Finding(message, level.place("assets", "directory"), fix, "warning" if ignored else "")
    images = level.table.get("containers")
    for at, each in enumerate(images if isinstance(images, list) else ()):
        image = each.get("image") if isinstance(each, dict) else None
        if isinstance(image, str) and ":" not in image.rpartition("/")[2]:
            path = posixpath.normpath(posixpath.join(folder, image))
            if not worker.disk.is_file(path):
                message = (
                    f"`containers[{at}].image` is `{image}`, which is neither a Dockerfile nor an image with a tag: "
                )
                fix = "write the path of a Dockerfile, or an image with its tag"
                yield Finding(message + _STOPS, level.place("containers", at, "image"), fix)


def _is_ignored(path: str) -> bool:
    """Whether git ignores a path: a build makes it, and it need not be there yet."""
    from edgewheel.worker.vcs import is_ignored

    return is_ignored(path)


def _table(level: Level, name: str) -> dict[str, Any]:
    found = level.table.get(name)
    return found if isinstance(found, dict) else {}


def _dotted(key: tuple[str | int, ...]) -> str:
    text = ""
    for step in key:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")


def _shown(value: object) -> str:
    if value is None:
        return ""
    text = stringify(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
