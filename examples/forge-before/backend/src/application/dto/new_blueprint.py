from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from src.application.dto.fields import reject_unknown, text
from src.core.errors import InvalidInputError
from src.domain.value_objects.parameter import Parameter

_FIELDS = frozenset({"title", "body", "parameters"})


@dataclass(frozen=True)
class NewBlueprint:
    title: str
    body: str
    parameters: tuple[Parameter, ...]

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> NewBlueprint:
        """`parameters` maps each name to its default, or to null where the job must say."""
        reject_unknown(data, _FIELDS)
        declared = data.get("parameters", {})
        if not isinstance(declared, dict):
            raise InvalidInputError("parameters must be an object")
        return cls(
            text(data, "title", longest=200),
            text(data, "body", longest=1_000_000),
            tuple(_parameter(name, default) for name, default in declared.items()),
        )


def _parameter(name: str, default: object) -> Parameter:
    if default is not None and not isinstance(default, str):
        raise InvalidInputError(f"the default of {name} must be a text or null")
    return Parameter(name, default)
