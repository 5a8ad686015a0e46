"""The compiled files that `precompile` adds to a deploy: which modules, as far as the size budget goes, and what the
config lacks so that wrangler uploads them. Shared by `stage` and `startup`.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.commands.progress import waiting
from edgewheel.reports.text import plural
from edgewheel.rules.ew3.exclude_table import lacking, takes_compiled
from edgewheel.runtime import bytecode
from edgewheel.runtime.startup import is_own
from edgewheel.wrangler.limits import limits, warn_share
from edgewheel.wrangler.sizes import human

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from edgewheel.deploy import Deploy

#: Seconds for compiling everything; 2,300 modules took 5.
_TIMEOUT = 600.0


class Precompiled(NamedTuple):
    """Compiled files by upload name, of how many modules; `notes` are what people must know: what the config lacks, and
    what found no room.
    """

    files: dict[str, bytes]
    notes: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(map(len, self.files.values()))


def precompiled(
    deploy: Deploy, own: Mapping[str, Callable[[], bytes]] | None = None, *, as_if: bool = False
) -> Precompiled:
    """Made of the bytes that are uploaded; `own` are those of the project in the place of the upload's, by name.
    `as_if` the config let wrangler upload all of them.
    """
    from edgewheel.runtime.real import compiling

    readers = {name: read for name, read in deploy.readers.items() if own is None or not is_own(name)} | dict(own or {})
    takes = takes_compiled(deploy)
    names = [name for name in readers if name.endswith(".py")]
    targets = {name: bytecode.compiled_name(name, deploy.python) for name in names}
    wanted = [name for name in names if as_if or takes(targets[name])]
    sources = {name: readers[name]() for name in wanted}
    made = compiling.compiled(sources, deploy.python, timeout=_TIMEOUT, waiting=waiting)
    room = _room(deploy)
    first = _order(deploy, made) if sum(map(len, made.values())) > room else []
    found = bytecode.chosen(made, first, room)
    config = posixpath.basename(deploy.config.document.path)
    lacks = () if as_if else lacking(deploy, targets)
    notes = [f"{each.message}. In {config}:\n{each.fix}" for each in lacks]
    files = {targets[name]: content for name, content in found.files.items()}
    return Precompiled(files, (*notes, *_left(found.left)))


def _room(deploy: Deploy) -> int:
    """The bytes up to where EW404 warns, for what is not compiled yet. Of a limit on the packed size a compiled file
    takes as much as of one on the size: it packs to less.
    """
    left = tuple(each for each in deploy.upload.modules if bytecode.source_name(each.name) is None)
    upload = deploy.upload._replace(modules=left)
    share, rooms = warn_share(deploy.worker.settings), []
    for limit in limits(deploy.worker.settings):
        used = sum(each.size for each in left)
        if limit.gzip:
            from edgewheel.wrangler.content import gzip_estimate

            used = gzip_estimate(upload, deploy.disk)
        rooms.append(int(limit.size * share) - used)
    return max(0, min(rooms, default=0))


def _order(deploy: Deploy, names: Mapping[str, bytes]) -> list[str]:
    """What the start runs first: the project's modules that main reaches, then what these can reach."""
    from edgewheel.trim.reach import reachable

    reached = [name for name, at in deploy.reached.modules.items() if at == "start" and name in names]
    vendored = {name[15:]: read for name, read in deploy.readers.items() if name.startswith("python_modules/")}
    own = {name: read for name, read in deploy.readers.items() if is_own(name)}
    found = reachable(vendored, own, deploy.worker.disk.records).files
    return [*reached, *sorted(f"python_modules/{name}" for name in found)]


def _left(left: Mapping[str, int]) -> Iterator[str]:
    if left:
        yield (
            f"{plural(len(left), 'module')} not compiled ahead ({human(sum(left.values()))}): there is no room for "
            "more below `warn-at` of the size limit"
        )
