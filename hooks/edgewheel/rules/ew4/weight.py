"""EW403, EW404 and EW405: what an upload weighs, against limits and against what it weighed before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun, Finding, Place
from edgewheel.repository.settings_shapes import parse_size
from edgewheel.rules.registry import rule
from edgewheel.wrangler import baseline
from edgewheel.wrangler.limits import limits, warn_share
from edgewheel.wrangler.sizes import human
from edgewheel.wrangler.trees import ROOT, VENDORED, packages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.wrangler.baseline import Change
    from edgewheel.wrangler.collect import Upload
    from edgewheel.wrangler.limits import Limit

_TOP = 10


class Measured(NamedTuple):
    """One upload against one limit."""

    deploy: Deploy
    size: int
    limit: Limit

    @property
    def share(self) -> float:
        return self.size / self.limit.size if self.limit.size else float("inf")


@rule("EW403", "worker-bundle")
def over_the_limit(deploys: Deploys) -> Iterator[Finding]:
    """An upload over the platform's size limit, or over the project's own budget.

    Workers: the sum of all modules may be 64 MiB, on every plan, compressed or not, since 2026-09-04. wrangler's dry
    run says nothing; the deploy is refused with `message too large [code: 10021]`.

    Fix: `edgewheel trim` proposes what can be left out of python_modules; drop or replace the largest packages.

    Bad:
        [tool.edgewheel.size]
        budget = "1 KiB"

    Good:
        [tool.edgewheel.size]
        budget = "25 MB"
    """
    for each in _heaviest(deploys):
        if each.share > 1:
            kind = "gzip " if each.limit.gzip else ""
            message = f"the upload is {human(each.size)} {kind}({each.size:,} bytes), over {each.limit.words}"
            message += ": the deploy is refused" if not each.limit.own else ""
            message += f". The largest packages: {_largest(each.deploy.upload)}"
            yield Finding(message, each.deploy.place, _lighter(each.deploy.upload))


@rule("EW404", "worker-bundle", level="warning")
def near_the_limit(deploys: Deploys) -> Iterator[Finding]:
    """An upload over the share `warn-at` (80 %) of the size limit or of the project's own budget.

    Workers: the next dependency, or the next release of one, may push the upload over the limit, and the deploy is
    refused.

    Fix: `edgewheel trim` proposes what can be left out of python_modules.

    Bad:
        [tool.edgewheel.size]
        budget = "4.5 KiB"
        warn-at = "80%"

    Good:
        [tool.edgewheel.size]
        budget = "25 MB"
        warn-at = "80%"
    """
    at = warn_share(deploys.settings)
    for each in _heaviest(deploys):
        if at <= each.share <= 1:
            kind = "gzip " if each.limit.gzip else ""
            message = (
                f"the upload is {human(each.size)} {kind}({each.size:,} bytes), {each.share:.0%} of {each.limit.words}"
            )
            message += f". The largest packages: {_largest(each.deploy.upload)}"
            yield Finding(message, each.deploy.place, _lighter(each.deploy.upload))


def _heaviest(deploys: Deploys) -> tuple[Measured, ...]:
    """Each upload against the one limit that it fills most, measured once: to compress is to read all files."""
    return deploys.kept("weight", lambda: tuple(_measure(deploys)))


def _measure(deploys: Deploys) -> Iterator[Measured]:
    known = limits(deploys.settings)
    for deploy in deploys.uploads():
        found = [Measured(deploy, deploy.upload.total_bytes, each) for each in known if not each.gzip]
        if packed := [each for each in known if each.gzip]:
            from edgewheel.wrangler.content import gzip_estimate

            size = gzip_estimate(deploy.upload, deploy.disk)
            found += [Measured(deploy, size, each) for each in packed]
        if found:
            yield max(found, key=lambda each: each.share)


def _lighter(upload: Upload) -> str:
    """What makes it lighter: `trim` knows what packages in python_modules do without, and no others."""
    heavy = packages(upload)
    if not heavy or any(each.tree == VENDORED for each in heavy):
        return "edgewheel trim --write"
    name = _name(heavy[0].tree, heavy[0].name)
    return (
        f"take `{name}` out of the module root, or out of the globs: `edgewheel bundle --by package` lists what weighs"
    )


def _largest(upload: Upload) -> str:
    return ", ".join(f"`{_name(each.tree, each.name)}` {human(each.size)}" for each in packages(upload)[:_TOP])


def _name(tree: str, package: str) -> str:
    return package if tree == ROOT else f"{tree}/{package}"


@rule("EW405", "worker-bundle")
def grown(deploys: Deploys) -> Iterator[Finding]:
    """An upload that has grown by more than `growth` against the baseline, `edgewheel-baseline.json` beside the config.

    Workers: nothing tells that a dependency has brought ten more, until the size limit or the start-up limit does.

    Fix: find out what came, by the packages in the message. Where the growth is meant, save the baseline anew.

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
        fix = f"edgewheel bundle --save-baseline {baseline.NAME}"
        message = f"`{baseline.NAME}` is no baseline: how much the upload has grown cannot be told"
        yield Finding(message, Place(worker.path(baseline.NAME)), fix)
        return
    for each, before in found:
        if before is None:
            continue
        now = baseline.of(each.upload)
        more = now.total_bytes - before.total_bytes
        if more > _allowed(growth, before.total_bytes):
            changes = ", ".join(
                _told(change) for change in baseline.changes(before, now)[:_TOP] if change.after > change.before
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
