from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Database(Protocol):
    """SQL with `?` placeholders. Parameters are never None: an absent text is an empty one."""

    async def rows(self, sql: str, *parameters: object) -> list[Mapping[str, Any]]: ...

    async def run(self, sql: str, *parameters: object) -> int:
        """Execute one statement; the number of rows that it changed."""
