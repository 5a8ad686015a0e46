"""wrangler's look at a whole config: the top level, then one environment, in its order and with its words."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from edgewheel.wrangler import js, messages
from edgewheel.wrangler.diagnostics import Context, Diagnostic, FieldPath, Notes
from edgewheel.wrangler.fields import code, typed, within
from edgewheel.wrangler.js import MISSING
from edgewheel.wrangler.names import unique
from edgewheel.wrangler.schema import FORMS, schema
from edgewheel.wrangler.version import since

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edgewheel.repository.disk import Disk
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.schema import Entry
    from edgewheel.wrangler.version import Behavior

_T = TypeVar("_T")


class Diagnosis(NamedTuple):
    """What wrangler says of a config, and the exceptions of its own code, of which the first is all that it prints."""

    notes: Notes
    crashes: list[Diagnostic]

    @property
    def error(self) -> str | None:
        """The text that ends the run; None where it goes on."""
        return self.crashes[0].text if self.crashes else self.notes.text("errors") or None

    def errors(self) -> Iterator[Diagnostic]:
        yield from self.crashes
        yield from self.notes.of("errors")

    def warnings(self) -> Iterator[Diagnostic]:
        yield from self.notes.of("warnings")


def diagnose(config: Config, switched: Behavior, cwd: str, disk: Disk | None = None) -> Diagnosis:
    """The diagnosis of a config that could be parsed. `cwd` is where wrangler runs, "" for the project's root.

    facts: smol-toml makes tables without a prototype, which crash wrangler where it puts them into a message.
    """
    data = config.document.data
    found = _diagnosis(config, data, switched, cwd, disk)
    if found.error is not None and switched.smol_toml and config.config_path.endswith("toml"):
        return _diagnosis(config, js.bare(data), switched, cwd, disk)
    return found


def _diagnosis(config: Config, data: dict[str, Any], switched: Behavior, cwd: str, disk: Disk | None) -> Diagnosis:
    where = posixpath.relpath(config.config_path, cwd or config.project_root)
    notes = Notes(f"Processing {where} configuration:")
    file = messages.file_name(config.config_path, switched)
    folder = posixpath.dirname(config.config_path)
    context = Context(schema(switched.version), switched, data, data, None, file, folder, disk, [])
    root = FieldPath(context=context, notes=notes, key=(), value=data, name="")
    for entry in context.schema.top:
        if "why" in entry and config.redirected:
            continue
        _guarded(root, entry["name"], _scalar, root, entry)
    _guarded(root, "", _environment, root)
    active = _guarded(root, "env", _named, root, config) or context
    last = FieldPath(context=active, notes=notes, key=(), value=data, name="")
    for entry in context.schema.after:
        if entry["name"] in data:
            _guarded(last, entry["name"], _field, last, entry)
    _guarded(root, "secrets", unique, root, active)
    entries = [each for part in ("environment", "top", "after") for each in context.schema.data[part]]
    root.unknown("top-level", tuple(context.schema.fields), entries)
    if config.is_python:
        _python(root, active)
    return Diagnosis(notes, context.crashes)


def _guarded(root: FieldPath, name: str, check: Callable[..., _T], *values: Any) -> _T | None:  # noqa: ANN401
    """A check, whose exception is kept so that the others are made too."""
    try:
        return check(*values)
    except js.Crash as crash:
        key = (*root.key, name) if name else root.key
        root.context.crashes.append(Diagnostic(str(crash), key, "crash"))
    return None


def _named(root: FieldPath, config: Config) -> Context:
    """The environment that counts: the one that was asked for, else the top level."""
    context, data, env = root.context, root.context.data, config.env
    environments = data.get("env")
    names = [] if environments is None else js.keys(environments)
    if config.redirected and names:
        root.error("redirected_env", names="".join(f"- {name}\n" for name in names).rstrip())
    if not env:
        return context
    if config.redirected:
        if not context.switched.redirect_env:
            root.error("redirected_other", env=env)
        return context
    table = js.get(environments, env) if environments is not None else MISSING
    if table is not MISSING:
        below = Notes(f'"env.{env}" environment configuration')
        inner = context._replace(table=table, env=env)
        path = FieldPath(context=inner, notes=below, key=("env", env), value=table, name="")
        _guarded(path, "", _environment, path)
        root.notes.below.append(below)
        return inner if isinstance(table, dict | list) else context
    if "pages_build_output_dir" not in data:
        listed = f"The available configured environment names are: {js.stringify(names)}\n"
        tell = root.error if js.is_true(environments) else root.warn
        tell("no_environment", env=env, names=listed if js.is_true(environments) else "", file=context.file)
    return context


def _environment(root: FieldPath) -> None:
    """One environment's table, or the top level."""
    context, table = root.context, root.value
    js.has(table, "node_compat")  # facts: what is no table crashes here
    for entry in context.schema.environment[:1]:
        _scalar(root, entry)
    if js.has(table, "unsafe") and not (context.switched.unsafe_once and context.above("unsafe") is not MISSING):
        root.warn("experimental", "unsafe", path="unsafe", kind="experimental")
    written = set(js.keys(table)) if isinstance(table, dict) else set()
    looked = {*written, *(context.data if context.env is not None else ())}
    for entry in context.schema.environment[1:]:
        if entry["name"] not in looked:
            continue
        if entry["name"] in written or entry["name"] in {"routes", "build"}:
            _guarded(root, entry["name"], _field, root, entry)
        elif entry.get("own") and context.above(entry["name"]) is not MISSING:
            root.warn("lost", entry["name"], kind="lost")
    if looked & {"durable_objects", "exports"}:
        _guarded(root, "durable_objects", code("durable_lifecycle"), root, {})
    if looked & {"containers", "exports"}:
        _guarded(root, "containers", code("container_links"), root, {})
    if context.env is not None:
        entries, names = context.schema.data["environment"], context.schema.names(context.schema.environment)
        root.unknown(f"env.{context.env}", names, entries, is_silent=not context.switched.env_unexpected)


def _scalar(root: FieldPath, entry: Entry) -> None:
    if "why" in entry:
        if js.get(root.value, entry["name"]) is not MISSING:
            root.error(entry["text"], entry["name"], kind="removed", wanted=entry["why"])
    elif "is" in entry:
        typed(root, entry, "property")
    if "gate" in entry:
        within(_path(root, entry), entry, "property")


def _path(root: FieldPath, entry: Entry) -> FieldPath:
    name, env = entry["name"], root.context.env
    is_full = env is not None and (entry.get("own") or entry.get("prefixed")) and not entry.get("bare")
    return FieldPath(
        context=root.context,
        notes=root.notes,
        key=(*root.key, name),
        value=js.get(root.value, name),
        name=f"env.{env}.{name}" if is_full else name,
        bare=name,
    )


def _field(root: FieldPath, entry: Entry) -> None:
    """A key of the top level or of an environment."""
    if entry["name"] == "account_id" and root.get("account_id") == "":
        root.warn("empty", "account_id", kind="deprecated", wanted="remove it")
    elif "rule" in entry:
        code(entry["rule"])(_path(root, entry), entry)
    else:
        if "is" in entry:
            typed(root, entry, "property")
        if any(form in entry for form in FORMS):
            within(_path(root, entry), entry)
        elif "then" in entry:
            code(entry["then"])(_path(root, entry), entry)


def _python(root: FieldPath, active: Context) -> None:
    """facts: Python mode is prepared before the config's faults are told, so that some values crash it."""
    variable = since("config_variable", active.switched.version)
    _guarded(_holder(root, active, "rules"), "rules", _rules, active, variable)
    _guarded(_holder(root, active, "compatibility_flags"), "compatibility_flags", _flags, active, variable)


def _holder(root: FieldPath, active: Context, name: str) -> FieldPath:
    """The table that has the value which counts."""
    if active.env is None or js.get(active.table, name) in (MISSING, None):
        return root
    return FieldPath(context=active, notes=root.notes, key=("env", active.env), value=active.table, name="")


def _rules(active: Context, variable: str) -> None:
    rules = active.inherited("rules")
    if rules is not MISSING and not isinstance(rules, list):
        raise js.Crash(f"{variable}.rules.some is not a function")
    for rule in rules if isinstance(rules, list) else ():
        if js.get(rule, "type") == "PythonModule":
            break


def _flags(active: Context, variable: str) -> None:
    flags = active.inherited("compatibility_flags")
    if flags is not MISSING and not isinstance(flags, list | str):
        raise js.Crash(f"{variable}.compatibility_flags.includes is not a function")
    if not isinstance(flags, list | str) or "python_workers" not in flags:
        raise js.Crash("The `python_workers` compatibility flag is required to use Python.")
