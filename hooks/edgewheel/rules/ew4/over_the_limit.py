"""EW403: an upload over the platform's size limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.ew4.weighing import heaviest, largest, lighter
from edgewheel.rules.registry import rule
from edgewheel.wrangler.sizes import human

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys


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
    for each in heaviest(deploys):
        if each.share > 1:
            kind = "gzip " if each.limit.gzip else ""
            message = f"the upload is {human(each.size)} {kind}({each.size:,} bytes), over {each.limit.words}"
            message += ": the deploy is refused" if not each.limit.own else ""
            message += f". The largest packages: {largest(each.deploy.upload)}"
            yield Finding(message, each.deploy.place, lighter(each.deploy.upload))
