"""A parameter that a blueprint declares."""

from __future__ import annotations

import re
from dataclasses import dataclass

from src.core.errors import InvalidInputError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Parameter:
    """A name and, unless the job must give a value, a default."""

    name: str
    default: str | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InvalidInputError(f"{self.name!r} is no parameter name: use a-z, 0-9 and _")

    @property
    def is_required(self) -> bool:
        return self.default is None
