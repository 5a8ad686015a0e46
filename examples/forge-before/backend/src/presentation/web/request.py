from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from src.core.serialization.json_codec import load_object


@dataclass(frozen=True)
class Request:
    """A request as plain data; the names of `headers` are in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    parameters: Mapping[str, str] = field(default_factory=dict)

    def json_object(self) -> dict[str, Any]:
        return load_object(self.body.decode("utf-8", "replace"))

    def with_parameters(self, parameters: Mapping[str, str]) -> Request:
        """The same request with what the route has found in its path."""
        return replace(self, parameters=parameters)
