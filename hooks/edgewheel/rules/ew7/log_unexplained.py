"""Errors that no other rule explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.ew7.judged import plain, shown, times
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.rules.ew7.judged import Log


@rule("EW710")
def log_unexplained(log: Log) -> Iterator[Finding]:
    """An error that no other rule explains; `edgewheel logs` shows all its lines.

    Workers: an error of wrangler, pywrangler or uv means that the deploy did not happen, and the version that ran
        before stays. An event of `wrangler tail` whose outcome is not `ok` is a request that failed.

    Fix: read the lines of the error. `edgewheel check` and `edgewheel preflight` find most causes before the deploy.

    Bad:
        ✘ [ERROR] A request to the Cloudflare API (/accounts/a/workers/scripts/forge) failed.

          workers.api.error.unknown [code: 10013]

    Good:
        Uploaded forge (3.21 sec)
    """
    yield from plain(log, "EW710")
    for hit in log.digest.unexplained:
        yield Finding(f"`{shown(hit.text)}` ({times(hit.said)})", log.place(hit.line))
