"""What the start calls across modules, and in constructors, for the rules that judge each module's own lines first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.runtime.tree import module_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from edgewheel.deploy import Deploy
    from edgewheel.runtime.values import Event


def events(
    deploy: Deploy, caught_by: Collection[str], told: Collection[tuple[str, int]]
) -> Iterator[tuple[str, Event]]:
    """The events of the start whose errors nothing catches, with the upload name of the module in which the start
    stands; lines that are told already, as pairs of upload name and line, are left out.
    """
    files = {module_name(name): name for name in deploy.reached.modules}
    for event in deploy.reached.events:
        name = files.get(event.module, "")
        is_own = bool(name and deploy.path(name)) and not deploy.tree.is_vendored(name)
        inner = files.get(event.own[0], "")
        is_told = (name, event.line) in told or (inner, event.own[1]) in told
        if is_own and not is_told and not _is_caught(event, caught_by):
            yield name, event


def code(deploy: Deploy, name: str, event: Event) -> str:
    """The expression of the top level that makes the call, as it is written; the call's name where it takes lines."""
    lines = deploy.sources.source(name).decode("utf-8", "replace").splitlines()
    line, column = event.end
    if line != event.line or line > len(lines):
        return f"{event.written}(…)"
    return lines[line - 1].encode()[event.column - 1 : column].decode("utf-8", "replace")


def _is_caught(event: Event, names: Collection[str]) -> bool:
    return any(each is None or not set(names).isdisjoint(each) for each in event.expected)
