from __future__ import annotations

from typing import Protocol


class SchemaPort(Protocol):
    async def install(self) -> int:
        """Create what the database lacks; the number of statements that were run."""
