from __future__ import annotations

from dataclasses import dataclass

from src.application.services import Services
from src.domain.entities.artifact import Artifact


@dataclass(frozen=True)
class FetchedArtifact:
    artifact: Artifact
    content: bytes


async def fetch_artifact(services: Services, workspace: str, job_id: str) -> FetchedArtifact | None:
    """The content that a job of this workspace has made, or None while there is none."""
    job = await services.jobs.get(workspace, job_id)
    if not job.artifact_id:
        return None
    artifact = await services.artifacts.get(job.artifact_id)
    return FetchedArtifact(artifact, await services.artifacts.content(artifact))
