"""Asks for the token, where the settings want one."""

from __future__ import annotations

import hmac

from src.core.config.settings import Settings
from src.core.errors import NotAuthenticatedError
from src.middleware.chain import Middleware, Next
from src.presentation.web.reply import Reply
from src.presentation.web.request import Request

_OPEN_PATHS = frozenset({"/health", "/status"})


def authentication(settings: Settings) -> Middleware:
    async def require_token(request: Request, call_next: Next) -> Reply:
        if settings.needs_token and request.path not in _OPEN_PATHS:
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not _same(token, settings.api_token):
                raise NotAuthenticatedError("send the API token as `Authorization: Bearer …`")
        return await call_next(request)

    return require_token


def _same(given: str, expected: str) -> bool:
    """In constant time; a deploy whose secret was never set lets nobody in."""
    return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())
