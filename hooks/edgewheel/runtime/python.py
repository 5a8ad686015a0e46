"""Which Python the compatibility date and flags select, and which dated behaviour is on.

facts: the compatibility table of workerd 1.20261117.1, in `pythons.json`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edgewheel.data import facts

if TYPE_CHECKING:
    from collections.abc import Collection


def select(date: str, flags: Collection[str]) -> str:
    """The Python, such as `3.13`, that the runtime takes; the oldest where nothing selects a newer one.

    `date` is an ISO date, "" where the config has none. A placeholder stands for one of today.
    """
    pythons: dict[str, dict[str, Any]] = facts("pythons")["pythons"]
    chosen = next(iter(pythons))
    for python, row in pythons.items():
        if row["date"] is not None and _is_on(row, date, flags):
            chosen = python
    return chosen


def is_on(flag: str, date: str, flags: Collection[str]) -> bool:
    """Whether a dated flag is in force: by its own name, or by the date unless its opposite is set."""
    row = next((each for each in facts("pythons")["flags"] if each["flag"] == flag), None)
    return flag in flags if row is None else _is_on(row, date, flags)


def is_open(date: str) -> bool:
    """Whether a date is a template's placeholder: what fills it in, with a date of its day, decides."""
    return bool(date) and not date[:4].isdigit()


def number(python: str) -> tuple[int, int]:
    """`(3, 13)` of `3.13`."""
    major, _, minor = python.partition(".")
    return int(major), int(minor)


def _is_on(row: dict[str, Any], date: str, flags: Collection[str]) -> bool:
    if row["flag"] in flags:
        return True
    return bool(row["opt_out"] not in flags and row["date"] and (date >= row["date"] or is_open(date)))
