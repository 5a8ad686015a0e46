"""Runs the rules of built wheels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.rules.registry import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edgewheel.findings import Finding
    from edgewheel.repository.wheel import Wheel


def judge(wheel: Wheel, *, select: Sequence[str] = ("EW",), ignore: Sequence[str] = ()) -> list[Finding]:
    """The findings of one wheel, by code and message; rules by code or prefix."""
    root = wheel.project.root if wheel.project else ""
    found: dict[Finding, None] = {}
    for rule in load(judges="wheel"):
        if rule.code.startswith(tuple(select)) and not (ignore and rule.code.startswith(tuple(ignore))):
            for finding in rule.check(wheel):
                level = finding.level or rule.level
                found[finding._replace(code=rule.code, level=level, worker=root)] = None
    return sorted(found, key=lambda each: (each.code, each.message))
