"""A user's paths."""

from __future__ import annotations

import os
import posixpath


def absolute(path: str) -> str:
    """A user's path as an absolute posix path, `..` resolved by name."""
    return os.path.abspath(path).replace(os.sep, "/")


def relative(path: str) -> str:
    """An absolute posix path as seen from the current folder; "" stays."""
    return posixpath.relpath(path, os.getcwd().replace(os.sep, "/")) if path else ""


def quoted(path: str) -> str:
    """A path as one word of a shell's line."""
    import shlex

    return shlex.quote(path)
