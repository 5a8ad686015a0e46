"""EW404: an upload over the share `warn-at` (80 %) of the size limit or of the project's own budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.ew4.weighing import heaviest, largest, lighter
from edgewheel.rules.registry import rule
from edgewheel.wrangler.limits import warn_share
from edgewheel.wrangler.sizes import human

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys


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
    for each in heaviest(deploys):
        if at <= each.share <= 1:
            kind = "gzip " if each.limit.gzip else ""
            message = (
                f"the upload is {human(each.size)} {kind}({each.size:,} bytes), {each.share:.0%} of {each.limit.words}"
            )
            message += f". The largest packages: {largest(each.deploy.upload)}"
            yield Finding(message, each.deploy.place, lighter(each.deploy.upload))
