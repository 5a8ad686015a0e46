from __future__ import annotations

from src.application.services import Services
from src.domain.entities.job import Job


async def cancel_job(services: Services, workspace: str, job_id: str) -> Job:
    """Give up a job that has not finished; `ConflictError` if it has."""
    job = await services.jobs.get(workspace, job_id)
    cancelled = job.cancel(services.clock.now())
    await services.jobs.save(cancelled)
    return cancelled
