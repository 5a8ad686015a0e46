"""Posts events to the address that the settings name."""

from __future__ import annotations

from src.core.logs.setup import get_logger
from src.core.serialization.json_codec import dump
from src.core.serialization.timestamps import to_text
from src.domain.events.base import DomainEvent
from src.infrastructure.notifications.signature import sign

_TIMEOUT_SECONDS = 5.0


class WebhookNotifier:
    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._secret = secret

    async def notify(self, event: DomainEvent) -> None:
        body = dump(
            {
                "event": event.name,
                "workspace": event.workspace,
                "at": to_text(event.occurred_at),
                **event.details(),
            }
        ).encode()
        headers = {"Content-Type": "application/json", "X-Forge-Signature": sign(body, self._secret)}
        # Imported when first needed: a Worker's start has one second of CPU, and most requests post nothing.
        import httpx

        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as client:
                answer = await client.post(self._url, content=body, headers=headers)
                answer.raise_for_status()
        except httpx.HTTPError as error:
            get_logger("webhooks").warning("webhook failed", extra={"fields": {"error": repr(error)}})
