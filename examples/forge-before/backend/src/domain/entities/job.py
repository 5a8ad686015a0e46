"""One run of a blueprint with its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from src.core.errors import ConflictError
from src.core.identifiers import new_identifier
from src.domain.value_objects.job_status import JobStatus


@dataclass(frozen=True)
class Job:
    """A job never changes: each step gives a new one."""

    id: str
    workspace: str
    blueprint_id: str
    arguments: Mapping[str, str]
    status: JobStatus
    created_at: datetime
    changed_at: datetime
    artifact_id: str = ""
    error: str = ""

    @classmethod
    def queued(cls, *, workspace: str, blueprint_id: str, arguments: Mapping[str, str], now: datetime) -> Job:
        return cls(new_identifier("job"), workspace, blueprint_id, dict(arguments), JobStatus.QUEUED, now, now)

    def run(self, now: datetime) -> Job:
        return self._become(JobStatus.RUNNING, now)

    def succeed(self, artifact_id: str, now: datetime) -> Job:
        return replace(self._become(JobStatus.SUCCEEDED, now), artifact_id=artifact_id)

    def fail(self, error: str, now: datetime) -> Job:
        return replace(self._become(JobStatus.FAILED, now), error=error)

    def cancel(self, now: datetime) -> Job:
        return self._become(JobStatus.CANCELLED, now)

    def _become(self, status: JobStatus, now: datetime) -> Job:
        if not self.status.may_become(status):
            raise ConflictError(f"a {self.status.value} job cannot become {status.value}")
        return replace(self, status=status, changed_at=now)
