"""Errors as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from src.core.errors import ForgeError
from src.presentation.web.reply import Reply

_MEDIA_TYPE = "application/problem+json"


def problem(error: ForgeError) -> Reply:
    body = {"title": error.title, "status": error.status, "detail": error.detail}
    return Reply.json(body, status=error.status, media_type=_MEDIA_TYPE)


def crash() -> Reply:
    """What a stranger may know of an error that nobody foresaw."""
    return Reply.json({"title": ForgeError.title, "status": 500}, status=500, media_type=_MEDIA_TYPE)
