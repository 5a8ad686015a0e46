from __future__ import annotations

from src.domain.entities.artifact import Artifact


def artifact_headers(artifact: Artifact) -> dict[str, str]:
    """Artifacts never change, so a cache may keep them as long as it likes."""
    return {
        "content-type": artifact.media_type,
        "content-disposition": f'attachment; filename="{artifact.digest.short}.txt"',
        "cache-control": "private, max-age=31536000, immutable",
        "etag": artifact.digest.etag,
    }
