"""The proposal for one table, held against the import analysis and, where asked for, against Pyodide."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.deploy import Deploys
from edgewheel.findings import CouldNotRun
from edgewheel.trim import propose as trimming
from edgewheel.trim import spare
from edgewheel.trim.propose import VENDORED
from edgewheel.trim.wanted import wanted

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

    @property
    def after(self) -> int:
        """Bytes of the upload with the proposal."""
        return self.upload.total_bytes - self.proposal.size

    @property
    def exclude(self) -> tuple[str, ...]:
        """The whole list as it should stand in the config."""
        return trimming.whole(self.table.config.exclude, self.proposal)


def search(
    worker: Worker,
    table: Table,
    *,
    timeout: float | None,
    waiting: Callable[[str], AbstractContextManager[None]],
) -> Trim:
    """The proposal for a table; with `timeout` (seconds) also imported in Pyodide, while `waiting` shows it."""
    deploy = Deploys(worker).of(table.env)
    upload = deploy.upload
    if upload.error is not None:
        raise CouldNotRun(f"wrangler {upload.wrangler} would refuse: {upload.error}")
    sizes = {module.name[len(VENDORED) :]: module.size for module in upload.modules if module.name.startswith(VENDORED)}
    readers = {name[len(VENDORED) :]: read for name, read in deploy.readers.items() if name.startswith(VENDORED)}
    own = {name: read for name, read in deploy.readers.items() if not name.startswith(VENDORED)}
    stays = wanted(readers, own, spare.candidates(sizes))
    propose = partial(trimming.propose, sizes, least=LEAST)
    proposal = propose(stays)
    proved = "by analysis"
    back: tuple[str, ...] = ()
    if proposal.patterns:
        _analysed(deploy, trimming.without(upload, proposal))
        if timeout is not None:
            from edgewheel.trim.proof import proved as ran

            proposal, back = ran(deploy, proposal, propose, stays, timeout=timeout, waiting=waiting)
            proved = f"by analysis and in Pyodide for Python {deploy.python}"
    return Trim(table, upload, sizes, proposal, proved, back)


def _analysed(before: Deploy, upload: Upload) -> None:
    """The import analysis once more, of what would be left. It finds nothing that `wanted` has not: a check."""
    after = before.instead(upload=upload)
    known = {(each.importer, each.module) for each in before.reached.failures}
    new = [each for each in after.reached.failures if (each.importer, each.module) not in known]
    if new:
        raise CouldNotRun(
            f"without the proposed files `{new[0].importer}` could not import `{new[0].module}`: nothing was changed"
        )
