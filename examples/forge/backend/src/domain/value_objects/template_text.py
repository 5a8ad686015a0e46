"""The little language of blueprints: `{{ name }}` stands for a parameter."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")


def placeholders(body: str) -> frozenset[str]:
    """The names that the body refers to."""
    return frozenset(_PLACEHOLDER.findall(body))


def fill(body: str, values: Mapping[str, str]) -> str:
    """The body with each placeholder replaced; filled-in text is not looked at again."""
    return _PLACEHOLDER.sub(lambda match: values[match[1]], body)
