from __future__ import annotations

from collections.abc import Mapping

from src.application.services import Services
from src.domain.services.blueprint_renderer import render


async def preview_blueprint(services: Services, workspace: str, blueprint_id: str, arguments: Mapping[str, str]) -> str:
    """The text that a job would make, without a job."""
    return render(await services.blueprints.get(workspace, blueprint_id), arguments)
