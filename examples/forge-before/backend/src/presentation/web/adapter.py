"""From the runtime's request object to plain data."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from src.presentation.web.request import Request


async def read_request(request: Any) -> Request:
    """Reads a `workers.Request` to its end."""
    url = urlsplit(request.url)
    return Request(
        method=str(request.method).upper(),
        path=url.path,
        query=dict(parse_qsl(url.query)),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=(await request.text()).encode(),
    )
