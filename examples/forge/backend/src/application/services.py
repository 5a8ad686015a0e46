"""All that the use cases need, put together by the infrastructure for one request."""

from __future__ import annotations

from dataclasses import dataclass

from src.application.events.bus import EventBus
from src.application.ports.coordinator import Coordinator
from src.application.ports.schema import SchemaPort
from src.core.clock import Clock
from src.core.config.settings import Settings
from src.domain.repositories.artifacts import ArtifactRepository
from src.domain.repositories.blueprints import BlueprintRepository
from src.domain.repositories.jobs import JobRepository
from src.domain.repositories.workspaces import WorkspaceRepository


@dataclass(frozen=True)
class Services:
    settings: Settings
    clock: Clock
    workspaces: WorkspaceRepository
    blueprints: BlueprintRepository
    jobs: JobRepository
    artifacts: ArtifactRepository
    coordinator: Coordinator
    schema: SchemaPort
    events: EventBus
