"""TOML's numbers, dates and times: loaded where a document has more than plain integers and strings."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

_TIME = r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]{1,6})[0-9]*)?)?"
_DATE = re.compile(
    rf"([0-9]{{4}})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    rf"(?:[Tt ]{_TIME}(?:([Zz])|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))?)?"
)
_LOCAL = re.compile(_TIME)
_NUMBER = re.compile(
    r"0(?:x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|b[01](?:_?[01])*|o[0-7](?:_?[0-7])*)"
    r"|[+-]?(?:0|[1-9](?:_?[0-9])*)((?:\.[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?)"
)
_WORD = re.compile(r"[+-]?(?:inf|nan)")


def parse(text: str, pos: int) -> tuple[Any, int, bool] | None:
    """The value at an offset, the offset behind it, and whether only TOML 1.1 has it (a time without seconds); None for
    an invalid one. ValueError for an integer of thousands of digits.
    """
    if match := _DATE.match(text, pos):
        try:
            value = _date(match)
        except ValueError:  # 30 February
            return None
        return value, match.end(), match[4] is not None and match[6] is None
    if match := _LOCAL.match(text, pos):
        return _time(*match.group(1, 2, 3, 4)), match.end(), match[3] is None
    if match := _NUMBER.match(text, pos):
        digits = match[0].replace("_", "")
        return (float(digits) if match[1] else int(digits, 0)), match.end(), False
    if match := _WORD.match(text, pos):
        return float(match[0]), match.end(), False
    return None


def _date(match: re.Match[str]) -> date:
    year, month, day = (int(part) for part in match.group(1, 2, 3))
    if match[4] is None:
        return date(year, month, day)
    zone = timezone.utc if match[8] else None
    if match[9]:
        zone = timezone((1 if match[9] == "+" else -1) * timedelta(hours=int(match[10]), minutes=int(match[11])))
    return datetime.combine(date(year, month, day), _time(*match.group(4, 5, 6, 7)), zone)


def _time(hour: str, minute: str, second: str | None, fraction: str | None) -> time:
    return time(int(hour), int(minute), int(second or 0), int((fraction or "").ljust(6, "0")))
