"""Whole files replaced on the disk, all or none."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun

if TYPE_CHECKING:
    from collections.abc import Mapping


def replace(files: Mapping[str, bytes]) -> None:
    """Writes whole files, each under a temporary name first, and renames them when all are written; modes stay.

    CouldNotRun where one cannot be written; then none is.
    """
    ready: list[tuple[str, str]] = []
    path = ""
    try:
        for path, content in files.items():
            target = os.path.realpath(path)  # through a link, not over it
            handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".edgewheel-")
            ready.append((temporary, target))
            with open(handle, "wb") as file:
                file.write(content)
            os.chmod(temporary, os.stat(target).st_mode & 0o777 if os.path.exists(target) else 0o644)
        for temporary, path in ready:
            os.replace(temporary, path)
    except OSError as error:  # it names the temporary file
        raise CouldNotRun(f"`{os.path.relpath(path)}` cannot be written: {error.strerror}") from None
    finally:
        for temporary, _ in ready:
            if os.path.exists(temporary):
                os.unlink(temporary)
