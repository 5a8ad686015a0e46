"""The settings of one deploy, read once for each request."""

from __future__ import annotations

from dataclasses import dataclass, field

from src.core.config.environment import Environment
from src.core.config.limits import Limits


@dataclass(frozen=True)
class Settings:
    """What the wrangler config's `vars` and the secrets say."""

    environment: Environment = Environment.DEVELOP
    log_level: str = "info"
    allowed_origins: tuple[str, ...] = ()
    api_token: str = ""
    webhook_url: str = ""
    webhook_secret: str = ""
    limits: Limits = field(default_factory=Limits)

    @property
    def needs_token(self) -> bool:
        return self.environment.is_public or bool(self.api_token)
