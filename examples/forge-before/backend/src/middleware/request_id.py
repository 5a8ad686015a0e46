"""Gives every request a name, for the logs and for the caller."""

from __future__ import annotations

from src.core.identifiers import new_identifier
from src.core.logs.context import request_scope
from src.middleware.chain import Next
from src.presentation.web.reply import Reply
from src.presentation.web.request import Request

HEADER = "x-request-id"


async def request_id(request: Request, call_next: Next) -> Reply:
    """Cloudflare's own name of the request where there is one."""
    name = request.headers.get("cf-ray") or new_identifier("req")
    with request_scope(name):
        reply = await call_next(request)
    return reply.with_headers({HEADER: name})
