"""A blueprint and a job's arguments make a text."""

from __future__ import annotations

from collections.abc import Mapping

from src.core.errors import InvalidInputError
from src.domain.entities.blueprint import Blueprint
from src.domain.value_objects.template_text import fill


def render(blueprint: Blueprint, arguments: Mapping[str, str]) -> str:
    """The finished text; missing and unknown arguments are the caller's mistake."""
    return fill(blueprint.body, resolve(blueprint, arguments))


def resolve(blueprint: Blueprint, arguments: Mapping[str, str]) -> dict[str, str]:
    """Every parameter's value: the argument, else the default."""
    declared = {parameter.name: parameter for parameter in blueprint.parameters}
    if unknown := sorted(arguments.keys() - declared.keys()):
        raise InvalidInputError(f"the blueprint has no parameter {', '.join(unknown)}")
    values: dict[str, str] = {}
    for name, parameter in declared.items():
        value = arguments.get(name, parameter.default)
        if value is None:
            raise InvalidInputError(f"the argument {name} is missing")
        values[name] = value
    return values
