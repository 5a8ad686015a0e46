"""Reads the repository of a Python Worker and judges whether it can be deployed."""

from __future__ import annotations

__version__ = "0.1.0"
