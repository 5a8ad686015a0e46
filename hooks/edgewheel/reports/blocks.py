"""Findings as blocks: those that one edit would end are shown once, at the place of that edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edgewheel.findings import Finding


class CauseBlock(NamedTuple):
    """One cause: `head` is told, at the place to edit and at the worst level; `members` are its findings."""

    head: Finding
    members: tuple[Finding, ...]


def blocks(found: Iterable[Finding]) -> list[CauseBlock]:
    """The findings by cause, a Worker's in the order of the places to edit; one without a cause is its own."""
    groups: dict[object, list[Finding]] = {}
    same: dict[object, object] = {}
    for at, each in enumerate(found):
        cause: object = (each.worker, each.cause.key) if each.cause else at
        # what several Workers share is told once
        cause = same.setdefault((each.place, each.code, each.message, each.fix), cause)
        groups.setdefault(cause, []).append(each)
    made = [CauseBlock(_head(members), tuple(members)) for members in groups.values()]
    workers = {each.head.worker: at for at, each in reversed(list(enumerate(made)))}
    return sorted(made, key=lambda each: (workers[each.head.worker], each.head.place) if each.head.cause else (0, ()))


def singles(found: Iterable[Finding]) -> list[CauseBlock]:
    """Each finding as a block of its own."""
    return [CauseBlock(each, (each,)) for each in found]


def _head(members: list[Finding]) -> Finding:
    first = min(members, key=lambda each: each.level != "error")
    if len(members) == 1 or first.cause is None:
        return first
    return first._replace(place=first.cause.place, message=first.cause.message or first.message)
