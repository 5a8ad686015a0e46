from __future__ import annotations

from typing import Any

from src.core.serialization.timestamps import to_text
from src.domain.entities.job import Job


def present_job(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "blueprint": job.blueprint_id,
        "arguments": dict(job.arguments),
        "status": job.status.value,
        "artifact": job.artifact_id or None,
        "error": job.error or None,
        "changed_at": to_text(job.changed_at),
    }
