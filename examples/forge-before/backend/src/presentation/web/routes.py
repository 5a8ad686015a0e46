"""Every path of the service."""

from __future__ import annotations

from src.presentation.handlers import artifacts, blueprints, health, jobs, maintenance
from src.presentation.web.router import Route, Router


def build_router() -> Router:
    return Router(
        [
            Route("GET", "/health", health.health),
            Route("GET", "/status", health.status),
            Route("POST", "/v1/maintenance/schema", maintenance.install_schema),
            Route("PUT", "/v1/maintenance/quotas/{workspace}", maintenance.set_quota),
            Route("GET", "/v1/{workspace}/blueprints", blueprints.list_all),
            Route("POST", "/v1/{workspace}/blueprints", blueprints.create),
            Route("POST", "/v1/{workspace}/blueprints/{blueprint}/preview", blueprints.preview),
            Route("POST", "/v1/{workspace}/jobs", jobs.submit),
            Route("GET", "/v1/{workspace}/jobs/{job}", jobs.show),
            Route("POST", "/v1/{workspace}/jobs/{job}/cancel", jobs.cancel),
            Route("GET", "/v1/{workspace}/jobs/{job}/artifact", artifacts.download),
        ]
    )
