from __future__ import annotations

from src.application.dto.page import Page
from src.application.services import Services
from src.domain.entities.blueprint import Blueprint


async def list_blueprints(services: Services, workspace: str, page: Page) -> list[Blueprint]:
    """One page of the workspace's blueprints, newest first."""
    return await services.blueprints.page(workspace, limit=page.limit, offset=page.offset)
