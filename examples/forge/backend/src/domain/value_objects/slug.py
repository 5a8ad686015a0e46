"""The part of a name that can stand in a URL."""

from __future__ import annotations

import re
from dataclasses import dataclass

from src.core.errors import InvalidInputError

_SHAPE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST = 64


@dataclass(frozen=True)
class Slug:
    text: str

    def __post_init__(self) -> None:
        if len(self.text) > _LONGEST or not _SHAPE.fullmatch(self.text):
            raise InvalidInputError(f"{self.text!r} is no slug: use a-z, 0-9 and single hyphens")

    @classmethod
    def from_title(cls, title: str) -> Slug:
        """The slug of a title: `Release Notes (v2)` becomes `release-notes-v2`."""
        return cls(_OTHER.sub("-", title.lower()).strip("-")[:_LONGEST].rstrip("-"))
