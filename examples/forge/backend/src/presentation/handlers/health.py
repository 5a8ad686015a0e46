from __future__ import annotations

from src.application.services import Services
from src.presentation.presenters.status_page import status_page
from src.presentation.web.reply import Reply
from src.presentation.web.request import Request


async def health(services: Services, request: Request) -> Reply:
    """For machines: answers without touching the database."""
    return Reply.json({"status": "ok", "environment": services.settings.environment.value})


async def status(services: Services, request: Request) -> Reply:
    """For people."""
    page = status_page(services.settings, services.clock.now())
    return Reply.text(page, media_type="text/markdown; charset=utf-8")
