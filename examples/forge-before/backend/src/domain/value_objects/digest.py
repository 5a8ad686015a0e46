"""The fingerprint of an artifact's content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Digest:
    """A SHA-256 as 64 hexadecimal digits."""

    hexadecimal: str

    @classmethod
    def of(cls, content: bytes) -> Digest:
        return cls(hashlib.sha256(content).hexdigest())

    @property
    def short(self) -> str:
        """The first 12 digits: enough to tell artifacts apart on a screen."""
        return self.hexadecimal[:12]

    @property
    def etag(self) -> str:
        return f'"{self.hexadecimal}"'
