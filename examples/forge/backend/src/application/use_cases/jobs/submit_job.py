from __future__ import annotations

from src.application.dto.new_job import NewJob
from src.application.services import Services
from src.application.use_cases.jobs.run_job import run_job
from src.domain.entities.job import Job
from src.domain.services.blueprint_renderer import resolve
from src.domain.services.quota_policy import require_room_for_job


async def submit_job(services: Services, workspace_name: str, new: NewJob) -> Job:
    """Check the arguments, queue the job and run it at once: rendering takes milliseconds."""
    workspace = await services.workspaces.get(workspace_name)
    require_room_for_job(workspace, await services.jobs.count_unfinished(workspace.name))
    blueprint = await services.blueprints.get(workspace.name, new.blueprint_id)
    job = Job.queued(
        workspace=workspace.name,
        blueprint_id=blueprint.id,
        arguments=resolve(blueprint, new.arguments),
        now=services.clock.now(),
    )
    await services.jobs.add(job)
    return await run_job(services, job)
