from __future__ import annotations

from typing import Protocol


class Coordinator(Protocol):
    """Sees to it that only one isolate works on a job."""

    async def acquire(self, key: str, seconds: int) -> bool:
        """Take the lease on `key`; False while another one holds it."""

    async def release(self, key: str) -> None: ...
