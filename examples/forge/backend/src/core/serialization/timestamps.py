"""Moments as text: ISO 8601 in UTC, which also sorts as text."""

from __future__ import annotations

from datetime import datetime, timezone


def to_text(moment: datetime) -> str:
    """For instance `2026-11-20T08:30:00.000000+00:00`, always of the same length."""
    return moment.astimezone(timezone.utc).isoformat(timespec="microseconds")


def from_text(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(timezone.utc)
