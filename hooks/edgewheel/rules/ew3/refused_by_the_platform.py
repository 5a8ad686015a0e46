"""EW319: dates and flags that wrangler passes on and the platform refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.data import facts
from edgewheel.findings import Cause, Finding
from edgewheel.rules.ew3.diagnosed import is_placeholder
from edgewheel.rules.ew3.levels import entry
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.wrangler.config import Config

#: `2026-10-01`, with digits in the place of each 9
_FORM = "9999-99-99"


@rule("EW319", "worker-wrangler-config")
def refused_by_the_platform(deploys: Deploys) -> Iterator[Finding]:
    """A compatibility date in the future or badly formed; a flag that is unknown, given twice or experimental.

    Workers: `wrangler deploy --dry-run` passes, then the deploy is refused: `Can't set compatibility date in the
    future`, `Invalid compatibility date`, `No such compatibility flag`. pywrangler stops at such dates, too.

    Fix: write the date of today or an earlier one as `YYYY-MM-DD`; remove the flag, or write its right name.

    Bad:
        compatibility_date = "2099-01-01"

    Good:
        compatibility_date = "2026-09-08"
    """
    seen: set[Finding] = set()
    for deploy in deploys:
        for finding in (*_date(deploy.config), *_flags(deploy.config)):
            if finding not in seen:
                seen.add(finding)
                yield finding


def _date(config: Config) -> Iterator[Finding]:
    text, place = config.date, config.place("compatibility_date")
    if not text or is_placeholder(text):
        return
    digits = "".join("9" if each.isdigit() and each.isascii() else each for each in text)
    if digits != _FORM:
        from edgewheel.wrangler.dates import is_date

        if is_date(text):  # else wrangler refuses it: that is EW002
            message = f"`compatibility_date` is `{text}`: wrangler passes it on and Workers refuse the deploy with "
            message += f"`Invalid compatibility date`, which must be `YYYY-MM-DD`{_stops(text)}"
            yield Finding(message, place, entry(config.document, "compatibility_date", _plain(text)))
    elif text > facts("compatibility_flags")["as_of"] and text > (today := _today()):
        message = (
            f"`compatibility_date` is `{text}`, which is in the future: Workers refuse the deploy with `Can't set "
        )
        yield Finding(
            f"{message}compatibility date in the future`", place, entry(config.document, "compatibility_date", today)
        )


def _stops(text: str) -> str:
    """facts: workers-py 1.17.9 reads the date by `date.fromisoformat`."""
    return "; pywrangler stops at it, too" if "/" in text or "T" in text else ""


def _plain(text: str) -> str:
    """The same day as `YYYY-MM-DD` where that is clear; else the newest that edgewheel knows."""
    parts = text.partition("T")[0].replace("/", "-").split("-")
    if len(parts) == 3 and all(each.isdigit() for each in parts) and len(parts[0]) == 4:
        return f"{parts[0]}-{int(parts[1]):02}-{int(parts[2]):02}"
    return str(facts("compatibility_flags")["as_of"])


def _today() -> str:
    import datetime as dt

    return dt.datetime.now(dt.timezone.utc).date().isoformat()


def _near(flag: str, known: list[str]) -> str:
    """The flag that is meant, "" where it may be a newer one: only its numbers differ, or all of it."""
    from difflib import get_close_matches

    plain = flag.strip("0123456789")
    if plain != flag and any(each.strip("0123456789") == plain for each in known):
        return ""
    return next(iter(get_close_matches(flag, known, 1, 0.8)), "")


def _flags(config: Config) -> Iterator[Finding]:
    if config.flags == ("python_workers",):
        return
    known, right = facts("compatibility_flags"), []
    found: list[tuple[int, str, str]] = []
    for at, flag in enumerate(config.flags):
        message, instead, level = "", "", ""
        if flag in config.flags[:at]:
            message = f"`{flag}` is given twice: Workers refuse the deploy"
        elif flag in known["experimental"]:
            message = f"`{flag}` is experimental: Workers refuse the deploy, such flags work in workerd alone"
        elif flag not in known["flags"] and not is_placeholder(flag):
            message = f"unknown flag `{flag}`: Workers refuse the deploy with `No such compatibility flag`"
            instead = _near(flag, known["flags"])
            level = "" if instead else "warning"
            message += "" if instead else f", unless it is newer than edgewheel's list of {known['as_of']}"
        if message:
            found.append((at, message, level))
        right += [each for each in ((instead,) if message else (flag,)) if each and each not in right]
    fix = entry(config.document, "compatibility_flags", right)
    for at, message, level in found:
        cause = Cause(config.place("compatibility_flags"))
        yield Finding(message, config.place("compatibility_flags", at), fix, level, cause=cause)
