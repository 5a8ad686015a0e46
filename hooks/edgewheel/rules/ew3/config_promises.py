"""EW320: what the config promises and the code lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.findings import Finding
from edgewheel.rules.registry import rule
from edgewheel.wrangler.config import raw

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.documents.document import Key
    from edgewheel.runtime.proof import MainExports
    from edgewheel.wrangler.config import Config

_GONE = frozenset(("deleted", "renamed", "transferred"))
#: Keys of a config without which nothing is promised: most hooks end here.
_PROMISES = ("triggers", "queues", "durable_objects", "migrations", "exports", "workflows", "services")


@rule("EW320", "worker-wrangler-config")
def config_promises(deploys: Deploys) -> Iterator[Finding]:
    """The config promises what the code lacks: crons without `scheduled`, a queue consumer without `queue`, a Workflow
    without `run`, an entrypoint or a class of `migrations` or `exports` that main does not have; or it binds a Durable
    Object that is in no migration and in no `exports`.

    A bound class that main lacks is EW206.

    Workers: the deploy is refused for a class (10061, 10070), or each event ends in `Method scheduled does not exist`.

    Fix: write the method or the class, or take the line out of the config.

    Bad:
        [triggers]
        crons = ["0 * * * *"]

    Good:
        # src/main.py
        from workers import WorkerEntrypoint


        class Default(WorkerEntrypoint):
            async def scheduled(self, controller, env, ctx):
                print("every hour")
    """
    seen: set[tuple[str, Key]] = set()
    for deploy in deploys:
        config = deploy.config
        if not any(raw(config, name) for name in _PROMISES):
            continue
        for key, finding in (*_in_no_migration(config), *_lacking(deploy)):
            if (finding.message, key) not in seen:
                seen.add((finding.message, key))
                yield finding


def _in_no_migration(config: Config) -> Iterator[tuple[Key, Finding]]:
    """Durable Objects of this Worker that it binds and never makes."""
    known = _made(config)
    for name, key in _classes(config, "durable_objects", "bindings"):
        if name not in known:
            message = f"`{name}` is bound as a Durable Object and is in no migration and in no `exports`: Workers "
            message += "refuse the deploy [code: 10061]"
            yield key, Finding(message, config.document.place(*key), _migration(config, name))


def _migration(config: Config, name: str) -> str:
    count = len(_tables(raw(config, "migrations"))) + 1
    if not config.document.path.endswith(".toml"):
        return f'"migrations": [{{ "tag": "v{count}", "new_sqlite_classes": ["{name}"] }}]'
    return f'[[migrations]]\ntag = "v{count}"\nnew_sqlite_classes = ["{name}"]'


def _made(config: Config) -> dict[str, Key]:
    """The classes that the migrations and `exports` leave, and where they come in."""
    found: dict[str, Key] = {}
    for at, each in enumerate(_tables(raw(config, "migrations"))):
        key = config.key("migrations", at)
        for name in ("new_classes", "new_sqlite_classes"):
            found |= dict.fromkeys(_texts(each.get(name)), (*key, name))
        for moved in (*_tables(each.get("renamed_classes")), *_tables(each.get("transferred_classes"))):
            found.pop(str(moved.get("from")), None)
            found[str(moved.get("to"))] = key
        for gone in _texts(each.get("deleted_classes")):
            found.pop(gone, None)
    exports = raw(config, "exports")
    for name, entry in exports.items() if isinstance(exports, dict) else ():
        if isinstance(entry, dict) and entry.get("type") == "durable-object" and entry.get("state") not in _GONE:
            found[str(name)] = config.key("exports", str(name))
    return found


def _lacking(deploy: Deploy) -> Iterator[tuple[Key, Finding]]:
    """What main does not export, as far as it can be told without running it."""
    exports = _exports(deploy)
    if exports is None or (not exports.entrypoints and not exports.functions):  # EW206
        return
    config = deploy.config
    yield from _events(deploy, exports)
    bound = {name for name, _ in _classes(config, "durable_objects", "bindings")}
    for name, key in _made(config).items():
        if name not in exports.durable_objects and name not in bound:
            where = "`exports`" if "exports" in key else "`migrations`"
            message = f"{where} names the class `{name}`, which main does not have: Workers refuse the deploy"
            fix = f"from workers import DurableObject\n\n\nclass {name}(DurableObject): ..."
            yield key, Finding(message, config.document.place(*key), fix)
    for name, key in _classes(config, "workflows"):
        if "run" not in exports.workflows.get(name, ("run",)):
            message = f"the Workflow `{name}` has no method `run`: each instance ends in `Method run does not exist`"
            yield key, Finding(message, config.document.place(*key), "async def run(self, event, step): ...")
    yield from _entrypoints(config, exports)


def _exports(deploy: Deploy) -> MainExports | None:
    from edgewheel.runtime import environment, exported, verdict

    like = deploy.deploys.like(deploy)
    if like is None:
        return None
    config = deploy.config
    tables = environment.scope(config.document.data, config.env)
    want = verdict.asked(tables, date=config.date, flags=config.flags, main=str(raw(config, "name") or ""))
    wanted = tuple(dict.fromkeys((*want.durable_objects, *_made(config))))
    return exported.exports(like.resolver(), like.main, want._replace(durable_objects=wanted))


def _events(deploy: Deploy, exports: MainExports) -> Iterator[tuple[Key, Finding]]:
    config = deploy.config
    triggers, queues = raw(config, "triggers"), _own(config).get("queues")
    asked: list[tuple[str, str, Key]] = []
    if isinstance(triggers, dict) and triggers.get("crons"):
        asked.append(("scheduled", "`triggers.crons`", config.key("triggers", "crons")))
    if isinstance(queues, dict) and _tables(queues.get("consumers")):
        asked.append(("queue", "`queues.consumers`", (*_above(config), "queues", "consumers")))
    methods = {*exports.entrypoints.get("Default", ()), *(each.removeprefix("on_") for each in exports.functions)}
    is_class = "Default" in exports.entrypoints
    for event, what, key in asked if is_class or exports.functions else ():
        if event not in methods:
            name = f"`Default` has no method `{event}`" if is_class else f"main has no `on_{event}`"
            message = f"{what} promises events and {name}: each ends in `Method {event} does not exist`"
            parameter = "controller" if event == "scheduled" else "batch"
            fix = f"async def {event}(self, {parameter}, env, ctx): ..."
            if not is_class:
                fix = f"async def on_{event}({parameter}, env, ctx): ..."
            yield key, Finding(message, config.document.place(*key), fix)


def _entrypoints(config: Config, exports: MainExports) -> Iterator[tuple[Key, Finding]]:
    """Services that are entrypoints of this very Worker."""
    own = raw(config, "name")
    names = (own, f"{own}-{config.env}") if config.env else (own,)
    for at, each in enumerate(_tables(_own(config).get("services"))):
        name = each.get("entrypoint")
        if isinstance(name, str) and each.get("service") in names and name not in exports.entrypoints:
            key = (*_above(config), "services", at, "entrypoint")
            message = f"`{name}` is the entrypoint of a service of this Worker, and main has no such class: Workers "
            message += "refuse the deploy"
            fix = f"from workers import WorkerEntrypoint\n\n\nclass {name}(WorkerEntrypoint): ..."
            yield key, Finding(message, config.document.place(*key), fix)


def _classes(config: Config, *path: str) -> Iterator[tuple[str, Key]]:
    """The classes of this Worker in a list of bindings, which environments do not inherit."""
    table: Any = _own(config)
    for step in path:
        table = table.get(step) if isinstance(table, dict) else None
    for at, each in enumerate(table if isinstance(table, list) else ()):
        name = each.get("class_name") if isinstance(each, dict) and not each.get("script_name") else None
        if isinstance(name, str) and name.isidentifier():
            yield name, (*_above(config), *path, at, "class_name")


def _own(config: Config) -> Mapping[str, Any]:
    table = config.document.get(*_above(config)) if config.env else config.document.data
    return table if isinstance(table, dict) else {}


def _above(config: Config) -> Key:
    return ("env", config.env) if config.env else ()


def _tables(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
