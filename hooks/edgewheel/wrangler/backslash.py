"""Globs with a backslash, which wrangler hands to JavaScript's regular expressions as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def compile_regex(text: str) -> tuple[Callable[[str], bool], str | None]:
    """A matcher and what JavaScript says of a pattern that is none."""
    return (lambda _: False), f"Invalid regular expression: {text}"
