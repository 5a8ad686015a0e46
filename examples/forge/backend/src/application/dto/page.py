from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from src.core.errors import InvalidInputError

_LARGEST = 100


@dataclass(frozen=True)
class Page:
    """Which part of a list: `limit` entries from the one numbered `offset`."""

    limit: int = 20
    offset: int = 0

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Page:
        limit = _whole(query, "limit", cls.limit)
        if not 1 <= limit <= _LARGEST:
            raise InvalidInputError(f"limit must be between 1 and {_LARGEST}")
        return cls(limit, _whole(query, "offset", cls.offset))


def _whole(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdecimal()):
        raise InvalidInputError(f"{name} must be a whole number")
    return int(text)
