"""What a wheel should hold by its project's own account: what is selected, and what git tracks of that."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.layout import hatch, packages
from edgewheel.layout.selection import is_sdist, shipped
from edgewheel.repository.provenance import WheelOrigin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edgewheel.layout.plan import Layout
    from edgewheel.repository.worker import Worker


def project(worker: Worker, names: Iterable[str]) -> WheelOrigin:
    """The project of a wheel that has these names; CouldNotRun where its files cannot be selected."""
    layout = shipped(worker)
    base = posixpath.dirname(layout.folder)
    tracked = _tracked(worker, layout)
    known = tracked | {file.name for file in layout.files if not file.source} | layout.declared
    unknown = [name for name in names if tracked and name not in known]
    absent = frozenset(name for name in unknown if not worker.disk.is_file(f"{base}/{name}"))
    made = layout.declared | {name for name in absent if posixpath.basename(name) == packages.INIT}
    made |= {file.name for file in layout.files if not file.source}
    if hatch.options(worker).hooks:  # they write files while the wheel is built, some of which git ignores
        made |= absent | {name for name in unknown if name not in absent and worker.git.is_ignored(f"{base}/{name}")}
    return WheelOrigin(
        worker.root,
        layout.namespace,
        layout.entry[len(base) + 1 :],
        worker.settings.packages,
        worker.settings.keep,
        tracked or None,
        made,
        absent=absent,
    )


def _tracked(worker: Worker, layout: Layout) -> frozenset[str]:
    """The names of the selected files that git tracks; none where it gives no answer."""
    if not worker.git.top or is_sdist(worker):
        return frozenset()
    worker.git.look(layout.folder)
    return frozenset(file.name for file in layout.files if file.source and worker.git.is_tracked(file.source))
