"""Names of the standard library that a newer Python on Workers no longer has, and where a module uses them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from edgewheel.data import facts
from edgewheel.runtime.library import library
from edgewheel.sources import lost_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from edgewheel.sources.lost_names import Lost


@cache
def names(old: str, new: str) -> Mapping[str, frozenset[str]]:
    """By module, the names that are there on one Python and gone on a newer one; `*` for the whole module."""
    found: dict[str, set[str]] = {}
    steps = facts("lost_names")["names"]
    for step in (each for each in steps if _number(old) < _number(each) <= _number(new)):
        for module, lost in steps[step].items():
            found.setdefault(module, set()).update(lost)
    for module in library(old).present - library(new).present:
        found.setdefault(module, set()).add("*")
    return {module: frozenset(lost) for module, lost in found.items()}


def uses(source: bytes, old: str, new: str) -> Iterator[Lost]:
    """Where a module uses such a name, guarded uses left out; nothing for what this Python cannot parse."""
    gone = names(old, new)
    text = source.decode("utf-8", "replace")
    words = set(re.findall(r"\w+", text))
    near = {module: lost for module, lost in gone.items() if words.issuperset(module.split(".")) and _near(lost, words)}
    if not near:
        return
    yield from dict.fromkeys(lost_names.read(source, near))


def _near(lost: frozenset[str], words: set[str]) -> bool:
    return "*" in lost or bool(lost & words)


def _number(python: str) -> tuple[int, ...]:
    return tuple(int(part) for part in python.split("."))
