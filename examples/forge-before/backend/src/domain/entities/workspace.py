"""A tenant: blueprints, jobs and artifacts belong to one."""

from __future__ import annotations

from dataclasses import dataclass

from src.domain.value_objects.quota import Quota
from src.domain.value_objects.slug import Slug


@dataclass(frozen=True)
class Workspace:
    slug: Slug
    quota: Quota

    @property
    def name(self) -> str:
        return self.slug.text
