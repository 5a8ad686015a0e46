"""The Worker from the outside: a request in, a response out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import IncomingRequest, run

from src.main import Default, JobCoordinator

ORIGIN = "https://forge.example"


def ask(env: Any, method: str, path: str, body: object = None, **headers: str) -> Any:
    content = "" if body is None else json.dumps(body)
    return run(Default(None, env).fetch(IncomingRequest(ORIGIN + path, method, headers, content)))


def answer(env: Any, method: str, path: str, body: object = None) -> Any:
    return json.loads(ask(env, method, path, body).body)


@pytest.fixture
def blueprint(env: Any) -> Any:
    return answer(
        env,
        "POST",
        "/v1/acme/blueprints",
        {
            "title": "Release notes",
            "body": "{{ product }} {{ version }}",
            "parameters": {"product": "forge", "version": None},
        },
    )


def test_a_job_makes_an_artifact(env: Any, blueprint: Any) -> None:
    job = answer(env, "POST", "/v1/acme/jobs", {"blueprint": blueprint["id"], "arguments": {"version": "2"}})
    assert (job["status"], job["error"]) == ("succeeded", None)
    artifact = ask(env, "GET", f"/v1/acme/jobs/{job['id']}/artifact")
    assert artifact.body == b"forge 2"
    again = ask(env, "GET", f"/v1/acme/jobs/{job['id']}/artifact", **{"If-None-Match": artifact.headers["etag"]})
    assert (again.status, again.body) == (304, None)


def test_blueprints_are_listed_and_previewed(env: Any, blueprint: Any) -> None:
    listed = answer(env, "GET", "/v1/acme/blueprints?limit=5")
    assert [entry["slug"] for entry in listed["blueprints"]] == ["release-notes"]
    path = f"/v1/acme/blueprints/{blueprint['id']}/preview"
    assert ask(env, "POST", path, {"arguments": {"version": "3"}}).body == b"forge 3"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nowhere", None, 404),
        ("DELETE", "/health", None, 405),
        ("GET", "/v1/other/jobs/job_1", None, 404),
        ("POST", "/v1/acme/jobs", [], 422),
        ("GET", "/v1/acme/blueprints?limit=1000", None, 422),
        ("POST", "/v1/acme/blueprints", {"title": "T", "body": "{{ undeclared }}"}, 422),
        ("POST", "/v1/acme/blueprints", {"title": "T", "body": "x" * 200_000}, 413),
        ("POST", "/v1/acme/blueprints", {"title": "Release notes", "body": "again"}, 409),
    ],
)
def test_mistakes_are_answered_as_problems(
    env: Any, blueprint: Any, method: str, path: str, body: object, status: int
) -> None:
    response = ask(env, method, path, body)
    assert (response.status, response.headers["content-type"]) == (status, "application/problem+json")


def test_quota(env: Any, blueprint: Any) -> None:
    assert ask(env, "PUT", "/v1/maintenance/quotas/acme", {"jobs": 0}).status == 200
    assert (
        ask(env, "POST", "/v1/acme/jobs", {"blueprint": blueprint["id"], "arguments": {"version": "1"}}).status == 429
    )


def test_production_wants_the_token(env: Any) -> None:
    env.FORGE_ENVIRONMENT = "production"
    assert ask(env, "GET", "/v1/acme/blueprints").status == 401
    env.FORGE_API_TOKEN = "s3cret"
    assert ask(env, "GET", "/v1/acme/blueprints", Authorization="Bearer s3cret").status == 200
    assert ask(env, "GET", "/health").status == 200


def test_status_page_comes_from_the_template(env: Any) -> None:
    assert ask(env, "GET", "/status").body.startswith(b"# forge: develop\n")


def test_known_origins_may_call(env: Any) -> None:
    env.FORGE_ALLOWED_ORIGINS = "https://app.example"
    response = ask(env, "OPTIONS", "/v1/acme/jobs", Origin="https://app.example")
    assert (response.status, response.headers["access-control-allow-origin"]) == (204, "https://app.example")


def test_description(env: Any) -> None:
    pytest.importorskip("fastapi")
    from src.infrastructure.container import build_services
    from src.presentation.asgi import build_asgi_application

    described = build_asgi_application(build_services(env)).openapi()
    assert sorted(described["paths"]) == [
        "/v1/{workspace}/blueprints",
        "/v1/{workspace}/jobs",
        "/v1/{workspace}/jobs/{job}",
    ]


def test_coordinator_gives_a_lease_once(env: Any) -> None:
    coordinator = JobCoordinator(None, env)
    assert run(coordinator.acquire("job_1", 60))
    assert not run(coordinator.acquire("job_1", 60))
    run(coordinator.release("job_1"))
    assert run(coordinator.acquire("job_1", 60))
