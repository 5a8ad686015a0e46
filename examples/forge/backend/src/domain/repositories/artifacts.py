from __future__ import annotations

from typing import Protocol

from src.domain.entities.artifact import Artifact


class ArtifactRepository(Protocol):
    async def add(self, artifact: Artifact, content: bytes) -> None: ...

    async def get(self, artifact_id: str) -> Artifact:
        """The artifact's description, or `NotFoundError`."""

    async def content(self, artifact: Artifact) -> bytes:
        """The artifact's content, or `NotFoundError` when the store has dropped it."""
