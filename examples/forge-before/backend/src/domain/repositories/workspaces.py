from __future__ import annotations

from typing import Protocol

from src.domain.entities.workspace import Workspace


class WorkspaceRepository(Protocol):
    async def get(self, name: str) -> Workspace:
        """The workspace; a name seen for the first time gets the default quota."""

    async def set_job_quota(self, name: str, jobs: int) -> None: ...
