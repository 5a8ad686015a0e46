"""Whether JavaScript's `new Date(text)` is a date: all that wrangler asks of a compatibility date.

facts: Node 22. Besides ISO dates it takes what older programs wrote (`2025/10/1`, `Oct 1 2025`), and days up to 31 in
every month; `%DATE%`, `latest` and `2025-13-01` are none.
"""

from __future__ import annotations

import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONES = {"am", "pm", "ut", "utc", "z", "gmt", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt"}
_LAST_YEAR = 275760
_ISO = re.compile(
    r"(?:\d{4}|[+-]\d{6})(?:-(\d\d)(?:-(\d\d))?)?(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?"
)
#: a number, a word, a time of day, text in brackets, or any other sign; words are all signs from `A` upwards
_TOKEN = re.compile(
    r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:\s*[+-]\d\d:?\d\d)?|(\d+)-?|([A-\U0010ffff]+)-?|\([^)]*\)?|.",
    re.DOTALL,
)


def is_date(text: str) -> bool:
    if match := _ISO.fullmatch(text):
        month, day, *clock = (int(each) if each else None for each in match.groups())
        return month in {None, *range(1, 13)} and day in {None, *range(1, 32)} and _is_time(clock)
    return _is_older_date(text.strip())


def _is_older_date(text: str) -> bool:
    numbers: list[int] = []
    month = 0
    last = ""
    for match in _TOKEN.finditer(text):
        hour, minute, second, number, word = match.groups()
        if hour is not None:
            if not _is_time([int(each or 0) for each in (hour, minute, second)]):
                return False
        elif number is not None:
            if last == "word" or len(numbers) == 3 or len(number) > 9:
                return False
            numbers.append(int(number))
        elif word is not None:
            if word[:3].lower() in _MONTHS:
                month = _MONTHS.index(word[:3].lower()) + 1
                last = ""
                continue
            if numbers and word.lower() not in _ZONES:
                return False
        elif match[0] in {"-", "+", ")"} and numbers:
            return False
        last = "word" if word is not None and not match[0].endswith("-") else ""
    return _is_day(numbers, month)


def _is_day(numbers: list[int], month: int) -> bool:
    if not numbers:
        return False
    first, second, third = (*numbers, 1, 1)[:3]
    if month:
        year, day = (second, first) if 1 <= first <= 31 else (first, second)
    elif 1 <= first <= 31:
        year, month, day = third, first, second
    else:
        year, month, day = first, second, third
    return year < _LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 31


def _is_time(clock: list[int | None]) -> bool:
    hour, minute, second = (each or 0 for each in clock)
    return (hour < 24 and minute < 60 and second < 60) or (hour, minute, second) == (24, 0, 0)
