from __future__ import annotations

from datetime import datetime
from pathlib import Path

from src.core.config.settings import Settings
from src.core.serialization.timestamps import to_text
from src.domain.value_objects.template_text import fill


def status_page(settings: Settings, now: datetime) -> str:
    template = (Path(__file__).parent.parent / "templates" / "status.md").read_text(encoding="utf-8")
    return fill(
        template,
        {
            "environment": settings.environment.value,
            "jobs": str(settings.limits.jobs_per_workspace),
            "kilobytes": str(settings.limits.blueprint_bytes // 1024),
            "now": to_text(now),
        },
    )
