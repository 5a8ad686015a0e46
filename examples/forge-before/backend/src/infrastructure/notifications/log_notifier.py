from __future__ import annotations

from src.core.logs.setup import get_logger
from src.domain.events.base import DomainEvent


class LogNotifier:
    async def notify(self, event: DomainEvent) -> None:
        get_logger("events").info(event.name, extra={"fields": {"workspace": event.workspace, **event.details()}})
