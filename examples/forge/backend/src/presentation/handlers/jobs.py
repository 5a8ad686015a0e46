from __future__ import annotations

from src.application.dto.new_job import NewJob
from src.application.services import Services
from src.application.use_cases.jobs.cancel_job import cancel_job
from src.application.use_cases.jobs.submit_job import submit_job
from src.presentation.presenters.job import present_job
from src.presentation.web.reply import Reply
from src.presentation.web.request import Request


async def submit(services: Services, request: Request) -> Reply:
    job = await submit_job(services, request.parameters["workspace"], NewJob.from_mapping(request.json_object()))
    return Reply.json(present_job(job), status=201)


async def show(services: Services, request: Request) -> Reply:
    place = request.parameters
    return Reply.json(present_job(await services.jobs.get(place["workspace"], place["job"])))


async def cancel(services: Services, request: Request) -> Reply:
    place = request.parameters
    return Reply.json(present_job(await cancel_job(services, place["workspace"], place["job"])))
