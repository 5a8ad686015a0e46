"""An upload, or a file of it, that is too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.ew7.judged import plain
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.rules.ew7.judged import Log


@rule("EW702")
def log_too_large(log: Log) -> Iterator[Finding]:
    """A deploy that was refused for its size, or an upload above the limit or the project's budget.

    Workers: the API refuses the whole upload; the version that ran before stays. The code 10021 beside it means
        only that validation failed: the text tells why. `Total Upload` is the uncompressed size, and the multipart
        envelope comes on top of it.

    Fix: `edgewheel bundle --by package` names the packages that weigh most; `edgewheel trim --write` leaves out what
        is not needed at run time; development packages belong in a group of their own (EW101).

    Bad:
        Total Upload: 90620.87 KiB / gzip: 23610.36 KiB
        multipart: message too large [code: 10021]

    Good:
        Total Upload: 5120.40 KiB / gzip: 1210.02 KiB
    """
    yield from plain(log, "EW702", only="asset")
    refused = list(plain(log, "EW702", but="asset"))
    size = _over(log)
    if refused:
        yield refused[0]._replace(message=refused[0].message + (f": {size[1]}" if size else ""))
    elif size:
        yield Finding(f"{size[1]}: a deploy of it is refused or breaks the budget", log.place(size[0]), _BY_PACKAGE)


_BY_PACKAGE = "edgewheel bundle --by package"


def _over(log: Log) -> tuple[int, str] | None:
    """Line and words of the first upload in the log that is above a limit or the budget."""
    hit = log.digest.hits.get("upload")
    for name in hit.names if hit else ():
        sizes = {False: name.text, True: name.more}
        for limit in log.limits:
            kib = sizes[limit.gzip]
            if float(kib.replace(",", "")) * 1024 > limit.size:
                return name.line, f"{kib} KiB {'gzip' if limit.gzip else 'uploaded'} is over {limit.words}"
    return None
