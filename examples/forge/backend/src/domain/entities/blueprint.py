"""A text with placeholders, and the parameters that fill them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from src.core.errors import InvalidInputError
from src.core.identifiers import new_identifier
from src.domain.value_objects.parameter import Parameter
from src.domain.value_objects.slug import Slug
from src.domain.value_objects.template_text import placeholders


@dataclass(frozen=True)
class Blueprint:
    id: str
    workspace: str
    slug: Slug
    body: str
    parameters: tuple[Parameter, ...]
    created_at: datetime

    @classmethod
    def draft(
        cls, *, workspace: str, title: str, body: str, parameters: tuple[Parameter, ...], now: datetime
    ) -> Blueprint:
        """A new blueprint; every placeholder of the body must be declared."""
        declared = {parameter.name for parameter in parameters}
        missing = sorted(placeholders(body) - declared)
        if missing:
            raise InvalidInputError(f"the body uses undeclared parameters: {', '.join(missing)}")
        return cls(new_identifier("bp"), workspace, Slug.from_title(title), body, parameters, now)

    @property
    def size(self) -> int:
        """The length of the body in bytes."""
        return len(self.body.encode())
