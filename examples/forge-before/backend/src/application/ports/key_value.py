from __future__ import annotations

from typing import Protocol


class KeyValueStore(Protocol):
    async def read(self, key: str) -> bytes | None: ...

    async def write(self, key: str, content: bytes) -> None: ...
