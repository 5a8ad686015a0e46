"""Of EW203: imports from Python's own library that the runtime's Python lacks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edgewheel.data import facts
from edgewheel.findings import Finding
from edgewheel.rules.ew2 import cures, meant
from edgewheel.runtime.library import lacks
from edgewheel.runtime.python import number
from edgewheel.sources import program

if TYPE_CHECKING:
    from edgewheel.deploy import Deploy
    from edgewheel.runtime.graph import Failure
    from edgewheel.sources.records import Node


def judge(deploy: Deploy, failure: Failure) -> Finding | None:
    """The finding about an import of the standard library that fails; None for what the code provides for, or what
    another rule or package has to do with.
    """
    assert failure.item is not None  # noqa: S101 - the caller has looked
    below = (f"{failure.module}.{name}" for name in failure.item.names)
    broken = (name for name in below if name in deploy.untouched.library.broken)
    named = [failure._replace(module=name) for name in (failure.module, *broken)]
    failure, why = next(((each, why) for each in named if (why := _why(deploy, each.module))), (failure, ""))
    assert failure.item is not None  # noqa: S101 - the same statement
    module, _, name = failure.missing.name.rpartition(".")
    if failure.missing.error == "ImportError" and lacks(deploy.python, module, name):
        why = f"Python {deploy.python} on Workers has no `{failure.missing.name}`"
        if module == "js":
            why = f"JavaScript has no global `{name}` on Workers"
        if module == "workers":
            why = f"the Workers SDK has no `{name}`"
    if not why or failure.item.level or cures.is_optional(deploy, failure):
        return None
    top = failure.module.partition(".")[0]
    if deploy.tree.find(top, deploy.untouched.project) or (top != "workers" and _may_be_brought(deploy, top)):
        return None
    said = f"`{cures.statement(failure.item)}` fails {cures.when(failure.at)} with `{failure.missing.message}`"
    place = cures.place(deploy, failure.importer, failure.item)
    return Finding(f"{said}: {why}", place, _fix(deploy, failure), cures.level(failure.at))


def _why(deploy: Deploy, module: str) -> str:
    """What the runtime lacks; "" for a module that is not Python's own."""
    library, version = deploy.untouched.library, deploy.python
    parts = module.split(".")
    outer = [".".join(parts[: length + 1]) for length in range(len(parts))]
    gone = facts("stdlib")["removed"].get(parts[0])
    if parts[0] in library.absent:
        return f"Python {version} on Workers has no `{parts[0]}`"
    if gone and parts[0] not in library.present and number(gone["since"]) <= number(version):
        instead = f", in its place is {gone['instead']}" if gone["instead"] else ""
        return f"Python {version} on Workers has no `{parts[0]}`{instead}"
    for name in outer if parts[0] in library.present else ():
        if name in library.broken:
            return f"`{name}` of Python {version} {library.broken[name]}"
        if name != parts[0] and name not in library.submodules:
            return f"Python {version} on Workers has no `{name}`"
    return ""


def _may_be_brought(deploy: Deploy, top: str) -> bool:
    """Whether a package has taken over what Python dropped: legacy-cgi, audioop-lts, pyasyncore, zombie-imp …"""
    names = deploy.project.runtime
    if top == "distutils" and ("setuptools" in names or deploy.tree.find("_distutils_hack", ["python_modules"])):
        return True
    return any(word in {top, f"py{top}"} for name in names for word in re.split(r"[-_.]", name))


def _fix(deploy: Deploy, failure: Failure) -> str:
    """The statement with a way on for where the module is not there."""
    module, library = failure.module, deploy.untouched.library
    top = module.partition(".")[0]
    mistyped = top in library.present and module not in library.submodules and module not in library.broken
    if mistyped and (near := meant.nearest(module, library.submodules)):
        return f"import it as `{near}`"
    if module == "workers":
        name = failure.missing.name.rpartition(".")[2]
        near = meant.nearest(name, facts("absent_names")["own"][deploy.python][module])
        if near:
            return f"write `{near}` for `{name}`, here and where it is used"
        return f"remove `{name}`; the SDK's names are in its documentation"
    node = _node(deploy, failure)
    if node is None:
        return "catch the ImportError, or do without it on Workers"
    aliases = [(each[3], each[4]) for each in (node[3] if node[0] == "Import" else node[4])]
    others = [each for each in aliases if node[0] == "Import" and each[0] != failure.module]
    lost = [each for each in aliases if each not in others]
    first = [f"import {_listed(others)}"] if others else []
    statement = f"import {_listed(lost)}" if node[0] == "Import" else f"from {node[3]} import {_listed(lost)}"
    # of a package that is there, other parts may be imported under the same name
    bound = [other or ("*" if top in library.present else name.partition(".")[0]) for name, other in lost]
    if node[0] == "ImportFrom":
        bound = [other or name for name, other in lost]
    without = [f"    {name} = None" for name in dict.fromkeys(bound) if name != "*"] or ["    pass"]
    return "\n".join([*first, "try:", f"    {statement}", "except ImportError:", *without])


def _listed(aliases: list[tuple[str, str | None]]) -> str:
    return ", ".join(f"{name} as {other}" if other else name for name, other in aliases)


def _node(deploy: Deploy, failure: Failure) -> Node:
    """The statement in the module's program; None for `import_module("…")`."""
    item, body = failure.item, deploy.sources.whole(failure.importer).program
    for node in program.walk(body or ()):
        if item is None or node[0] not in {"Import", "ImportFrom"} or node[1] != item.line:
            continue
        if item.module in ([node[3]] if node[0] == "ImportFrom" else [each[3] for each in node[3]]):
            return node
    return None
