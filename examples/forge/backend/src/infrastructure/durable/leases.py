"""Who holds which lease, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from src.core.clock import Clock


class LeaseTable:
    """The logic of the `JobCoordinator` Durable Object, free of any runtime."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held_until: dict[str, datetime] = {}

    def acquire(self, key: str, seconds: int) -> bool:
        """Take the lease, unless it is held and has not run out."""
        now = self._clock.now()
        if self._held_until.get(key, now) > now:
            return False
        self._held_until[key] = now + timedelta(seconds=seconds)
        return True

    def release(self, key: str) -> None:
        self._held_until.pop(key, None)

    def held(self) -> int:
        """How many leases have not run out."""
        now = self._clock.now()
        return sum(until > now for until in self._held_until.values())
