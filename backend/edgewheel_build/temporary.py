"""What a build writes before its archive is whole, and how it goes when the build is stopped."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

#: How folders are called that go when the build ends; no archive takes them in.
PREFIX = ".edgewheel-"


@contextmanager
def folder(directory: str) -> Iterator[None]:
    """Every temporary file of hatchling's goes into a folder of this build's own, beside the archive to be.

    There the finished archive is renamed into its place, where from another disk it would be copied piece by piece;
    and what an error or a signal leaves is removed.
    """
    import tempfile

    os.makedirs(directory, exist_ok=True)
    usual = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=directory) as own:
        tempfile.tempdir = own
        try:
            yield
        finally:
            tempfile.tempdir = usual


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """A signal that would end the process at once ends it as an exception does: what was begun is removed."""
    usual = {}
    try:
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                usual[number] = signal.signal(number, _end)
    except (ValueError, OSError):  # not the main thread, or a Python without signals (Pyodide)
        pass
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as the signal module calls it
    sys.exit(128 + number)
