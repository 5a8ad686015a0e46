"""Whether a workspace may do what it asks for."""

from __future__ import annotations

from src.core.errors import QuotaExceededError, TooLargeError
from src.domain.entities.blueprint import Blueprint
from src.domain.entities.workspace import Workspace


def require_room_for_job(workspace: Workspace, unfinished: int) -> None:
    if not workspace.quota.allows_another_job(unfinished):
        raise QuotaExceededError(
            f"{workspace.name} has {unfinished} unfinished jobs, its quota is {workspace.quota.jobs}"
        )


def require_small_enough(workspace: Workspace, blueprint: Blueprint) -> None:
    limit = workspace.quota.blueprint_bytes
    if blueprint.size > limit:
        raise TooLargeError(f"the blueprint has {blueprint.size} bytes, {limit} are allowed")
