"""Events in the life of a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from src.domain.events.base import DomainEvent


@dataclass(frozen=True)
class JobFinished(DomainEvent):
    name: ClassVar[str] = "job.finished"

    job_id: str
    status: str

    def details(self) -> dict[str, str]:
        return {"job": self.job_id, "status": self.status}


@dataclass(frozen=True)
class JobExpired(DomainEvent):
    name: ClassVar[str] = "job.expired"

    job_id: str

    def details(self) -> dict[str, str]:
        return {"job": self.job_id}
