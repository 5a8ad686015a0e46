"""Reading single fields of a JSON object, with errors that name the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from src.core.errors import InvalidInputError


def text(data: Mapping[str, Any], name: str, *, longest: int) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InvalidInputError(f"{name} must be a text")
    if len(value) > longest:
        raise InvalidInputError(f"{name} must not be longer than {longest} characters")
    return value


def text_table(data: Mapping[str, Any], name: str) -> dict[str, str]:
    """An object whose values are texts; absent is empty."""
    value = data.get(name, {})
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise InvalidInputError(f"{name} must be an object of texts")
    return dict(value)


def reject_unknown(data: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(data.keys() - known):
        raise InvalidInputError(f"unknown field: {', '.join(unknown)}")
