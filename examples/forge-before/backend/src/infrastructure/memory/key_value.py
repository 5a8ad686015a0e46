from __future__ import annotations


class MemoryStore:
    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    async def read(self, key: str) -> bytes | None:
        return self._contents.get(key)

    async def write(self, key: str, content: bytes) -> None:
        self._contents[key] = content
