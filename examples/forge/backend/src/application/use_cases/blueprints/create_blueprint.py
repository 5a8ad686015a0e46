from __future__ import annotations

from src.application.dto.new_blueprint import NewBlueprint
from src.application.services import Services
from src.domain.entities.blueprint import Blueprint
from src.domain.services.quota_policy import require_small_enough


async def create_blueprint(services: Services, workspace_name: str, new: NewBlueprint) -> Blueprint:
    """Check a new blueprint against the workspace's quota and keep it."""
    workspace = await services.workspaces.get(workspace_name)
    blueprint = Blueprint.draft(
        workspace=workspace.name,
        title=new.title,
        body=new.body,
        parameters=new.parameters,
        now=services.clock.now(),
    )
    require_small_enough(workspace, blueprint)
    await services.blueprints.add(blueprint)
    return blueprint
