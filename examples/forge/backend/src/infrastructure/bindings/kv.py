"""The key-value port over a KV namespace binding."""

from __future__ import annotations

from typing import Any

from src.infrastructure.bindings.conversion import to_buffer, to_python


class KvStore:
    """Values expire after `expires_after` seconds: artifacts can be forged again."""

    def __init__(self, binding: Any, *, expires_after: int = 30 * 24 * 3600) -> None:
        self._binding = binding
        self._expires_after = expires_after

    async def read(self, key: str) -> bytes | None:
        value = to_python(await self._binding.get(key, "arrayBuffer"))
        # A missing key is JavaScript's null, which newer Pyodide does not turn into None.
        return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else None

    async def write(self, key: str, content: bytes) -> None:
        await self._binding.put(key, to_buffer(content), expirationTtl=self._expires_after)
