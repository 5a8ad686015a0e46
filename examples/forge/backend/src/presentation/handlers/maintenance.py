from __future__ import annotations

from src.application.services import Services
from src.core.errors import InvalidInputError
from src.presentation.web.reply import Reply
from src.presentation.web.request import Request


async def install_schema(services: Services, request: Request) -> Reply:
    return Reply.json({"statements": await services.schema.install()})


async def set_quota(services: Services, request: Request) -> Reply:
    jobs = request.json_object().get("jobs")
    if not isinstance(jobs, int) or isinstance(jobs, bool) or jobs < 0:
        raise InvalidInputError("jobs must be a whole number from 0 on")
    workspace = request.parameters["workspace"]
    await services.workspaces.set_job_quota(workspace, jobs)
    return Reply.json({"workspace": workspace, "jobs": jobs})
