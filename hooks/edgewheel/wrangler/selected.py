"""Which environment a `wrangler deploy` in this shell would take."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun
from edgewheel.wrangler.version import installed, switches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edgewheel.repository.disk import Disk
    from edgewheel.repository.worker import Worker

VARIABLE = "CLOUDFLARE_ENV"
#: What wrangler reads besides the shell's variables; for an environment that was named there are more, which cannot
#: change the name.
_FILES = (".env", ".env.local")


def select(worker: Worker, variables: Mapping[str, str], *, cwd: str = "", version: str = "") -> str | None:
    """The environment by the variable or by the `.env` files where wrangler runs; None where there is no such variable,
    or for a wrangler that does not read it; "" is the top level.

    facts: wrangler 4.50.0 to 4.164.0: `--env` comes first, also an empty one; an empty variable counts as none of the
    process's against the files, and as the top level without them.
    """
    if not switches(version or installed(worker)).env_variable:
        return None
    return _variable(worker.disk, cwd or worker.root, variables)


def _variable(disk: Disk, cwd: str, variables: Mapping[str, str]) -> str | None:
    texts = [_text(disk, posixpath.join(cwd, name)) for name in _FILES]
    if variables.get(VARIABLE) or not any(VARIABLE in text for text in texts):
        return variables.get(VARIABLE)
    from edgewheel.wrangler.dotenv import merged

    return merged(texts, variables).get(VARIABLE)


def _text(disk: Disk, path: str) -> str:
    """A file that is not there or cannot be read is passed over, as wrangler does."""
    try:
        return disk.read(path).decode("utf-8", "replace")
    except CouldNotRun:
        return ""
