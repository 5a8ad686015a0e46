"""Finds the handler for a path."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from src.application.services import Services
from src.core.errors import MethodNotAllowedError, NotFoundError
from src.presentation.web.reply import Reply
from src.presentation.web.request import Request

Handler = Callable[[Services, Request], Awaitable[Reply]]

_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Route:
    """`{name}` in the path stands for one segment of it."""

    method: str
    path: str
    handler: Handler


class Router:
    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = [(route, re.compile(_PARAMETER.sub(r"(?P<\1>[^/]+)", route.path))) for route in routes]

    async def dispatch(self, services: Services, request: Request) -> Reply:
        """The reply of the first route that fits, or the error that fits best."""
        path_known = False
        for route, pattern in self._routes:
            if match := pattern.fullmatch(request.path):
                if route.method == request.method:
                    return await route.handler(services, request.with_parameters(match.groupdict()))
                path_known = True
        if path_known:
            raise MethodNotAllowedError(f"{request.path} cannot be asked with {request.method}")
        raise NotFoundError(f"there is nothing at {request.path}")
