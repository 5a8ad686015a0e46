"""Events in the life of an artifact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from src.domain.events.base import DomainEvent


@dataclass(frozen=True)
class ArtifactForged(DomainEvent):
    name: ClassVar[str] = "artifact.forged"

    artifact_id: str
    digest: str

    def details(self) -> dict[str, str]:
        return {"artifact": self.artifact_id, "sha256": self.digest}
