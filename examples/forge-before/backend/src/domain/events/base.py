"""What all events have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True)
class DomainEvent:
    name: ClassVar[str] = "event"

    workspace: str
    occurred_at: datetime

    def details(self) -> dict[str, str]:
        """What a subscriber outside of this service is told."""
        return {}
