from __future__ import annotations

from datetime import timedelta

from src.application.services import Services
from src.domain.events.job_events import JobExpired


async def expire_jobs(services: Services) -> int:
    """Fail the jobs that an isolate took with it when it died; how many there were."""
    now = services.clock.now()
    age = timedelta(seconds=services.settings.limits.stale_after_seconds)
    stale = await services.jobs.unfinished_since(now - age)
    for job in stale:
        await services.jobs.save(job.fail("given up after a time without news", now))
        services.events.publish(JobExpired(job.workspace, now, job_id=job.id))
    return len(stale)
