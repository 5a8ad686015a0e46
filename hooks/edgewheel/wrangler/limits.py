"""How much an upload may weigh: the platform's limits of a day, and the project's own budget."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.data import facts
from edgewheel.repository.settings_shapes import parse_size
from edgewheel.wrangler.sizes import human

if TYPE_CHECKING:
    from edgewheel.repository.settings import Settings


class Limit(NamedTuple):
    """One bound in bytes, on the uncompressed size or the compressed one."""

    #: as a sentence names it: `64 MiB uncompressed, the platform's limit since 2026-09-04`
    words: str
    size: int
    gzip: bool
    #: ISO date from which it counts; "" for the project's own
    since: str = ""
    own: bool = False


def limits(settings: Settings, *, today: str = "") -> tuple[Limit, ...]:
    """What counts on a day (ISO, default: today), the project's own budgets first."""
    day = today or date.today().isoformat()  # noqa: DTZ011 - the day on the user's wall
    own = (("budget", settings.budget, False), ("gzip-budget", settings.gzip_budget, True))
    found = [
        Limit(f"{text} {'gzip' if gzip else 'uncompressed'}, this project's `{name}`", size, gzip, own=True)
        for name, text, gzip in own
        if text and (size := parse_size(text)) is not None
    ]
    return (*found, *platform(day))


def platform(day: str) -> tuple[Limit, ...]:
    """The platform's limits of a day, compressed and uncompressed, one a plan. facts: `data/limits.json`"""
    return tuple(
        Limit(_words(entry), entry["bytes"], entry["of"] == "gzip", entry["from"])
        for entry in facts("limits")["limits"]
        if entry["from"] <= day and (entry["until"] is None or day < entry["until"])
    )


def warn_share(settings: Settings) -> float:
    """The share of a limit from which on to warn: 0.8 for `warn-at = "80%"`."""
    return float(settings.warn_at.rstrip("% ") or 80) / 100


def _words(entry: dict[str, Any]) -> str:
    kind = "gzip" if entry["of"] == "gzip" else "uncompressed"
    plan = "" if entry["plan"] == "all" else f" on the {entry['plan']} plan"
    return f"{human(entry['bytes'])} {kind}, the platform's limit{plan} since {entry['from']}"
