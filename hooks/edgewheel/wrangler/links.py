"""What parts of a config say of each other, looked at when the modules are there: Workflows, migrations, containers."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from edgewheel.wrangler import messages
from edgewheel.wrangler.js import MISSING
from edgewheel.wrangler.walk import MissingPath, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.disk import Disk
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.version import Behavior


class DryRun(NamedTuple):
    """One deploy: what the checks ask, and the warnings that they add."""

    config: Config
    disk: Disk
    switched: Behavior
    #: where wrangler runs
    cwd: str
    warnings: list[str]

    def get(self, name: str) -> Any:  # noqa: ANN401 - any TOML or JSON value
        """The value of a key that counts, MISSING where it is nowhere."""
        return messages.effective(self.config, name)

    def own(self, name: str) -> Any:  # noqa: ANN401
        """As `get`, of a key that environments do not inherit."""
        env = self.config.env
        found = self.config.document.get("env", env, name) if env else self.config.document.get(name)
        return MISSING if found is None else found

    def stop(self, text: str, *key: str | int) -> NoReturn:
        raise Refused(text, self.config.key(*key) if key else ())


def workflows(run: DryRun) -> None:
    """Workflows that `exports` declares and a binding declares too."""
    exports, flows = run.get("exports"), run.own("workflows")
    declared = {
        each["name"]: name
        for name, each in (exports.items() if isinstance(exports, dict) else ())
        if isinstance(each, dict) and each.get("type") == "workflow" and isinstance(each.get("name"), str)
    }
    faults: list[tuple[str, int]] = []
    for at, flow in enumerate(flows if isinstance(flows, list) else ()):
        name = flow.get("name")
        if name in declared:
            faults += [(text, at) for text in _declared(run, flow, f"workflows[{at}]", declared[name])]
    if faults:
        key = ("env", run.config.env) if run.config.env else ()
        raise Refused("\n".join(text for text, _ in faults), (*key, "workflows", faults[0][1]))


def _declared(run: DryRun, flow: dict[str, Any], path: str, kind: str) -> Iterator[str]:
    name, script, owner = flow["name"], flow.get("script_name"), flow.get("class_name")
    if script is not None and script != _script(run):
        yield (
            f'"{path}" binds the Workflow "{name}" of the Worker "{script}", but "exports.{kind}" declares it in this '
            'Worker. Workflow names are unique per account, so remove "script_name" from the binding or give the '
            "export a different name."
        )
        return
    if owner != kind:
        yield (
            f'"{path}" and "exports.{kind}" both declare the Workflow "{name}", but with different classes '
            f'("{owner}" and "{kind}").'
        )
    for key in ("limits", "concurrency", "schedules", "default_retention", "jurisdiction"):
        if key in flow:
            yield (
                f'"{path}.{key}" configures the Workflow "{name}", which "exports.{kind}" declares. '
                f'Set "{key}" on the export instead.'
            )


def _script(run: DryRun) -> str:
    """The name under which the Worker is deployed."""
    env = run.config.env
    own = run.config.document.get("env", env, "name") if env else None
    name = run.config.document.get("name")
    return str(own if own is not None else f"{name}-{env}" if env else name)


def events(run: DryRun) -> None:
    triggers, flows, exports = run.get("triggers"), run.own("workflows"), run.get("exports")
    owned = {
        each.get("name")
        for each in (flows if isinstance(flows, list) else ())
        if each.get("script_name") in {None, _script(run)}
    } | {
        each.get("name")
        for each in (exports.values() if isinstance(exports, dict) else ())
        if isinstance(each, dict) and each.get("type") == "workflow"
    }
    events = triggers.get("events", []) if isinstance(triggers, dict) else []
    for at, event in enumerate(events):
        for target in event["targets"]:
            if target["workflow_name"] not in owned:
                run.stop(
                    f'Event trigger "{event["type"]}" targets Workflow "{target["workflow_name"]}", but that Workflow '
                    'is not defined by this Worker.\nAdd it to the "workflows" configuration or remove the event '
                    "trigger target.",
                    *("triggers", "events", at, "targets"),
                )


def _classes(run: DryRun) -> dict[str, bool]:
    """The Durable Object classes that migrations and `exports` make, with whether they use SQLite."""
    found: dict[str, bool] = {}
    steps = run.get("migrations")
    for at, step in enumerate(steps if isinstance(steps, list) else ()):
        _apply(run, found, step, at)
    exports = run.get("exports")
    for name, each in exports.items() if isinstance(exports, dict) else ():
        is_durable = isinstance(each, dict) and each.get("type") == "durable-object"
        if is_durable and each.get("state") in {None, "created", "expecting-transfer"}:
            found[name] = each.get("storage") == "sqlite"
    return found


def _apply(run: DryRun, found: dict[str, bool], step: dict[str, Any], at: int) -> None:
    key = ("migrations", at)
    for name in step.get("deleted_classes", ()):
        if found.pop(name, None) is None:
            run.stop(f"Cannot apply deleted_classes migration to non-existent class {name}", *key, "deleted_classes")
    for each in step.get("renamed_classes", ()):
        if each["from"] not in found:
            text = f"Cannot apply renamed_classes migration to non-existent class {each['from']}"
            run.stop(text, *key, "renamed_classes")
        found[each["to"]] = found.pop(each["from"])
    for kind in ("new_classes", "new_sqlite_classes"):
        for name in step.get(kind, ()):
            if name in found:
                run.stop(f"Cannot apply {kind} migration to existing class {name}", *key, kind)
            found[name] = kind == "new_sqlite_classes"


def migrations(run: DryRun) -> None:
    _classes(run)


def containers(run: DryRun) -> None:
    """Each container needs its Durable Object in this Worker."""
    found, exports, durable = run.own("containers"), run.get("exports"), run.own("durable_objects")
    if not isinstance(found, list) or not found:
        return
    classes = _classes(run) if run.switched.late_checks else {}
    bindings = durable.get("bindings", []) if isinstance(durable, dict) else []
    base = ("env", run.config.env, "containers") if run.config.env else ("containers",)
    linked = {
        each["container"]: name
        for name, each in reversed(list(exports.items() if isinstance(exports, dict) else ()))
        if isinstance(each, dict) and each.get("type") == "durable-object" and isinstance(each.get("container"), str)
    }
    managed = [each.get("scheduling_policy") == "durable_object" for each in found]
    for at, each in sorted(enumerate(found), key=lambda pair: not managed[pair[0]]):
        kind = each.get("class_name", linked.get(each.get("name", "")))
        bound = next((one for one in bindings if one.get("class_name") == kind), None)
        if kind not in classes and bound is None:
            text = (
                f"The container class_name {kind} does not match any durable object class_name defined in your "
                "Wrangler config file. Note that the durable object must be defined in the same script as the "
                "container."
            )
            raise Refused(text, (*base, at, "class_name"))
        script = bound.get("script_name") if bound else None
        if script is not None and (script != _script(run) or not run.switched.late_checks):
            name = each.get("name") or f"{_script(run)}-{kind}".lower().replace(" ", "-")
            text = (
                f"The container {name} is referencing the durable object {kind}, which appears to be defined on the "
                f"{script} Worker instead (via the 'script_name' field). You cannot configure a container on a Durable "
                "Object that is defined in another Worker."
            )
            raise Refused(text, (*base, at, "class_name"))
        if managed[at] and classes.get(kind) is False:
            name = each.get("name") or f"{_script(run)}-{kind}".lower().replace(" ", "-")
            text = (
                f"The container {name} references Durable Object class {kind}, which uses the legacy KV storage "
                "backend. Durable Object-managed Containers require SQLite-backed Durable Objects."
            )
            raise Refused(text, (*base, at, "class_name"))


def images(run: DryRun) -> None:
    """facts: a Dockerfile is built in a dry run too, which needs Docker: that is the machine's business."""
    found = run.own("containers")
    for each in found if isinstance(found, list) else ():
        image = each.get("image") if isinstance(each, dict) else None
        path = posixpath.join(posixpath.dirname(run.config.config_path), image) if isinstance(image, str) else ""
        if path and run.disk.is_file(posixpath.normpath(path)):
            raise Refused(
                f"`containers` builds `{image}`: wrangler needs Docker for it, in a dry run too, "
                "so that the upload depends on the machine and is not predicted"
            )


#: a list of an environment's own -> how wrangler crashes where it is something false instead, which its checks let pass
_LISTS = {
    "containers": "containers?.map is not a function",
    "tail_consumers": "(tailConsumers ?? []).map is not a function or its return value is not iterable",
    "streaming_tail_consumers": "(streamingTailConsumers ?? []).map is not a function or its return value is not "
    "iterable",
}
_ADDRESSES = {"allowed_destination_addresses": "?", "allowed_sender_addresses": ""}


def lists(run: DryRun) -> None:
    """facts: what counts as false passes the validation, tables of addresses too, and stops the upload."""
    mail = run.own("send_email")
    for at, each in enumerate(mail if isinstance(mail, list) else ()):
        for name, mark in _ADDRESSES.items():
            if isinstance(each.get(name), dict):
                run.stop(f"{name}{mark}.join is not a function", "send_email", at, name)
    for name, text in _LISTS.items():
        if run.own(name) in ("", 0, False):
            run.stop(text, name)


def schemas(run: DryRun) -> None:
    """Schemas of `unsafe.capnp`: a compiled one must be there, others need the compiler of the machine."""
    unsafe = run.own("unsafe")
    capnp = unsafe.get("capnp") if isinstance(unsafe, dict) else None
    if not isinstance(capnp, dict):
        return
    if "compiled_schema" not in capnp:
        raise Refused(
            "`unsafe.capnp` has sources: wrangler needs the capnp compiler for them, in a dry run too, so that the "
            "upload depends on the machine and is not predicted"
        )
    path = posixpath.join(posixpath.dirname(run.config.config_path), capnp["compiled_schema"])
    if run.disk.kind(posixpath.normpath(path)) in {None, "link-broken"}:
        missing = MissingPath("open", posixpath.normpath(path))
        missing.key = run.config.key("unsafe", "capnp", "compiled_schema")
        raise missing
