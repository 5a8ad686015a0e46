"""TOML by the standard parser, with words for what it refuses."""

from __future__ import annotations

import re
import sys
from typing import Any

from edgewheel.findings import Problem

if sys.version_info >= (3, 11):
    import tomllib
else:  # the same parser under its older name
    import tomli as tomllib

_LONG = r"\d[\d_]{600,}"
_AT = r"(?s)^(.*) \(at (?:line (\d+), column (\d+)|end of document)\)$"


def values(text: str) -> tuple[dict[str, Any], Problem | None]:
    """The values, and what is wrong with a text that is not TOML."""
    try:
        return tomllib.loads(text), None
    except tomllib.TOMLDecodeError as error:
        match = re.match(_AT, str(error))
        if match is None:
            return {}, Problem(str(error), 1, 1)
        last = (text.count("\n") + 1, 1)
        line, column = (int(match[2]), int(match[3])) if match[2] else last
        return {}, Problem(match[1], line, column)
    except ValueError:  # Python reads no integer of thousands of digits, and neither does wrangler
        match = re.search(_LONG, text)
        at = match.start() if match else 0
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        return {}, Problem("an integer of too many digits", line, column)
    except RecursionError:
        return {}, Problem("nested too deeply", 1, 1)
