"""Why wrangler would refuse a config, in its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edgewheel.worker.disk import Disk
    from edgewheel.wrangler.config import Config
    from edgewheel.wrangler.version import Switches


def refuse(config: Config, disk: Disk, switched: Switches) -> str | None:
    """The first error, None where there is none."""
    del switched
    if not config.main:
        return "Missing entry-point to Worker script or to assets directory"
    if not disk.is_file(config.main_path):
        return f'The entry-point file at "{config.main}" was not found.'
    return None
