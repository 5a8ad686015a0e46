"""The proposal for one table, held against the import analysis and, where asked for, against Pyodide."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.deploy import Deploys
from edgewheel.findings import CouldNotRun
from edgewheel.trim import propose as trimming
from edgewheel.trim import reach as reaching
from edgewheel.trim import removable, unreached
from edgewheel.trim.needed import needed
from edgewheel.trim.propose import PROVED, VENDORED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from edgewheel.deploy import Deploy
    from edgewheel.repository.worker import Worker
    from edgewheel.trim.propose import Proposal
    from edgewheel.trim.tables import Table
    from edgewheel.wrangler.collect import Upload

#: Bytes that make a pattern worth its line in the config.
LEAST = 1024


class Trim(NamedTuple):
    """What was found for one table: the upload as it is, the bytes of its vendored files by their names relative to
    python_modules, the proposal, how it was proved, and the packages whose files were taken back.
    """

    table: Table
    upload: Upload
    sizes: Mapping[str, int]
    proposal: Proposal
    proved: str
    taken_back: tuple[str, ...]
    #: with `--reach`, packages of which nothing can be left out, each with the reason
    whole: Mapping[str, str] = {}
    #: whether compiled files are to be uploaded
    precompiled: bool = False

    @property
    def after(self) -> int:
        """Bytes of the upload with the proposal."""
        return self.upload.total_bytes - self.proposal.size

    @property
    def exclude(self) -> tuple[str, ...]:
        """The whole list as it should stand in the config."""
        return trimming.whole(self.table.config.exclude, self.proposal, precompiled=self.precompiled)


def search(
    worker: Worker,
    table: Table,
    *,
    timeout: float | None,
    waiting: Callable[[str], AbstractContextManager[None]],
    reach: bool = False,
) -> Trim:
    """The proposal for a table; with `reach` also what nothing can reach; with `timeout` (seconds) imported in Pyodide,
    while `waiting` shows it.
    """
    deploy = Deploys(worker).of(table.env)
    upload = deploy.upload
    if upload.error is not None:
        raise CouldNotRun(f"wrangler {upload.wrangler} would refuse: {upload.error}")
    sizes = {module.name[len(VENDORED) :]: module.size for module in upload.modules if module.name.startswith(VENDORED)}
    readers = {name[len(VENDORED) :]: read for name, read in deploy.readers.items() if name.startswith(VENDORED)}
    own = {name: read for name, read in deploy.readers.items() if not name.startswith(VENDORED)}
    stays = needed(readers, own, removable.candidates(sizes))
    precompiled = worker.settings.precompile
    first = partial(trimming.propose, sizes, least=LEAST, precompiled=precompiled)
    reached = reaching.reachable(readers, own, worker.disk.records, deploy.python) if reach else None

    def propose(stay: Mapping[str, str]) -> Proposal:
        proposal = first(stay)
        return (
            proposal
            if reached is None
            else trimming.further(proposal, _unreached(sizes, reached, readers, stay), sizes)
        )

    proposal = propose(stays)
    proved = "by analysis"
    back: tuple[str, ...] = ()
    if proposal.patterns:
        _analysed(deploy, trimming.without(upload, proposal))
        if timeout is not None:
            from edgewheel.trim.prove import proved as ran

            proposal, back = ran(deploy, proposal, propose, stays, timeout=timeout, waiting=waiting, each=reach)
            proved = f"by analysis and in Pyodide for Python {deploy.python}"
    return Trim(table, upload, sizes, proposal, proved, back, reached.whole if reached else {}, precompiled)


def _unreached(
    sizes: Mapping[str, int], reached: reaching.Reachable, readers: reaching.Readers, stay: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """The patterns of what nothing reaches, but for packages of which a file has to stay because Pyodide needs it."""
    tops = {file.partition("/")[0] for file, why in stay.items() if why == PROVED}
    left = reached._replace(whole=dict(reached.whole) | dict.fromkeys(tops, PROVED))
    patterns = unreached.unreachable(sizes, left, readers)
    return unreached.closed(patterns, readers, left) if patterns else patterns


def _analysed(before: Deploy, upload: Upload) -> None:
    """The import analysis once more, of what would be left. It finds nothing that `wanted` has not: a check."""
    after = before.instead(upload=upload)
    known = {(each.importer, each.module) for each in before.reached.failures}
    new = [each for each in after.reached.failures if (each.importer, each.module) not in known]
    if new:
        raise CouldNotRun(
            f"without the proposed files `{new[0].importer}` could not import `{new[0].module}`: nothing was changed"
        )
