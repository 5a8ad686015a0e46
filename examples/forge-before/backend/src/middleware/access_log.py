"""One line in the log for each request."""

from __future__ import annotations

from src.core.clock import Clock
from src.core.logs.setup import get_logger
from src.middleware.chain import Middleware, Next
from src.presentation.web.reply import Reply
from src.presentation.web.request import Request


def access_log(clock: Clock) -> Middleware:
    async def log(request: Request, call_next: Next) -> Reply:
        began = clock.now()
        reply = await call_next(request)
        fields = {
            "method": request.method,
            "path": request.path,
            "status": reply.status,
            "milliseconds": round((clock.now() - began).total_seconds() * 1000),
        }
        get_logger("access").info("request", extra={"fields": fields})
        return reply

    return log
