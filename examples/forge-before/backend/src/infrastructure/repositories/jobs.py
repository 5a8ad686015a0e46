from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from src.application.ports.database import Database
from src.core.errors import NotFoundError
from src.core.serialization.json_codec import dump, load_object
from src.core.serialization.timestamps import from_text, to_text
from src.domain.entities.job import Job
from src.domain.value_objects.job_status import JobStatus


class SqlJobs:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, job: Job) -> None:
        await self._database.run(
            "INSERT INTO jobs"
            " (id, workspace, blueprint_id, arguments, created_at, status, artifact_id, error, changed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            job.id,
            job.workspace,
            job.blueprint_id,
            dump(job.arguments),
            to_text(job.created_at),
            *_changing(job),
        )

    async def save(self, job: Job) -> None:
        await self._database.run(
            "UPDATE jobs SET status = ?, artifact_id = ?, error = ?, changed_at = ? WHERE id = ?",
            *_changing(job),
            job.id,
        )

    async def get(self, workspace: str, job_id: str) -> Job:
        rows = await self._database.rows("SELECT * FROM jobs WHERE workspace = ? AND id = ?", workspace, job_id)
        if not rows:
            raise NotFoundError(f"{workspace} has no job {job_id}")
        return _job(rows[0])

    async def count_unfinished(self, workspace: str) -> int:
        rows = await self._database.rows(
            "SELECT COUNT(*) AS jobs FROM jobs WHERE workspace = ? AND status IN ('queued', 'running')",
            workspace,
        )
        return int(rows[0]["jobs"])

    async def unfinished_since(self, moment: datetime) -> list[Job]:
        rows = await self._database.rows(
            "SELECT * FROM jobs WHERE status IN ('queued', 'running') AND changed_at < ? ORDER BY changed_at",
            to_text(moment),
        )
        return [_job(row) for row in rows]


def _changing(job: Job) -> tuple[str, str, str, str]:
    return job.status.value, job.artifact_id, job.error, to_text(job.changed_at)


def _job(row: Mapping[str, Any]) -> Job:
    return Job(
        id=row["id"],
        workspace=row["workspace"],
        blueprint_id=row["blueprint_id"],
        arguments=load_object(row["arguments"]),
        status=JobStatus(row["status"]),
        created_at=from_text(row["created_at"]),
        changed_at=from_text(row["changed_at"]),
        artifact_id=row["artifact_id"],
        error=row["error"],
    )
