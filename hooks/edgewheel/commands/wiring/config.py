"""The wrangler config: staged main, `[build]`, rules whose paths follow the module root, nothing that is ignored."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.documents import edit, splice
from edgewheel.wrangler import shell
from edgewheel.wrangler.globs import compile_glob

if TYPE_CHECKING:
    from edgewheel.documents.document import Document, Key

_TYPES = ("ESModule", "CommonJS", "CompiledWasm", "Text", "Data")  # a config may hold a list for a type
_STAGE = "edgewheel stage"


class ConfigPaths(NamedTuple):
    """What the config is to say: paths relative to the Worker's folder."""

    entry: str
    namespace: str
    stage: str


def stages(command: str) -> bool:
    """Whether a `[build] command` names `edgewheel stage`."""
    return _STAGE in command


def by_hand(document: Document) -> str:
    """What people have to do before the Worker can be staged: its `[build] command` cannot be extended safely."""
    command = document.get("build", "command")
    if not isinstance(command, str):
        return ""
    if stages(command):
        why = shell.never_stages(command)
        return f"`[build] command` never runs `{_STAGE}`: {why}; correct `{command}` by hand" if why else ""
    if shell.extended(command, _STAGE) is None:
        return (
            f"`[build] command` is left as it is, and so is main: it is not certain that a shell runs anything after "
            f"`{command}`. Make it end in `&& {_STAGE}`, then run `edgewheel init --write` again"
        )
    return ""


def staged(document: Document, place: ConfigPaths) -> tuple[Document, list[str]]:
    """The config with main, `[build]` and rules as staging needs them, and what a person should know."""
    notes: list[str] = []
    main = f"{place.stage}/worker.py"
    root = document.get("base_dir", default=posixpath.dirname(place.entry))
    before = posixpath.normpath(root) if isinstance(root, str) else "."
    if document.get("main") != main:
        document = _set(document, (), "main", splice.literal(main))
        for table in _tables(document):
            document = _rules(document, table, "" if before == "." else before, notes)
    if document.get("base_dir") is not None:
        document = edit.removed(document, ("base_dir",))
    notes += [
        f"`env.{table[-1]}.main` is left as it is: only one entry can be staged"
        for table in _tables(document)[1:]
        if document.get(*table, "main") not in (None, main)
    ]
    return _build(document, place, notes), notes


def without_refused_rules(document: Document, notes: list[str]) -> Document:
    """Without rules of types that wrangler refuses, and without globs that take `.py` files as text or data."""
    for table in _tables(document):
        rules = document.get(*table, "rules")
        cuts = [_cuts(rule, notes) for rule in rules] if isinstance(rules, list) else []
        if cuts and all(cut is None for cut in cuts):
            document = edit.removed(document, (*table, "rules"))  # an empty list would still replace the top level's
            continue
        for index, cut in reversed(list(enumerate(cuts))):
            if cut is None:
                document = edit.removed(document, (*table, "rules", index))
            for at in reversed(cut or []):
                document = edit.removed(document, (*table, "rules", index, "globs", at))
    return document


def _cuts(rule: object, notes: list[str]) -> list[int] | None:
    """The globs of a rule that have to go, by index; None for the whole rule."""
    if not isinstance(rule, dict) or "type" not in rule:
        return []
    kind, globs = rule["type"], rule.get("globs")
    if kind not in _TYPES:
        notes.append(
            f"the rule of type `{kind}` is removed: wrangler uploads every `.py` below the module root by itself"
        )
        return None
    listed = globs if isinstance(globs, list) else []
    taking = [at for at, glob in enumerate(listed) if isinstance(glob, str) and _takes_python(glob)]
    notes += [
        f"the glob `{listed[at]}` of a {kind} rule is removed: it uploads `.py` files as {kind.lower()}"
        for at in taking
    ]
    return None if taking and len(taking) == len(listed) else taking


def _takes_python(glob: str) -> bool:
    compiled = compile_glob(glob)
    return compiled.error is None and any(compiled.matches(name) for name in ("x.py", "x/x.py", "x/x/x.py"))


def _tables(document: Document) -> list[Key]:
    environments = document.get("env", default={})
    names = (
        [name for name, table in environments.items() if isinstance(table, dict)]
        if isinstance(environments, dict)
        else []
    )
    return [(), *(("env", name) for name in names)]


def _rules(document: Document, table: Key, before: str, notes: list[str]) -> Document:
    """Globs are relative to the module root; it was `before`, now it holds that folder."""
    rules = document.get(*table, "rules", default=[])
    for index, rule in enumerate(rules if isinstance(rules, list) else []):
        globs = rule.get("globs") if isinstance(rule, dict) else None
        for at, glob in enumerate(globs if isinstance(globs, list) else []):
            if before and isinstance(glob, str) and not glob.startswith(("**", f"{before}/")):
                document = edit.replaced(
                    document, (*table, "rules", index, "globs", at), splice.literal(f"{before}/{glob}")
                )
                notes.append(f"the glob `{glob}` becomes `{before}/{glob}`: the module root now holds `{before}/`")
    return document


def _build(document: Document, place: ConfigPaths, notes: list[str]) -> Document:
    command = document.get("build", "command")
    if not isinstance(document.get("build", default={}), dict) or not isinstance(command, str | None):
        raise splice.CannotEdit
    if isinstance(command, str) and not stages(command):
        longer = shell.extended(command, _STAGE) or _STAGE  # `by_hand` has kept what cannot be extended from here
        if command.strip():
            notes.append(f"`{command}` still runs first: `[build] command` is extended, not replaced")
        document = edit.replaced(document, ("build", "command"), splice.literal(longer))
    if "build" not in document.data:
        return _new_build(document, place)
    if command is None:
        document = edit.inserted(document, ("build",), "command", splice.literal(_STAGE))
    if document.get("build", "watch_dir") is None:
        document = edit.inserted(document, ("build",), "watch_dir", splice.literal(place.namespace))
    return document


def _new_build(document: Document, place: ConfigPaths) -> Document:
    pairs = (("command", splice.literal(_STAGE)), ("watch_dir", splice.literal(place.namespace)))
    if document.path.endswith(".toml"):
        return edit.table_added(document, "build", [f"{name} = {value}" for name, value in pairs])
    return edit.added(document, (), "build", "{ " + ", ".join(f'"{name}": {value}' for name, value in pairs) + " }")


def _set(document: Document, table: Key, name: str, value: str) -> Document:
    if document.get(*table, name) is None:
        return edit.inserted(document, table, name, value)
    return edit.replaced(document, (*table, name), value)
