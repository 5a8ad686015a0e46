"""The use cases around jobs, with a clock that the tests move."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from conftest import run

from src.application.dto.new_blueprint import NewBlueprint
from src.application.services import Services
from src.application.use_cases.blueprints.create_blueprint import create_blueprint
from src.application.use_cases.jobs.cancel_job import cancel_job
from src.application.use_cases.jobs.expire_jobs import expire_jobs
from src.application.use_cases.jobs.run_job import run_job
from src.core.clock import ManualClock
from src.core.errors import ConflictError
from src.domain.entities.job import Job
from src.domain.value_objects.job_status import JobStatus
from src.infrastructure.container import build_services


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 20, 12, tzinfo=timezone.utc))


@pytest.fixture
def services(env: Any, clock: ManualClock) -> Services:
    return build_services(env, clock)


@pytest.fixture
def job(services: Services) -> Job:
    blueprint = run(create_blueprint(services, "acme", NewBlueprint("Note", "text", ())))
    queued = Job.queued(workspace="acme", blueprint_id=blueprint.id, arguments={}, now=services.clock.now())
    run(services.jobs.add(queued))
    return queued


def test_a_job_runs_once(services: Services, job: Job) -> None:
    assert run(run_job(services, job)).status is JobStatus.SUCCEEDED
    with pytest.raises(ConflictError):
        run(cancel_job(services, "acme", job.id))


def test_a_leased_job_is_left_alone(services: Services, job: Job) -> None:
    run(services.coordinator.acquire(job.id, 60))
    with pytest.raises(ConflictError):
        run(run_job(services, job))


def test_a_forgotten_job_expires(services: Services, clock: ManualClock, job: Job) -> None:
    assert run(expire_jobs(services)) == 0
    clock.advance(1000)
    assert run(expire_jobs(services)) == 1
    assert run(services.jobs.get("acme", job.id)).status is JobStatus.FAILED
