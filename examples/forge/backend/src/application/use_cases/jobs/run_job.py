from __future__ import annotations

from src.application.services import Services
from src.core.errors import ConflictError, ForgeError
from src.domain.entities.artifact import Artifact
from src.domain.entities.job import Job
from src.domain.events.artifact_events import ArtifactForged
from src.domain.events.job_events import JobFinished
from src.domain.services.blueprint_renderer import render

MEDIA_TYPE = "text/plain; charset=utf-8"


async def run_job(services: Services, job: Job) -> Job:
    """Run a queued job under its lease; a job that fails is kept with its error."""
    if not await services.coordinator.acquire(job.id, services.settings.limits.lease_seconds):
        raise ConflictError(f"{job.id} is being run already")
    try:
        running = job.run(services.clock.now())
        await services.jobs.save(running)
        finished = await _forge(services, running)
        await services.jobs.save(finished)
    finally:
        await services.coordinator.release(job.id)
    services.events.publish(
        JobFinished(finished.workspace, finished.changed_at, job_id=finished.id, status=finished.status.value)
    )
    return finished


async def _forge(services: Services, job: Job) -> Job:
    try:
        blueprint = await services.blueprints.get(job.workspace, job.blueprint_id)
        content = render(blueprint, job.arguments).encode()
    except ForgeError as error:
        return job.fail(error.detail, services.clock.now())
    artifact = Artifact.of(content, job_id=job.id, media_type=MEDIA_TYPE, now=services.clock.now())
    await services.artifacts.add(artifact, content)
    services.events.publish(
        ArtifactForged(job.workspace, artifact.created_at, artifact_id=artifact.id, digest=artifact.digest.hexadecimal)
    )
    return job.succeed(artifact.id, services.clock.now())
