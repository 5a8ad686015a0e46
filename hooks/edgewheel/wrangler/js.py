"""Values as JavaScript shows them, so that texts that wrangler prints can be told in advance."""

from __future__ import annotations

import json
import math
from typing import Any


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


def keys(table: dict[str, Any]) -> list[str]:
    """`Object.keys(table)`: whole numbers come first, in their order."""
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
    return key.isascii() and key.isdigit() and (key == "0" or key[0] != "0") and int(key) < 2**32 - 1


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
