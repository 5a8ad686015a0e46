"""Of EW206: what the runtime's own look at main finds, where a plain look at its names finds nothing wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.layout.handlers import BASES, FUNCTIONS
from edgewheel.sources import program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy
    from edgewheel.runtime.proof import Problem
    from edgewheel.sources.records import Node, Record

_EVENTS = {each.removeprefix("on_") for each in FUNCTIONS}
#: Decorators and calls after which a method is no plain function. facts: acceptance 1
_NO_METHODS = frozenset(("staticmethod", "classmethod", "property", "cached_property", "partialmethod"))


def judge(deploy: Deploy, path: str, record: Record | None) -> Iterator[Finding]:
    """The findings about the entry at `path`. facts: acceptance 1"""
    if not deploy.modules or record is None or record.names is None:
        return
    names = record.names
    absent = [] if names.is_open or names.stars else [each for each in names.listed or () if not names.has(each)]
    if absent and not deploy.target:
        message = (
            f"`__all__` names `{absent[0]}`, which `{deploy.worker.shown(path)}` does not bind: the upload fails with "
        )
        fix = f'remove "{absent[0]}" from `__all__`'
        yield Finding(f"{message}AttributeError", Place(path, _line(record, "__all__"), 1), fix)
        return
    told = False
    for problem in () if _is_plain(deploy, record) else _problems(deploy):
        if problem.name == "Default" and not names.has("Default"):  # one with named entrypoints alone is fine
            continue
        told = True
        name = problem.name if problem.name.isidentifier() else "Default"
        hidden = names.listed is not None and name not in names.listed and names.has(name)
        line = _line(record, "__all__" if hidden else name)
        message = f"{problem.message}: the deploy fails"
        if hidden:
            message = f"`__all__` leaves out `{name}`, so the runtime does not see it: the deploy fails"
        yield Finding(message, Place(path, line, 1), _fix(name, names.listed, problem))
    if not told:
        yield from _methods(deploy, path, record)


def _is_plain(deploy: Deploy, record: Record) -> bool:
    """Whether main defines each class that counts itself, from a base of the platform's: nothing more to look at."""
    from edgewheel.layout.exports import class_names

    if deploy.target or record.names is None or record.names.listed is not None:
        return False
    defined = {
        node[3]
        for node in record.program or ()
        if node[0] == "ClassDef" and not node[7] and any(program.dotted(base) in BASES for base in node[4])
    }
    config = deploy.config.document
    services = config.get("services") is not None or config.get("env") is not None
    return not services and defined >= {"Default", *class_names(deploy.worker)}


def _problems(deploy: Deploy) -> Iterator[Problem]:
    from edgewheel.runtime import environment, exported, verdict

    config = deploy.config
    tables = environment.scope(config.document.data, config.env)
    want = verdict.asked(tables, date=config.date, flags=config.flags, main=str(tables.get("name") or ""))
    found = exported.exports(deploy.untouched, deploy.main, want)
    if found is not None:
        seen = set()
        for each in verdict.lacking(found, want, deploy.sources, deploy.main):
            if each.at == "start" and each.name not in seen:
                seen.add(each.name)
                yield each


def _fix(name: str, listed: tuple[str, ...] | None, problem: Problem) -> str:
    if listed is not None and name not in listed:
        return f'add "{name}" to `__all__`'
    own = problem.message.partition("is bound to the class `")[2].partition("`")[0]
    if own:
        return f"class {name}({own}): ...  # in place of the other name"
    return f"class {name}(WorkerEntrypoint): ...  # `from workers import WorkerEntrypoint`"


def _line(record: Record, name: str) -> int:
    """The line at the top level that binds a name last; 1 for none."""
    found = 1
    for node in record.program or ():
        if (
            (node[0] in {"ClassDef", "FunctionDef", "AsyncFunctionDef"} and node[3] == name)
            or (node[0] == "Assign" and any(each[0] == "Name" and each[3] == name for each in node[3]))
            or (node[0] in {"AnnAssign", "AugAssign"} and node[3][0] == "Name" and node[3][3] == name)
            or (node[0] == "ImportFrom" and any(name in {each[3], each[4]} for each in node[4]))
        ):
            found = node[1]
    return found


def _methods(deploy: Deploy, path: str, record: Record) -> Iterator[Finding]:
    """Methods of `Default` that the runtime does not see as handlers."""
    for node in record.program or ():
        bases = [program.dotted(base).rpartition(".")[2] for base in node[4]] if node[0] == "ClassDef" else []
        if node[0] != "ClassDef" or node[3] != "Default" or "WorkerEntrypoint" not in bases:
            continue
        plain = {each[3] for each in node[6] if each[0] in {"FunctionDef", "AsyncFunctionDef"} and not _others(each)}
        for each in node[6]:
            name = _named(each)
            event = name.removeprefix("on_")
            if event not in _EVENTS or event in plain:
                continue
            shown = deploy.worker.shown(path)
            message = f"`{name}` of `Default` in `{shown}` is not a method that the runtime calls for `{event}`: "
            message += f"requests fail with `Method {event} does not exist`"
            yield Finding(message, Place(path, each[1], each[2]), f"async def {event}(self, …):")


def _named(node: Node) -> str:
    if node[0] in {"FunctionDef", "AsyncFunctionDef"}:
        return str(node[3])
    if node[0] == "Assign" and node[3][0][0] == "Name" and node[4][0] == "Call":
        is_none = program.dotted(node[4][3]).rpartition(".")[2] in _NO_METHODS
        return str(node[3][0][3]) if is_none else ""
    return ""


def _others(node: Node) -> bool:
    """Whether a decorator makes something else of a method."""
    return any(program.dotted(each).rpartition(".")[2] in _NO_METHODS for each in node[6])
