"""The Worker's entry: HTTP requests, the clean-up by the hour and the jobs' leases."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from workers import DurableObject, Response, WorkerEntrypoint

from src.application.use_cases.jobs.expire_jobs import expire_jobs
from src.core.clock import SystemClock
from src.core.logs.setup import configure_logs
from src.infrastructure.container import build_services
from src.infrastructure.durable.leases import LeaseTable
from src.presentation.web.adapter import read_request
from src.presentation.web.application import build_application

DESCRIPTION_PATHS = frozenset({"/docs", "/openapi.json"})


class Default(WorkerEntrypoint):
    async def fetch(self, request: Any) -> Any:
        services = build_services(self.env)
        configure_logs(services.settings.log_level)
        if urlsplit(request.url).path in DESCRIPTION_PATHS:
            import asgi

            from src.presentation.asgi import build_asgi_application

            return await asgi.fetch(build_asgi_application(services), request.js_object, self.env)
        reply = await build_application(services)(await read_request(request))
        await services.events.flush()
        # JavaScript refuses a body, even an empty one, beside 204 and 304.
        return Response(reply.body or None, status=reply.status, headers=dict(reply.headers))

    async def scheduled(self, controller: Any, env: Any = None, ctx: Any = None) -> None:
        services = build_services(self.env)
        configure_logs(services.settings.log_level)
        await expire_jobs(services)
        await services.events.flush()


class JobCoordinator(DurableObject):
    """The leases live in memory only: an object that is evicted has no request that holds one."""

    def __init__(self, ctx: Any, env: Any) -> None:
        super().__init__(ctx, env)
        self._leases = LeaseTable(SystemClock())

    async def acquire(self, key: str, seconds: int) -> bool:
        return self._leases.acquire(key, int(seconds))

    async def release(self, key: str) -> None:
        self._leases.release(key)
