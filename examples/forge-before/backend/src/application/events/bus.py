"""Collects the events of one request and hands them on when it is over."""

from __future__ import annotations

from collections.abc import Sequence

from src.application.ports.notifier import Notifier
from src.domain.events.base import DomainEvent


class EventBus:
    def __init__(self, notifiers: Sequence[Notifier]) -> None:
        self._notifiers = tuple(notifiers)
        self._waiting: list[DomainEvent] = []

    def publish(self, event: DomainEvent) -> None:
        self._waiting.append(event)

    async def flush(self) -> int:
        """Tell every notifier of every event; the number of events."""
        events, self._waiting = self._waiting, []
        for event in events:
            for notifier in self._notifiers:
                await notifier.notify(event)
        return len(events)
