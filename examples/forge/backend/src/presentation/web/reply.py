from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from src.core.serialization.json_codec import dump


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: object, *, status: int = 200, media_type: str = "application/json") -> Reply:
        return cls(status, dump(value).encode(), {"content-type": media_type})

    @classmethod
    def text(cls, text: str, *, media_type: str = "text/plain; charset=utf-8") -> Reply:
        return cls(200, text.encode(), {"content-type": media_type})

    def with_headers(self, headers: Mapping[str, str]) -> Reply:
        return replace(self, headers={**self.headers, **headers})
