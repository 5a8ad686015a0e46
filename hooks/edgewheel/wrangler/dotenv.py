"""`.env` files as the packages dotenv and dotenv-expand read them, which wrangler carries.

facts: wrangler 4.51.0 to 4.164.0
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LINE = (
    r"^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)"
    r"""(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\n]+)?\s*(?:#.*)?$"""
)
_QUOTED = r"""^(['"`])([\s\S]*)\1$"""
_REFERENCE = r"(?<!\\)\$\{([^{}]+)\}|(?<!\\)\$([A-Za-z_]\w*)"
_OPERATOR = r":\+|\+|:-|-"
#: References that are followed in one value: more lead back to themselves.
_MOST = 100


def parse(text: str) -> dict[str, str]:
    """The values of one file; of a name that stands twice, the last."""
    lines = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))
    return {match[1]: _value(match[2] or "") for match in re.finditer(_LINE, lines, re.MULTILINE | re.ASCII)}


def _value(text: str) -> str:
    text = text.strip()
    plain = re.sub(_QUOTED, r"\2", text, flags=re.MULTILINE)
    return plain.replace("\\n", "\n").replace("\\r", "\r") if text.startswith('"') else plain


def merged(texts: Iterable[str], process: Mapping[str, str]) -> dict[str, str]:
    """The process's variables with those of the files: a later file beats an earlier one, the process beats both
    unless its value is empty, and `$NAME` stands for a value.
    """
    parsed: dict[str, str] = {}
    for text in texts:
        parsed |= parse(text)
    running: dict[str, str] = {}
    for name, value in parsed.items():
        running[name] = (process.get(name) or _expanded(value, {**running, **process})).replace("\\$", "$")
    return {**process, **running}


def _expanded(value: str, known: Mapping[str, str]) -> str:
    seen: set[str] = set()
    for _ in range(_MOST):
        if (match := re.search(_REFERENCE, value, re.ASCII)) is None:
            break
        seen.add(value)
        name, operator, otherwise = _parts(match[1] or match[2])
        found = known.get(name, "")
        if operator in {":+", "+"}:
            found, otherwise = "", otherwise if found else ""
        chosen = found if found and found not in seen else otherwise
        value = value[: match.start()] + chosen + value[match.end() :]
    return value


def _parts(expression: str) -> tuple[str, str, str]:
    """`NAME:-text` as its name, operator and text."""
    operator = re.search(_OPERATOR, expression)
    if operator is None:
        return expression, "", ""
    name, _, text = expression.partition(operator[0])
    return name, operator[0], text
