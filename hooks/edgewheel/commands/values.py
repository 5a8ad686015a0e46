"""Values of options, as argparse's `type`: what is none is refused with the option's name, and nothing is run.

The empty text is "not given", where a script passes on a variable that nobody has set.
"""

from __future__ import annotations

import argparse
import re
from typing import NamedTuple

_DAY = 24 * 60 * 60
_DAYS = {"": 1, "d": 1, "w": 7, "m": 30, "y": 365}
#: of an age: more digits are no number that anybody means
_DIGITS = 6


class Size(NamedTuple):
    """A size in bytes, and how it was written."""

    bytes: int
    text: str


def seconds(text: str) -> float:
    try:
        given = float(text)
    except ValueError:
        given = 0.0
    if not 0 < given <= _DAY:  # false for nan too
        raise argparse.ArgumentTypeError(f"`{text}` is not a number of seconds above 0 and up to a day ({_DAY})")
    return given


def count(text: str) -> int:
    if not re.fullmatch(r"\d+", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"`{text}` is not a number: write 0, 1, 2 …")
    return int(text)


def size(text: str) -> Size | None:
    from edgewheel.repository.settings_shapes import parse_size

    if not text:
        return None
    if (given := parse_size(text)) is None:
        raise argparse.ArgumentTypeError(f"`{text}` is not a size: write one such as `58 MiB`")
    return Size(given, text)


def days(text: str) -> int | None:
    """An age such as `12w` in days."""
    if not text:
        return None
    match = re.fullmatch(rf"(\d{{1,{_DIGITS}}})([dwmy]?)", text.strip().lower(), re.ASCII)
    if match is None:
        raise argparse.ArgumentTypeError(f"`{text}` is not an age: write 90d, 12w, 3m or 1y")
    return int(match[1]) * _DAYS[match[2]]


def version(text: str) -> str:
    """A version of wrangler."""
    if text and not re.match(r"\d+\.\d+\.\d+", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"`{text}` is not a version: write one such as 4.164.0")
    return text


def python(text: str) -> str:
    """A Python of the runtime."""
    from edgewheel.requirements.markers import PYTHONS

    if text and text not in PYTHONS:
        raise argparse.ArgumentTypeError(
            f"`{text}` is not a Python version of Workers: choose from {', '.join(PYTHONS)}"
        )
    return text


def pythons(text: str) -> tuple[str, ...]:
    """One or several Pythons of the runtime, or all."""
    from edgewheel.requirements.markers import PYTHONS

    given = PYTHONS if text == "all" else tuple(each.strip() for each in text.split(",")) if text else ()
    for each in given:
        if each not in PYTHONS:
            raise argparse.ArgumentTypeError(
                f"`{each}` is not a Python version of Workers: choose from {', '.join(PYTHONS)} or all"
            )
    return given


def index(text: str) -> str:
    """Where Pyodide's own wheels are looked up."""
    if text not in {"auto", "npm", "none"} and "://" not in text:
        raise argparse.ArgumentTypeError(f"`{text}` is neither auto, npm, none nor an address")
    return text
