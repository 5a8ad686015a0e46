"""How much a workspace may use at the same time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quota:
    """`jobs` unfinished jobs, and blueprints of up to `blueprint_bytes` bytes."""

    jobs: int
    blueprint_bytes: int

    def allows_another_job(self, unfinished: int) -> bool:
        return unfinished < self.jobs
