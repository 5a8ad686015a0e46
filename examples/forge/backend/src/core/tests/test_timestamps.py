from __future__ import annotations

from datetime import datetime, timedelta, timezone

from src.core.serialization.timestamps import from_text, to_text

MOMENT = datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=1)))


def test_text_is_utc() -> None:
    assert to_text(MOMENT) == "2026-11-20T08:30:00.000000+00:00"


def test_round_trip() -> None:
    assert from_text(to_text(MOMENT)) == MOMENT
