"""Random TOML texts, right and wrong: pieces in any order, and statements that define the same names again."""

from __future__ import annotations

import random

_SCALARS = [
    *("1", "-1", "+0", "00", "0x1F", "0b10", "1_000", "1__0", "1e5", "1.5", ".5", "1.", "inf", "-nan", "true", "false"),
    *('"x"', "'y'", '"\\n"', '"\\e"', '"\\x41"', '"\\u00e9"', '"\\ud800"', '"\\q"', '"""m\n"""', "'''l\n'''"),
    *('"""\\\n  x"""', '""""q""""', "2026-10-01", "07:32:00", "07:32", "2026-10-01T07:32:00Z", "2026-10-01T07:32"),
    *("2026-10-01 07:32:00.123456789+01:00", "[1, 2]", "[{a=1}]", "{a = 1, b = 2}", "{a.b = 1}", "{a=1,}", "{\na=1}"),
    *("[\n1, # c\n]", "{ a = [\n1] }", '"a\nb"', "9007199254740991", "9007199254740992", "[[1], {a = {b = 1}}]"),
]
_PIECES = [
    *("a", "b", "a.b", '"a"', "'b'", " = ", "=", "[", "]", "[[", "]]", "{", "}", ",", "\n", "\r\n", "\r", " ", "\t"),
    *("# c", "#\x01", "é", "\x7f", "a = 1\n", "b = {a = 1}\n", "a = [1, 2]\n", "a.b = 2\n", "[a]\n", "[[a]]\n"),
]
_NAMES = ["a", "b", "a.b", "a.b.c", '"a"', "b . a"]
_HEADERS = ["[a]", "[a.b]", "[a.b.c]", "[[a]]", "[[a.b]]", "[[a.b.c]]", "[b]", "[ a . b ]"]


def texts(seed: int, count: int) -> list[str]:
    pick = random.Random(seed)
    return [_statements(pick) if pick.random() < 0.6 else _pieces(pick) for _ in range(count)]


def _statements(pick: random.Random) -> str:
    lines = []
    for _ in range(pick.randint(1, 5)):
        if pick.random() < 0.4:
            lines.append(pick.choice(_HEADERS))
        else:
            lines.append(f"{pick.choice(_NAMES)} = {pick.choice(_SCALARS)}")
    return "".join(line + pick.choice(["\n", "\n", "\n", "", " # c\n", "\r\n"]) for line in lines)


def _pieces(pick: random.Random) -> str:
    return "".join(pick.choice(_PIECES + _SCALARS) for _ in range(pick.randint(1, 9)))
