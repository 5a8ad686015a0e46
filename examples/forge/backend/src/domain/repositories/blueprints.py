from __future__ import annotations

from typing import Protocol

from src.domain.entities.blueprint import Blueprint


class BlueprintRepository(Protocol):
    async def add(self, blueprint: Blueprint) -> None:
        """Keep a new blueprint; `ConflictError` if the workspace has one of that slug."""

    async def get(self, workspace: str, blueprint_id: str) -> Blueprint:
        """The blueprint, or `NotFoundError`."""

    async def page(self, workspace: str, *, limit: int, offset: int) -> list[Blueprint]:
        """The workspace's blueprints, newest first."""
