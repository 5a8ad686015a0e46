"""What uploads weigh, against the limits. Shared by EW403, EW404 and EW405."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.wrangler.limits import limits
from edgewheel.wrangler.sizes import human
from edgewheel.wrangler.trees import ROOT, VENDORED, packages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploy, Deploys
    from edgewheel.wrangler.collect import Upload
    from edgewheel.wrangler.limits import Limit

TOP = 10


class Weighed(NamedTuple):
    """One upload against one limit."""

    deploy: Deploy
    size: int
    limit: Limit

    @property
    def share(self) -> float:
        return self.size / self.limit.size if self.limit.size else float("inf")


def heaviest(deploys: Deploys) -> tuple[Weighed, ...]:
    """Each upload against the one limit that it fills most, measured once: to compress is to read all files."""
    return deploys.kept("weight", lambda: tuple(_measure(deploys)))


def _measure(deploys: Deploys) -> Iterator[Weighed]:
    known = limits(deploys.settings)
    for deploy in deploys.uploads():
        found = [Weighed(deploy, deploy.upload.total_bytes, each) for each in known if not each.gzip]
        if packed := [each for each in known if each.gzip]:
            from edgewheel.wrangler.content import gzip_estimate

            size = gzip_estimate(deploy.upload, deploy.disk)
            found += [Weighed(deploy, size, each) for each in packed]
        if found:
            yield max(found, key=lambda each: each.share)


def lighter(upload: Upload) -> str:
    """What makes it lighter: `trim` knows what packages in python_modules do without, and no others."""
    heavy = packages(upload)
    if not heavy or any(each.tree == VENDORED for each in heavy):
        return "edgewheel trim --write"
    name = _name(heavy[0].tree, heavy[0].name)
    return (
        f"take `{name}` out of the module root, or out of the globs: `edgewheel bundle --by package` lists what weighs"
    )


def largest(upload: Upload) -> str:
    return ", ".join(f"`{_name(each.tree, each.name)}` {human(each.size)}" for each in packages(upload)[:TOP])


def _name(tree: str, package: str) -> str:
    return package if tree == ROOT else f"{tree}/{package}"
