"""JSON as this service reads and writes it."""

from __future__ import annotations

import json
from typing import Any

from src.core.errors import InvalidInputError


def dump(value: object) -> str:
    """Compact JSON with keys in order, so that equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def load_object(text: str) -> dict[str, Any]:
    """The JSON object in `text`; anything else is the caller's mistake."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise InvalidInputError(f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise InvalidInputError("the body must be a JSON object")
    return value
