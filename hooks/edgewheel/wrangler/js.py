"""Values as JavaScript reads and shows them: what wrangler prints, and where it crashes."""

from __future__ import annotations

import json
import math
import re
from typing import Any


class Crash(Exception):  # noqa: N818 - a TypeError of JavaScript's, by its message
    """wrangler stops with this message, which no check of its own has made."""


class MissingKey:
    """What JavaScript calls undefined: a key that is not there, unlike one that is null."""


MISSING = MissingKey()


class Bare(dict[str, Any]):
    """A table without a prototype, as wrangler reads them from TOML: it has no text."""


def bare(value: Any) -> Any:  # noqa: ANN401 - any TOML value
    """A value whose tables, also the inner ones, are without a prototype."""
    if isinstance(value, dict):
        return Bare({key: bare(each) for key, each in value.items()})
    return [bare(each) for each in value] if isinstance(value, list) else value


def typeof(value: Any) -> str:  # noqa: ANN401 - any TOML or JSON value
    if value is MISSING:
        return "undefined"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "object"


def get(value: Any, name: str | int) -> Any:  # noqa: ANN401
    """`value[name]`, which crashes on null and undefined alone."""
    if value is None or value is MISSING:
        raise Crash(f"Cannot read properties of {text(value)} (reading '{name}')")
    if isinstance(value, dict):
        return value.get(name, MISSING)
    if isinstance(value, list | str):
        if name == "length":
            return len(value)
        at = int(name) if _is_index(str(name)) else len(value)
        return value[at] if at < len(value) else MISSING
    return MISSING


def has(value: Any, name: str) -> bool:  # noqa: ANN401
    """`name in value`, which crashes on all that is no object."""
    if typeof(value) != "object" or value is None:
        raise Crash(f"Cannot use 'in' operator to search for '{name}' in {text(value)}")
    return get(value, name) is not MISSING


def is_true(value: Any) -> bool:  # noqa: ANN401
    """Whether `if (value)` is taken: an empty list or table counts."""
    return value is not MISSING and (isinstance(value, list | dict) or bool(value))


def text(value: Any) -> str:  # noqa: ANN401
    """`String(value)`."""
    if isinstance(value, Bare):
        raise Crash("Cannot convert object to primitive value")
    if isinstance(value, list):
        return ",".join("" if each is None or each is MISSING else text(each) for each in value)
    if isinstance(value, dict):
        return "[object Object]"
    if isinstance(value, str):
        return value
    return "undefined" if value is MISSING else stringify(value)


def number(value: Any) -> float | None:  # noqa: ANN401
    """A value as `<` takes it where the other is a number; None for what is not one."""
    if isinstance(value, Bare):
        text(value)
    if isinstance(value, bool) or value is None or typeof(value) == "number":
        return float(value or 0)
    plain = "x" if value is MISSING or isinstance(value, dict) else text(value).strip()
    return 0.0 if not plain else float(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else None


def received(value: Any) -> str:  # noqa: ANN401
    """A value as Node names it in an error."""
    if isinstance(value, Bare):
        return "[Object: null prototype]" + ("" if value else " {}")
    if value is None or value is MISSING:
        return text(value)
    if isinstance(value, dict | list):
        return f"an instance of {'Array' if isinstance(value, list) else 'Object'}"
    return f"type {typeof(value)} ({_quoted(value) if isinstance(value, str) else stringify(value)})"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "\\'") + "'"


def shown(value: Any) -> str:  # noqa: ANN401
    """A value inside a message; what is not there is `undefined`."""
    return "undefined" if value is MISSING else stringify(value)


def stringify(value: Any) -> str:  # noqa: ANN401 - any TOML or JSON value
    """`JSON.stringify(value)`."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_text(key)}:{stringify(value[key])}" for key in keys(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(stringify(item) for item in value) + "]"
    if isinstance(value, float):
        return _number(value)
    if hasattr(value, "isoformat"):
        return _text(moment(value))
    return _text(value) if isinstance(value, str) else json.dumps(value)


def pretty(value: Any, indent: str = "") -> str:  # noqa: ANN401
    """`JSON.stringify(value, null, 2)`, whose indents wrangler's own messages lose again."""
    inner = f"{indent}  "
    if isinstance(value, dict) and value:
        parts = [f"{inner}{_text(key)}: {pretty(value[key], inner)}" for key in keys(value)]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(inner + pretty(item, inner) for item in value) + f"\n{indent}]"
    return stringify(value)


def keys(table: Any) -> list[str]:  # noqa: ANN401
    """`Object.keys(table)`: whole numbers come first, in their order."""
    if table is None or table is MISSING:
        raise Crash("Cannot convert undefined or null to object")
    if not isinstance(table, dict):
        return [str(at) for at in range(len(table))] if isinstance(table, list | str) else []
    numbers = sorted((key for key in table if _is_index(key)), key=int)
    return numbers + [key for key in table if not _is_index(key)] if numbers else list(table)


def moment(value: Any) -> str:  # noqa: ANN401 - a TOML date, time or date with time
    """A TOML date or time as its `toISOString()` shows it."""
    text: str = value.isoformat()
    if len(text) <= len("2025-10-01") and "-" in text:
        return text
    head, dot, fraction = text.partition(".")
    zone = ""
    if dot:
        digits = len(fraction) - len(fraction.lstrip("0123456789"))
        fraction, zone = fraction[:digits][:3], fraction[digits:]
    else:
        for sign in ("+", "-"):
            at = head.find(sign, len("2025-10-01"))
            if at > 0:
                head, zone = head[:at], head[at:]
        fraction = "000"
    return f"{head}.{fraction:0<3}" + ("Z" if zone == "+00:00" else zone)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _is_index(key: str) -> bool:
    return len(key) <= 10 and key.isascii() and key.isdigit() and (key == "0" or key[0] != "0") and int(key) < 2**32 - 1


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "null"
    if value == int(value) and abs(value) < 10**21:
        return str(int(value))
    text = repr(value)
    if "e" in text:
        digits, _, power = text.partition("e")
        sign = "-" if power.startswith("-") else "+"
        exponent = int(power)
        if -7 < exponent < 0:
            whole = digits.replace(".", "").lstrip("-")
            return ("-" if value < 0 else "") + "0." + "0" * (-exponent - 1) + whole
        return f"{digits}e{sign}{abs(exponent)}"
    return text
