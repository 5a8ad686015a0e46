"""Turns away what is larger than any blueprint may be."""

from __future__ import annotations

from src.core.errors import TooLargeError
from src.middleware.chain import Middleware, Next
from src.presentation.web.reply import Reply
from src.presentation.web.request import Request


def body_limit(most: int) -> Middleware:
    """`most` is in bytes."""

    async def check(request: Request, call_next: Next) -> Reply:
        if len(request.body) > most:
            raise TooLargeError(f"the request has {len(request.body)} bytes, {most} are allowed")
        return await call_next(request)

    return check
