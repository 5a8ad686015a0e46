from __future__ import annotations

from src.core.clock import Clock
from src.infrastructure.durable.leases import LeaseTable


class MemoryCoordinator:
    """Leases within one isolate."""

    def __init__(self, clock: Clock) -> None:
        self._leases = LeaseTable(clock)

    async def acquire(self, key: str, seconds: int) -> bool:
        return self._leases.acquire(key, seconds)

    async def release(self, key: str) -> None:
        self._leases.release(key)
