from __future__ import annotations

from datetime import datetime, timezone

import pytest

from src.core.errors import InvalidInputError
from src.domain.entities.blueprint import Blueprint
from src.domain.services.blueprint_renderer import render
from src.domain.value_objects.parameter import Parameter

GREETING = Blueprint.draft(
    workspace="acme",
    title="Greeting",
    body="{{ word }}, {{name}}!",
    parameters=(Parameter("word", "Hello"), Parameter("name")),
    now=datetime(2026, 11, 20, tzinfo=timezone.utc),
)


def test_defaults_fill_in() -> None:
    assert render(GREETING, {"name": "{{ word }}"}) == "Hello, {{ word }}!"


@pytest.mark.parametrize("arguments", [{}, {"name": "Ada", "colour": "red"}])
def test_wrong_arguments(arguments: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError):
        render(GREETING, arguments)
