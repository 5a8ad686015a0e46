"""Which wheels fit a Python on Workers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.data import facts
from edgewheel.requirements.requirement import normalize
from edgewheel.runtime.python import number

if TYPE_CHECKING:
    from collections.abc import Iterable


class Fit(NamedTuple):
    """A wheel that fits: its file name, and its tag where it is compiled ("" for a pure one)."""

    file: str
    tag: str


@cache
def supported(python: str) -> frozenset[str]:
    """The tags that a Python such as `3.13` takes on Workers, compiled and pure."""
    from packaging.tags import compatible_tags, cpython_tags

    version, platforms = number(python), facts("pythons")["pythons"][python]["platforms"]
    interpreter = f"cp{version[0]}{version[1]}"
    compiled = cpython_tags(version, abis=[interpreter], platforms=platforms)
    return frozenset(map(str, (*compiled, *compatible_tags(version, interpreter, platforms))))


def fit(files: Iterable[str], python: str) -> Fit | None:
    """The first wheel among file names that fits, a compiled one before a pure one; None where none does."""
    pure = None
    for file in files:
        parsed = _parsed(file)
        for tag in parsed[2] if parsed else ():
            if tag in supported(python):
                if not tag.endswith("-none-any"):
                    return Fit(file, tag)
                pure = pure or Fit(file, "")
    return pure


def name_and_version(file: str) -> tuple[str, str]:
    """The normalised name and version of a wheel's file name, ("", "") for what is none."""
    parsed = _parsed(file)
    return (parsed[0], parsed[1]) if parsed else ("", "")


@cache
def _parsed(file: str) -> tuple[str, str, tuple[str, ...]] | None:
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    try:
        name, version, _, tags = parse_wheel_filename(file)
    except InvalidWheelFilename:
        return None
    return normalize(name), str(version), tuple(sorted(map(str, tags)))
