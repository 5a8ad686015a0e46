"""Reads the settings from the Worker's `env`, whose variables are attributes."""

from __future__ import annotations

from typing import Any

from src.core.config.environment import Environment
from src.core.config.limits import Limits
from src.core.config.settings import Settings
from src.core.errors import InvalidInputError


def load_settings(env: Any) -> Settings:
    """The settings of this deploy; a value that makes no sense is named in the error."""
    return Settings(
        environment=_environment(_text(env, "FORGE_ENVIRONMENT", "develop")),
        log_level=_text(env, "FORGE_LOG_LEVEL", "info").lower(),
        allowed_origins=_listed(_text(env, "FORGE_ALLOWED_ORIGINS", "")),
        api_token=_text(env, "FORGE_API_TOKEN", ""),
        webhook_url=_text(env, "FORGE_WEBHOOK_URL", ""),
        webhook_secret=_text(env, "FORGE_WEBHOOK_SECRET", ""),
        limits=Limits(
            blueprint_bytes=_whole(env, "FORGE_BLUEPRINT_BYTES", Limits.blueprint_bytes),
            jobs_per_workspace=_whole(env, "FORGE_JOBS_PER_WORKSPACE", Limits.jobs_per_workspace),
        ),
    )


def _text(env: Any, name: str, default: str) -> str:
    value = getattr(env, name, None)
    return value if isinstance(value, str) else default


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _whole(env: Any, name: str, default: int) -> int:
    text = _text(env, name, str(default))
    if not text.isdecimal():
        raise InvalidInputError(f"{name} must be a whole number, not {text!r}")
    return int(text)


def _environment(text: str) -> Environment:
    try:
        return Environment(text)
    except ValueError as error:
        known = ", ".join(stage.value for stage in Environment)
        raise InvalidInputError(f"FORGE_ENVIRONMENT must be one of {known}, not {text!r}") from error
