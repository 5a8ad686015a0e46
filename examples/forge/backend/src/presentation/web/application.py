"""The middleware around the router: one function from request to reply."""

from __future__ import annotations

from src.application.services import Services
from src.middleware.access_log import access_log
from src.middleware.authentication import authentication
from src.middleware.body_limit import body_limit
from src.middleware.chain import Next, compose
from src.middleware.cors import cors
from src.middleware.error_boundary import error_boundary
from src.middleware.request_id import request_id
from src.presentation.web.reply import Reply
from src.presentation.web.request import Request
from src.presentation.web.routes import build_router


def build_application(services: Services) -> Next:
    """Requests pass the list from top to bottom, replies come back from bottom to top."""
    router = build_router()

    async def route(request: Request) -> Reply:
        return await router.dispatch(services, request)

    settings = services.settings
    return compose(
        [
            request_id,
            access_log(services.clock),
            cors(settings.allowed_origins),
            error_boundary,
            authentication(settings),
            body_limit(settings.limits.request_bytes),
        ],
        route,
    )
