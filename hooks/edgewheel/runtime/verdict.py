"""Would the upload be accepted: what main exports against what the config asks, and the objects that stay.

facts: acceptance 1, 2 and 6: the runtime's introspection, the dedicated snapshot, config against code
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.runtime.proof import Asked, MainExports, Problem, Proof, RefusedObject, Snapshot
from edgewheel.runtime.python import is_on, is_open, select
from edgewheel.sources.binding import line_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from edgewheel.sources.modules import Modules

#: What a main of functions may bind, as the runtime lists them.
FUNCTIONS = ("on_fetch", "on_alarm", "on_scheduled", "on_trace", "on_queue", "on_pubsub")
_NONE = "the uploaded script has no registered event handlers [code: 10068]"


def asked(config: Mapping[str, Any], *, date: str, flags: Collection[str], main: str = "") -> Asked:
    """What one environment's tables ask of main. `config` holds the tables that count for the environment, `main` is
    the Worker's own name (a service binding to itself asks for its entrypoint).
    """
    objects = config.get("durable_objects")
    bindings = objects.get("bindings") if isinstance(objects, dict) else None
    events = [("scheduled", "triggers.crons")] if _crons(config) else []
    queues = config.get("queues")
    if isinstance(queues, dict) and _tables(queues.get("consumers")):
        events.append(("queue", "queues.consumers"))
    services = [each for each in _tables(config.get("services")) if main and each.get("service") == main]
    return Asked(
        durable_objects=_names(_tables(bindings), "class_name", "script_name"),
        workflows=_names(_tables(config.get("workflows")), "class_name", "script_name"),
        entrypoints=_names(services, "entrypoint"),
        events=tuple(events),
        functions=is_open(date) or not is_on("python_no_global_handlers", date, flags),
        snapshot=select(date, flags) != "3.12" and is_on("python_dedicated_snapshot", date, flags),
    )


def _crons(config: Mapping[str, Any]) -> bool:
    triggers = config.get("triggers")
    return isinstance(triggers, dict) and bool(triggers.get("crons"))


def _tables(found: object) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _names(tables: Iterable[dict[str, Any]], key: str, elsewhere: str = "") -> tuple[str, ...]:
    found = [each.get(key) for each in tables if not each.get(elsewhere)]
    return tuple(dict.fromkeys(name for name in found if isinstance(name, str) and name))


def judged(proof: Proof, want: Asked, modules: Modules, main: str) -> Proof:
    """The proof with its verdict: what is lacking becomes a problem at main (an upload name)."""
    if proof.exports is None or not proof.imports:
        certain = proof.imports is False or any(each.at == "start" for each in proof.problems)
        kept = Snapshot(proof.snapshot.checked, proof.snapshot.refused if want.snapshot else ())
        return proof._replace(snapshot=kept, accepted=False if certain or kept.refused else None)
    missing = list(lacking(proof.exports, want, modules, main))
    problems = (*proof.problems, *missing)
    refused = proof.snapshot.refused if want.snapshot else ()
    stops = any(each.at == "start" for each in problems) or bool(refused)
    open_ = bool(proof.unproven) or (want.snapshot and not proof.snapshot.checked)
    return proof._replace(
        problems=problems,
        snapshot=Snapshot(proof.snapshot.checked, refused),
        accepted=False if stops else None if open_ else True,
    )


def lacking(exports: MainExports, want: Asked, modules: Modules, main: str) -> Iterator[Problem]:
    """What the config or the platform asks and main does not export."""

    def problem(error: str, name: str, message: str, shown: str, at: str = "start") -> Problem:
        return Problem(main.removesuffix(".py"), error, name, message, main, _line(modules, main, shown)[0], at)

    if exports.fault[0]:
        yield problem(exports.fault[0], "__all__", exports.fault[1], "__all__")
        return
    functions = exports.functions if want.functions else ()
    default = exports.entrypoints.get("Default")
    if default is not None and functions:
        yield problem("TypeError", functions[0], "Cannot define multiple default entrypoints", functions[0])
    elif default is None and not functions:
        shown = "Default" if _line(modules, main, "Default")[0] or not exports.functions else exports.functions[0]
        yield problem("ValidationError", "Default", _no_default(exports, want), shown)
    for name, key in _lacking_classes(exports, want):
        yield problem("TypeError", name, _no_class(name, key, exports), name)
    for name in want.workflows:
        if "run" not in exports.workflows.get(name, ("run",)):
            yield problem("TypeError", "run", f"Method run does not exist: `{name}` is a Workflow", name, "request")
    answered = default if default is not None else tuple(each.removeprefix("on_") for each in functions)
    for event, key in want.events if default is not None or functions else ():
        if event not in answered:
            message = f"Method {event} does not exist: `{key}` of the config asks for it"
            yield problem("TypeError", event, message, "Default", "request")


def _lacking_classes(exports: MainExports, want: Asked) -> Iterator[tuple[str, str]]:
    """The bound classes that main does not export as what they are bound, with the key that binds each."""
    groups = [
        (want.durable_objects, exports.durable_objects, "durable_objects"),
        (want.workflows, exports.workflows, "workflows"),
        (want.entrypoints, exports.entrypoints, "services"),
    ]
    for wanted, found, key in groups:
        yield from ((name, key) for name in wanted if name not in found)


def _no_default(exports: MainExports, want: Asked) -> str:
    own = exports.aliases.get("Default")
    if own is not None:
        return f"{_NONE}: `Default` is bound to the class `{own}`, and the runtime exports it as `{own}`"
    if exports.functions and not want.functions:
        return f"{_NONE}: `{exports.functions[0]}` no longer counts with this compatibility date"
    return f"{_NONE}: there is no `Default` class derived from `WorkerEntrypoint`"


def _no_class(name: str, key: str, exports: MainExports) -> str:
    message = f"There is no '{name}' class defined in the Python Worker's main module"
    kinds = (exports.entrypoints, exports.durable_objects, exports.workflows)
    if (own := exports.aliases.get(name)) is not None:
        return f"{message}: `{name}` is bound to the class `{own}`, and the runtime exports it as `{own}`"
    if any(name in each for each in kinds):
        return f"{message} for `{key}`: its base class is of another kind"
    return f"{message}: `{key}` of the config names it"


def located(refused: Iterable[Mapping[str, Any]], modules: Modules) -> tuple[RefusedObject, ...]:
    """The refused objects with the line that binds each: of several holders the one that makes the object, not those
    that import it.
    """
    found = []
    for each in refused:
        holders = [(holder, *_line(modules, holder[1], holder[2])) for holder in each["holders"]]
        if not holders:
            found.append(RefusedObject(each["type"]))
            continue
        (module, path, name), line, _ = min(holders, key=lambda one: (one[1] == 0, one[2]))
        found.append(RefusedObject(each["type"], module, name, path, line))
    return tuple(found)


def _line(modules: Modules, path: str, dotted: str) -> tuple[int, bool]:
    """As of `binding.line_of`; nothing in what is no source."""
    return line_of(modules.source(path), dotted) if path.endswith(".py") else (0, True)
