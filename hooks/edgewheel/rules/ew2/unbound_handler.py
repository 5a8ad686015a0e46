"""EW206: handlers and bound classes that main does not bind at module level."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun, Finding, Place
from edgewheel.layout.entry import locate
from edgewheel.layout.handlers import FUNCTIONS, SourceTree
from edgewheel.repository.walk import python_files
from edgewheel.rules.ew2 import introspected
from edgewheel.rules.registry import rule
from edgewheel.runtime.python import is_on, is_open
from edgewheel.sources import program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.repository.worker import Worker
    from edgewheel.sources.records import Record
    from edgewheel.wrangler.config import Config

_GLOBAL = "python_no_global_handlers"
_OPT_OUT = "disable_python_no_global_handlers"


class _Entry(NamedTuple):
    """The module whose top level decides: its file, the names that it binds, and whether it may bind more."""

    path: str
    module: str
    tree: SourceTree
    names: frozenset[str]
    opaque: bool


@rule("EW206", "worker-imports")
def unbound_handler(deploys: Deploys) -> Iterator[Finding]:
    """A handler, or a class that the config binds (Durable Objects, Workflows), that main does not bind at module
    level: by class, assignment, decorator or import.

    Workers: the runtime looks for names in main alone. Without a handler the deploy fails with "no registered event
    handlers" (10068); a bound class that main lacks fails it too. From 2025-08-14 on functions such as `on_fetch` do
    not count. `__all__` decides where main has one, a class is exported under its own name (`Default = Api` exports
    `Api`), only with a base of the platform's, and only its plain methods are handlers.

    Fix: import the class into main, or define `class Default(WorkerEntrypoint)` there.

    Bad:
        # wrangler.toml
        [[durable_objects.bindings]]
        name = "COUNTER"
        class_name = "Counter"

        [[migrations]]
        tag = "v1"
        new_sqlite_classes = ["Counter"]

        # src/main.py
        class Default(WorkerEntrypoint): ...

    Good:
        # src/main.py
        from objects import Counter

        class Default(WorkerEntrypoint): ...
    """
    for deploy in deploys:
        entry = _entry(deploy)
        if entry is not None and not entry.opaque:
            found = [*_bound_classes(deploy, entry), *_handlers(deploy, entry)]
            yield from found or introspected.judge(deploy, entry.path, entry.tree.record(entry.module))


def _entry(deploy: Deploy) -> _Entry | None:
    """None where there is no entry to read or it cannot be parsed: other rules say so."""
    try:
        if deploy.target:
            source = locate(deploy.worker)
            base, module, path = source.base, source.module, source.entry
        elif not deploy.worker.disk.is_file(deploy.config.main_path):
            return None
        else:
            base, file = posixpath.split(deploy.config.main_path)
            module, path = file.removesuffix(".py"), deploy.config.main_path
        tree = SourceTree(deploy.worker.disk, base)
        if tree.names(module) is None:
            return None
    except CouldNotRun:
        return None
    names = frozenset(name for name, _ in tree.visible(module))
    return _Entry(path, module, tree, names | set(deploy.worker.settings.exports), tree.opaque(module))


def _bound_classes(deploy: Deploy, entry: _Entry) -> Iterator[Finding]:
    path = deploy.worker.shown(entry.path)
    for name, kind, key in _class_names(deploy.config):
        if name not in entry.names:
            message = f"`{name}` is bound as a {kind}, and `{path}` binds no such class at module level: "
            place = deploy.config.document.place(*key)
            yield Finding(f"{message}the deploy fails", place, _cure(deploy, entry, name, kind))


def _class_names(config: Config) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    """The classes that one environment binds to this Worker. facts: bindings are not inherited by environments"""
    above = ("env", config.env) if config.env else ()
    for kind, keys in (("Durable Object", ("durable_objects", "bindings")), ("Workflow", ("workflows",))):
        listed = config.document.get(*above, *keys)
        for index, each in enumerate(listed if isinstance(listed, list) else ()):
            name = each.get("class_name") if isinstance(each, dict) and not each.get("script_name") else None
            if isinstance(name, str) and name.isidentifier():
                yield name, kind, (*above, *keys, index, "class_name")


def _cure(deploy: Deploy, entry: _Entry, name: str, kind: str) -> str:
    """The class's name as the entry has it, where the config misspells it; else what brings the class there."""
    from difflib import get_close_matches

    from edgewheel.rules.ew3 import levels

    bound = {each for each, _, _ in _class_names(deploy.config)}
    free = [each for each in sorted(entry.names - bound) if entry.tree.look(entry.module, each).kind == "handler"]
    base = "WorkflowEntrypoint" if kind == "Workflow" else "DurableObject"
    near = get_close_matches(name, free, 1, 0.7)
    if near and not _import_of(deploy.worker, entry, rf"{re.escape(name)}\b[^:]*{base}", name):
        return levels.entry(deploy.config.document, "class_name", near[0])
    made = f"from workers import {base}\n\n\nclass {name}({base}): ..."
    return _import_of(deploy.worker, entry, rf"{re.escape(name)}\b", name) or made


def _import_of(worker: Worker, entry: _Entry, definition: str, name: str) -> str:
    """The statement that brings the class into the entry, from the module that defines it; "" where none does."""
    pattern = re.compile(rf"^class {definition}".encode(), re.MULTILINE)
    depth = entry.module.count(".")
    base = entry.path.rsplit("/", depth + 2 if entry.path.endswith("/__init__.py") else depth + 1)[0]
    for path in python_files(worker.disk, base):
        module = posixpath.relpath(path, base).removesuffix(".py").removesuffix("/__init__")
        if path == entry.path or not all(part.isidentifier() for part in module.split("/")):
            continue
        if pattern.search(worker.disk.read(path)):
            return f"from {module.replace('/', '.')} import {name}"
    return ""


def _handlers(deploy: Deploy, entry: _Entry) -> Iterator[Finding]:
    functions = sorted(entry.names & FUNCTIONS)
    old_style = is_open(deploy.config.date) or not is_on(_GLOBAL, deploy.config.date, deploy.config.flags)
    if "Default" in entry.names or (functions and old_style):
        return
    path = deploy.worker.shown(entry.path)
    if any(entry.tree.look(entry.module, name).kind == "handler" for name in entry.names):
        for name, line in list(_meant_as_default(entry.tree.record(entry.module)))[:1]:
            message = f"`{name}` handles what only `Default` is called for, and `{path}` binds no `Default`: "
            message += "the deploy fails with `no registered event handlers`"
            yield Finding(message, Place(entry.path, line, 1), f"class Default(WorkerEntrypoint):  # instead of {name}")
        return
    if functions:
        line = _line(deploy.worker, entry.path, functions[0])
        message = f"`{functions[0]}` does not count as a handler from 2025-08-14 on, and `{path}` binds no other: "
        message += "the deploy fails with `no registered event handlers`"
        method = functions[0].removeprefix("on_")
        body = f"return await {functions[0]}(request, self.env)"
        yield Finding(message, Place(entry.path, line, 1), _class(method, body))
        return
    message = f"`{path}` binds no handler at module level: the deploy fails with `no registered event handlers`"
    yield Finding(message, Place(entry.path, 1, 1), _class("fetch", 'return Response("ok")'))


def _meant_as_default(record: Record | None) -> Iterator[tuple[str, int]]:
    """The entry's own entrypoint classes with a method for an event, and their lines. A named entrypoint for other
    Workers has methods of its own instead.
    """
    methods = {each.removeprefix("on_") for each in FUNCTIONS}
    for node in record.program or () if record is not None else ():
        if node[0] != "ClassDef":
            continue
        bases = {program.dotted(base).rpartition(".")[2] for base in node[4]}
        own = {each[3] for each in node[6] if each[0] in {"FunctionDef", "AsyncFunctionDef"}}
        if "WorkerEntrypoint" in bases and own & methods:
            yield node[3], node[1]


def _class(method: str, body: str) -> str:
    response = ", Response" if "Response" in body else ""
    parameter = "request" if method == "fetch" else "event"
    return (
        f"from workers import WorkerEntrypoint{response}\n\n\n"
        f"class Default(WorkerEntrypoint):\n    async def {method}(self, {parameter}):\n"
        f"        {body.replace('request', parameter)}"
    )


def _line(worker: Worker, path: str, function: str) -> int:
    """The line that binds the function; 1 where it is imported with others."""
    for number, line in enumerate(worker.disk.read(path).decode("utf-8", "replace").splitlines(), 1):
        if re.match(rf"(?:async\s+)?def\s+{function}\b|{function}\s*=", line):
            return number
    return 1
