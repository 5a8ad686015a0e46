from __future__ import annotations

from typing import Protocol

from src.domain.events.base import DomainEvent


class Notifier(Protocol):
    async def notify(self, event: DomainEvent) -> None:
        """Tell somebody; failing to do so is logged and never the request's failure."""
