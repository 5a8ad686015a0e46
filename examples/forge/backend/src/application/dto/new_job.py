from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from src.application.dto.fields import reject_unknown, text, text_table

_FIELDS = frozenset({"blueprint", "arguments"})


@dataclass(frozen=True)
class NewJob:
    blueprint_id: str
    arguments: Mapping[str, str]

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> NewJob:
        reject_unknown(data, _FIELDS)
        return cls(text(data, "blueprint", longest=40), text_table(data, "arguments"))
