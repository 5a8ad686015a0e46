from __future__ import annotations

from src.application.ports.database import Database
from src.core.config.limits import Limits
from src.domain.entities.workspace import Workspace
from src.domain.value_objects.quota import Quota
from src.domain.value_objects.slug import Slug


class SqlWorkspaces:
    """Only workspaces whose quota differs from the default have a row."""

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database = database
        self._limits = limits

    async def get(self, name: str) -> Workspace:
        slug = Slug(name)
        rows = await self._database.rows("SELECT job_quota FROM workspaces WHERE name = ?", slug.text)
        jobs = int(rows[0]["job_quota"]) if rows else self._limits.jobs_per_workspace
        return Workspace(slug, Quota(jobs, self._limits.blueprint_bytes))

    async def set_job_quota(self, name: str, jobs: int) -> None:
        await self._database.run(
            "INSERT INTO workspaces (name, job_quota) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET job_quota = excluded.job_quota",
            Slug(name).text,
            jobs,
        )
