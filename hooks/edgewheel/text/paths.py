"""A user's paths."""

from __future__ import annotations

import os


def absolute(path: str) -> str:
    """A user's path as an absolute posix path, `..` resolved by name."""
    return os.path.abspath(path).replace(os.sep, "/")
