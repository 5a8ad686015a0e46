"""Of EW203: names that Python's own modules lack on Workers, where the code uses them as attributes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.rules.ew2 import cures
from edgewheel.runtime.library import absent_names
from edgewheel.sources import program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy
    from edgewheel.sources.records import Import, Node

#: What takes the error of a name that is not there.
_CATCHING = frozenset(("AttributeError", "ImportError", "Exception", "BaseException"))


def judge(deploy: Deploy) -> Iterator[Finding]:
    """The uses in the project's own modules that main reaches; what is tested or caught left out."""
    absent = absent_names(deploy.python)
    bound: dict[tuple[object, ...], dict[str, str]] = {}
    for name, reached in deploy.reached.modules.items():
        if not name.endswith(".py") or not deploy.path(name) or deploy.tree.is_vendored(name):
            continue
        known: dict[str, str] = {}
        for item in deploy.sources.record(name).imports:
            asked = (*item[:3], item.dynamic, item.bound)  # most modules import the same
            if (own := bound.get(asked)) is None:
                own = bound[asked] = {
                    alias: module if module in absent else "" for alias, module in _bound(deploy, item)
                }
            known.update(own)
        known = {alias: module for alias, module in known.items() if module}
        if not known:
            continue
        text = deploy.sources.source(name).decode("utf-8", "replace")
        if not any(attribute in absent[known[alias]] for alias, attribute in _written(text, known)):
            continue
        body = deploy.sources.whole(name).program or ()
        for node, inside in _uses(body, inside=False):
            alias, attribute = program.dotted(node[3]), node[4]
            if attribute in absent.get(known.get(alias, ""), ()):
                at = "request" if inside or reached != "start" else "start"
                module = known[alias]
                message = f"`{alias}.{attribute}` raises AttributeError {cures.when(at)}: Python {deploy.python} on "
                message += f"Workers has no `{module}.{attribute}`"
                place = Place(deploy.path(name), node[1], node[2])
                yield Finding(message, place, f'if hasattr({alias}, "{attribute}"): …', cures.level(at))


def _bound(deploy: Deploy, item: Import) -> Iterator[tuple[str, str]]:
    """The names that stand for modules of others', and these."""
    if item.level or deploy.tree.find(item.module.partition(".")[0], deploy.untouched.project) is not None:
        return
    if item.names:
        for each, alias in zip(item.names, item.bound or item.names, strict=True):
            yield alias, f"{item.module}.{each}"
    elif not item.dynamic:
        yield (item.bound[0] if item.bound else item.module), item.module


def _written(text: str, known: dict[str, str]) -> Iterator[tuple[str, str]]:
    for alias in known:
        if alias in text:
            yield from ((alias, each) for each in re.findall(rf"\b{re.escape(alias)}\.(\w+)", text))


def _uses(body: Node, *, inside: bool) -> Iterator[tuple[Node, bool]]:
    """The attributes that running code looks up, and whether that is in a function."""
    for node in body if body and not isinstance(body[0], str) else [body]:
        if not isinstance(node, (tuple, list)) or not node:
            continue
        kind = node[0] if isinstance(node[0], str) else ""  # a list of nodes has none
        if kind == "Try" and any(names is None or not _CATCHING.isdisjoint(names) for _, names, _, _ in node[4]):
            for block in (*(handler[3] for handler in node[4]), *node[5:7]):
                yield from _uses(block, inside=inside)
            continue
        if kind in {"If", "IfExp"} and _asks(node[3]):
            continue
        if kind == "Attribute":
            yield node, inside
        deeper = inside or kind in {"FunctionDef", "AsyncFunctionDef", "Lambda"}
        for each in node[3:] if kind else node:
            if isinstance(each, (tuple, list)) and each:
                yield from _uses(each, inside=deeper)


def _asks(test: Node) -> bool:
    """Whether a condition asks what there is."""
    return any(
        (each[0] == "Call" and program.dotted(each[3]) in {"hasattr", "getattr"})
        or program.dotted(each).startswith(("sys.platform", "sys.version_info", "os.name"))
        for each in program.walk(test)
    )
