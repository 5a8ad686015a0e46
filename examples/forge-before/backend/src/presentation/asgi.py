"""The same use cases as an ASGI application, which describes itself at `/docs`.

FastAPI takes most of a Worker's second of start-up time, so `src.main` imports
this module only for a request that asks for the description.
"""

from __future__ import annotations

from fastapi import FastAPI

from src.application.dto.new_blueprint import NewBlueprint
from src.application.dto.new_job import NewJob
from src.application.services import Services
from src.application.use_cases.blueprints.create_blueprint import create_blueprint
from src.application.use_cases.jobs.submit_job import submit_job
from src.presentation.presenters.blueprint import present_blueprint
from src.presentation.presenters.job import present_job
from src.presentation.schemas.blueprint import BlueprintIn, BlueprintOut
from src.presentation.schemas.job import JobIn, JobOut


def build_asgi_application(services: Services) -> FastAPI:
    app = FastAPI(title="forge", version="1.4.0", redoc_url=None)

    @app.post("/v1/{workspace}/blueprints", status_code=201)
    async def create(workspace: str, blueprint: BlueprintIn) -> BlueprintOut:
        new = NewBlueprint.from_mapping(blueprint.model_dump())
        return BlueprintOut(**present_blueprint(await create_blueprint(services, workspace, new)))

    @app.post("/v1/{workspace}/jobs", status_code=201)
    async def submit(workspace: str, job: JobIn) -> JobOut:
        new = NewJob.from_mapping(job.model_dump())
        return JobOut(**present_job(await submit_job(services, workspace, new)))

    @app.get("/v1/{workspace}/jobs/{job}")
    async def show(workspace: str, job: str) -> JobOut:
        return JobOut(**present_job(await services.jobs.get(workspace, job)))

    return app
