"""The Worker that a project builds."""

from __future__ import annotations

import os
import posixpath

from edgewheel.findings import CouldNotRun
from edgewheel.repository.disk import Disk, repository
from edgewheel.repository.worker import CONFIG_NAMES, Worker


def worker_of(root: str) -> Worker:
    """The Worker in the folder of a pyproject.toml, else the one below; CouldNotRun for none or several."""
    top = os.path.abspath(root).replace(os.sep, "/")
    disk = Disk()
    around = repository(disk, top)
    if any(disk.is_file(posixpath.join(top, name)) for name in CONFIG_NAMES):
        return Worker(top, disk=disk, repository=around)
    from edgewheel.repository.discovery import find

    # bounded by the project, so that the pyproject.toml which is being built is theirs, in an unpacked sdist too
    below = [Worker(each.root, disk=disk, repository=around or top) for each in find([top])]
    mine = [each for each in below if each.pyproject and posixpath.dirname(each.pyproject.path) == top]
    if len(mine) == 1:
        return mine[0]
    names = ", ".join(CONFIG_NAMES)
    if not mine:
        raise CouldNotRun(f"no Worker in `{top}`: none of {names} stands there or below it with a `.py` as main")
    several = ", ".join(f"`{posixpath.relpath(each.root, top)}`" for each in mine)
    raise CouldNotRun(f"several Workers in one project: {several}. Give each a pyproject.toml of its own")
