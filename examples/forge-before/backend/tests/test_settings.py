from __future__ import annotations

from types import SimpleNamespace

import pytest

from src.core.config.environment import Environment
from src.core.config.loader import load_settings
from src.core.errors import InvalidInputError


def test_defaults() -> None:
    settings = load_settings(SimpleNamespace())
    assert (settings.environment, settings.needs_token, settings.limits.jobs_per_workspace) == (
        Environment.DEVELOP,
        False,
        50,
    )


@pytest.mark.parametrize(("name", "value"), [("FORGE_ENVIRONMENT", "moon"), ("FORGE_BLUEPRINT_BYTES", "64k")])
def test_nonsense_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidInputError, match=name):
        load_settings(SimpleNamespace(**{name: value}))


def test_origins_are_a_list() -> None:
    settings = load_settings(SimpleNamespace(FORGE_ALLOWED_ORIGINS="https://a.example, https://b.example,"))
    assert settings.allowed_origins == ("https://a.example", "https://b.example")
