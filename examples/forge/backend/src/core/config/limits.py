"""How much one request may ask for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Sizes are in bytes, times in seconds."""

    blueprint_bytes: int = 64 * 1024
    request_bytes: int = 128 * 1024
    jobs_per_workspace: int = 50
    lease_seconds: int = 60
    stale_after_seconds: int = 900
