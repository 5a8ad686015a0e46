"""Identifiers that say what they identify: `job_3f2a…`."""

from __future__ import annotations

import re
import uuid

_SHAPE = re.compile(r"[a-z]{2,4}_[0-9a-f]{32}")


def new_identifier(prefix: str) -> str:
    """A fresh random identifier such as `job_` and 32 hexadecimal digits."""
    return f"{prefix}_{uuid.uuid4().hex}"


def is_identifier(text: str, prefix: str) -> bool:
    return _SHAPE.fullmatch(text) is not None and text.startswith(f"{prefix}_")
