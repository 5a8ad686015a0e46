"""The coordinator port over the Durable Object's binding."""

from __future__ import annotations

from typing import Any


class DurableCoordinator:
    """One object for each job: leases on different jobs never wait for each other."""

    def __init__(self, namespace: Any) -> None:
        self._namespace = namespace

    async def acquire(self, key: str, seconds: int) -> bool:
        return bool(await self._stub(key).acquire(key, seconds))

    async def release(self, key: str) -> None:
        await self._stub(key).release(key)

    def _stub(self, key: str) -> Any:
        return self._namespace.get(self._namespace.idFromName(key))
