"""What a middleware is, and how several become one function."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from src.presentation.web.reply import Reply
from src.presentation.web.request import Request

Next = Callable[[Request], Awaitable[Reply]]
Middleware = Callable[[Request, Next], Awaitable[Reply]]


def compose(middlewares: Sequence[Middleware], last: Next) -> Next:
    """A function that passes a request through all of them, the first one outermost."""
    composed = last
    for middleware in reversed(middlewares):
        composed = _around(middleware, composed)
    return composed


def _around(middleware: Middleware, inner: Next) -> Next:
    async def answer(request: Request) -> Reply:
        return await middleware(request, inner)

    return answer
