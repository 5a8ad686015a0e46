"""Lets the pages of known origins call the service."""

from __future__ import annotations

from collections.abc import Collection

from src.middleware.chain import Middleware, Next
from src.presentation.web.reply import Reply
from src.presentation.web.request import Request


def cors(allowed_origins: Collection[str]) -> Middleware:
    async def allow(request: Request, call_next: Next) -> Reply:
        origin = request.headers.get("origin", "")
        if origin not in allowed_origins:
            return await call_next(request)
        headers = {"access-control-allow-origin": origin, "vary": "Origin"}
        if request.method == "OPTIONS":
            headers["access-control-allow-methods"] = "GET, POST, PUT"
            headers["access-control-allow-headers"] = "Authorization, Content-Type"
            return Reply(204, headers=headers)
        return (await call_next(request)).with_headers(headers)

    return allow
