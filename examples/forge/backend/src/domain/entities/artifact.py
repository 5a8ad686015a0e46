"""What a job leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from src.core.identifiers import new_identifier
from src.domain.value_objects.digest import Digest


@dataclass(frozen=True)
class Artifact:
    """The description of a content that is stored under `storage_key`; `size` is in bytes."""

    id: str
    job_id: str
    media_type: str
    digest: Digest
    size: int
    created_at: datetime

    @classmethod
    def of(cls, content: bytes, *, job_id: str, media_type: str, now: datetime) -> Artifact:
        return cls(new_identifier("art"), job_id, media_type, Digest.of(content), len(content), now)

    @property
    def storage_key(self) -> str:
        """Named by content: the same text, forged twice, is stored once."""
        return f"artifacts/{self.digest.hexadecimal}"
