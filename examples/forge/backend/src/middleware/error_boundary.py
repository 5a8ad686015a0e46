"""No error leaves the service as anything but a reply."""

from __future__ import annotations

from src.core.errors import ForgeError
from src.core.logs.setup import get_logger
from src.middleware.chain import Next
from src.presentation.presenters.problem import crash, problem
from src.presentation.web.reply import Reply
from src.presentation.web.request import Request


async def error_boundary(request: Request, call_next: Next) -> Reply:
    try:
        return await call_next(request)
    except ForgeError as error:
        return problem(error)
    except Exception:
        get_logger("crash").exception("unforeseen error")
        return crash()
