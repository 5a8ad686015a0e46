from __future__ import annotations

from src.application.ports.database import Database
from src.application.ports.key_value import KeyValueStore
from src.core.errors import NotFoundError
from src.core.serialization.timestamps import from_text, to_text
from src.domain.entities.artifact import Artifact
from src.domain.value_objects.digest import Digest


class StoredArtifacts:
    """Descriptions in the database, contents in the key-value store."""

    def __init__(self, database: Database, store: KeyValueStore) -> None:
        self._database = database
        self._store = store

    async def add(self, artifact: Artifact, content: bytes) -> None:
        await self._store.write(artifact.storage_key, content)
        await self._database.run(
            "INSERT INTO artifacts (id, job_id, media_type, digest, size, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            artifact.id,
            artifact.job_id,
            artifact.media_type,
            artifact.digest.hexadecimal,
            artifact.size,
            to_text(artifact.created_at),
        )

    async def get(self, artifact_id: str) -> Artifact:
        rows = await self._database.rows("SELECT * FROM artifacts WHERE id = ?", artifact_id)
        if not rows:
            raise NotFoundError(f"there is no artifact {artifact_id}")
        row = rows[0]
        return Artifact(
            id=row["id"],
            job_id=row["job_id"],
            media_type=row["media_type"],
            digest=Digest(row["digest"]),
            size=int(row["size"]),
            created_at=from_text(row["created_at"]),
        )

    async def content(self, artifact: Artifact) -> bytes:
        content = await self._store.read(artifact.storage_key)
        if content is None:
            raise NotFoundError(f"the content of {artifact.id} has expired")
        return content
