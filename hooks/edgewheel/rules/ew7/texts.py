"""The texts whose cause is plain: size, start-up, handlers, randomness, config, wheels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding
from edgewheel.rules.ew7.judged import plain, times
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
    refused = list(plain(log, "EW702"))
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


@rule("EW703")
def log_startup(log: Log) -> Iterator[Finding]:
    """A Worker whose start took more CPU or memory than allowed.

    Workers: the top level of main and of all that it imports runs when the Worker is uploaded or started; it has one
        second of CPU and 128 MB. A deploy over it is refused.

    Fix: `edgewheel prove --runtime pyodide` lists the import time by package: import the slowest inside the handler
        that needs it.

    Bad:
        Script startup exceeded CPU time limit. [code: 10021]

    Good:
        Worker Startup Time: 412 ms
    """
    yield from plain(log, "EW703")


@rule("EW706")
def log_no_handler(log: Log) -> Iterator[Finding]:
    """A deploy that was refused because main exports no handler.

    Workers: from 2025-08-14 the runtime calls only a class `Default(WorkerEntrypoint)` that main binds at its top
        level; `on_fetch` and its kin no longer count.

    Fix: bind it in main, or with staging name it in `[tool.edgewheel] exports`: `edgewheel explain EW206`.

    Bad:
        The Worker has no registered event handlers. [code: 10068]

    Good:
        Uploaded forge (3.21 sec)
    """
    yield from plain(log, "EW706")


@rule("EW707")
def log_randomness(log: Log) -> Iterator[Finding]:
    """Randomness that was asked for while modules were imported.

    Workers: the top level runs once, when the snapshot is made, and what it draws would be the same for every
        request; the runtime raises instead.

    Fix: draw it inside the handler; `edgewheel check --select EW208` names the modules that do it at import.

    Bad:
        OSError: Randomness is not allowed while a Worker is starting

    Good:
        Uploaded forge (3.21 sec)
    """
    yield from plain(log, "EW707")


@rule("EW708")
def log_config(log: Log) -> Iterator[Finding]:
    """What wrangler said about the config and the folder: ignored keys, shadowed rules, python_modules in the way.

    Workers: only `python_modules` in the module root stops the deploy. The rest deploys, without what the ignored
        keys, files and rules should have brought: the files are missing at run time.

    Fix: `edgewheel check` names the line of each in the config, `edgewheel check --fix` mends most.

    Bad:
        Unexpected fields found in build field: "upload"

    Good:
        Uploaded forge (3.21 sec)
    """
    for finding in plain(log, "EW708"):
        refuses = "refuses" in finding.message
        yield finding._replace(level="error" if refuses else "warning")


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
    hits = [hit for hit, _, _ in log.hits("EW709")]
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
