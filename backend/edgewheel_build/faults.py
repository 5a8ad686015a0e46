"""Ends a build with words where a user can mend what is wrong."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def told_plainly() -> Iterator[None]:
    """What a user can mend is told in words: settings that hatchling refuses, hooks switched off.

    A fault in somebody's own build hook keeps its traceback.
    """
    _refuse_without_hooks()
    writes_nothing, collects = sys.dont_write_bytecode, gc.isenabled()
    # A frontend builds in an environment and a process for this one wheel: bytecode is never read again, and what
    # is garbage goes when the process ends.
    sys.dont_write_bytecode = True
    gc.disable()
    try:
        yield
    except ImportError as error:
        if error.name is None or error.name.partition(".")[0] != "hatchling":
            raise
        sys.exit("edgewheel: hatchling is not installed here: pip install 'hatchling>=1.27,<2'")
    except CouldNotRun as error:
        from edgewheel_build.work import words

        sys.exit(words(error))
    except Exception as error:
        raised_in = _module(error)
        if isinstance(error, OSError) and error.filename and raised_in.startswith(("hatchling.", "edgewheel_build.")):
            sys.exit(f"edgewheel: `{error.filename}` cannot be read: {error.strerror}")
        if not raised_in.startswith("hatchling."):
            raise
        sys.exit(f"edgewheel: {error}")
    finally:
        sys.dont_write_bytecode = writes_nothing
        if collects:
            gc.freeze()  # and is not searched for once more, at the very end
            gc.enable()


def _module(error: Exception) -> str:
    """The module whose code raised it."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return str(frame.tb_frame.f_globals.get("__name__", "")) if frame else ""


def _refuse_without_hooks() -> None:
    if os.environ.get("HATCH_BUILD_NO_HOOKS") not in {"1", "true"}:
        return
    from edgewheel.checks import artifact
    from edgewheel.reports import text
    from edgewheel.worker.wheel import Wheel

    here = os.path.join(os.getcwd(), "pyproject.toml").replace(os.sep, "/")
    found = artifact.judge(Wheel(here, "", "", (), {}, hooks_off=True), select=["EW608"])
    sys.exit("\n".join(text.findings(found)))
