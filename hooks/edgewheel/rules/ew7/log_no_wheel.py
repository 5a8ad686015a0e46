"""uv's words for a dependency without a wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.ew7.judged import times
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.rules.ew7.judged import Log


@rule("EW709")
def log_no_wheel(log: Log) -> Iterator[Finding]:
    """A dependency that uv could not resolve, because no wheel fits the Workers runtime.

    Workers: nothing is compiled on the way: pywrangler asks for wheels only, pure or for the runtime's own platform.

    Fix: `edgewheel wheels` names the package, the chain and the extra that brings it, and what to write.

    Bad:
        Because fastuuid has no usable wheels and building from source is disabled

    Good:
        Resolved 12 packages in 90ms
    """
    hits = [hit for hit, *_ in log.hits("EW709")]
    if hits:
        first = min(hits, key=lambda hit: hit.line)
        names = sorted({name.text for hit in hits for name in hit.names})
        who = ", ".join(f"`{name}`" for name in names) or "a dependency"
        said = times(sum(hit.said for hit in hits))
        verb = "have" if len(names) > 1 else "has"
        yield Finding(
            f"{who} {verb} no wheel for the Workers runtime (said {said}): the sync stops",
            log.place(first.line),
            "edgewheel wheels",
        )
