"""EW405: an upload that has grown by more than `growth` against the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun, Finding, Place
from edgewheel.repository.settings_shapes import parse_size
from edgewheel.rules.ew4.weighing import TOP
from edgewheel.rules.registry import rule
from edgewheel.wrangler import baseline
from edgewheel.wrangler.sizes import human
from edgewheel.wrangler.trees import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.wrangler.baseline import Change


@rule("EW405", "worker-bundle")
def grown(deploys: Deploys) -> Iterator[Finding]:
    """An upload that has grown by more than `growth` against the baseline, `edgewheel-baseline.json` beside the config.

    Workers: nothing tells that a dependency has brought ten more, until the size limit or the start-up limit does.

    Fix: find out what came, by the packages in the message. Where the growth is intended, save a new baseline.

    Bad:
        [tool.edgewheel.size]
        growth = "10%"

    Good:
        [tool.edgewheel.size]
        growth = "5 KiB"
    """
    worker = deploys.worker
    growth = worker.settings.growth
    if not growth:
        return
    try:
        found = [(each, baseline.kept(worker, env=each.config.env)) for each in deploys.uploads()]
    except CouldNotRun:
        fix = f"rm {baseline.NAME} && edgewheel bundle --save-baseline {baseline.NAME}"
        message = f"`{baseline.NAME}` is not a baseline file: growth cannot be measured"
        yield Finding(message, Place(worker.path(baseline.NAME)), fix)
        return
    for each, before in found:
        if before is None:
            continue
        now = baseline.of(each.upload)
        more = now.total_bytes - before.total_bytes
        if more > _allowed(growth, before.total_bytes):
            changes = ", ".join(
                _told(change) for change in baseline.changes(before, now)[:TOP] if change.after > change.before
            )
            message = f"the upload has grown by {human(more)}, from {human(before.total_bytes)} to "
            message += f"{human(now.total_bytes)}: more than `growth = {growth}` since the baseline. {changes}"
            env = f" --env {each.config.env}" if each.config.env else ""
            yield Finding(message, each.place, f"edgewheel bundle{env} --save-baseline {baseline.NAME}")


def _allowed(growth: str, before: int) -> float:
    if growth.endswith("%"):
        return before * float(growth[:-1]) / 100
    return parse_size(growth) or 0


def _told(change: Change) -> str:
    name = change.package.removeprefix(f"{ROOT}/")
    return f"`{name}` {change.word} ({human(change.after - change.before)})"
