from __future__ import annotations

from datetime import datetime
from typing import Protocol

from src.domain.entities.job import Job


class JobRepository(Protocol):
    async def add(self, job: Job) -> None: ...

    async def save(self, job: Job) -> None: ...

    async def get(self, workspace: str, job_id: str) -> Job:
        """The job, or `NotFoundError`."""

    async def count_unfinished(self, workspace: str) -> int: ...

    async def unfinished_since(self, moment: datetime) -> list[Job]:
        """Jobs of all workspaces that have not changed since `moment`."""
