"""Ends a build with words where a user can mend what is wrong."""

from __future__ import annotations

import errno
import gc
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun
from edgewheel_build.temporary import ended_by_signals

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What hatchling calls to judge a project's own text; their errors are about that text, as hatchling's are.
_LIBRARIES = frozenset({"packaging", "pathspec", "pluggy", "trove_classifiers"})
_WRITING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})


@contextmanager
def told_plainly() -> Iterator[None]:
    """What a user can mend is told in words: settings that hatchling refuses, hooks switched off, a full disk.

    A fault in somebody's own build hook keeps its traceback.
    """
    _refuse_without_hooks()
    writes_nothing, collects = sys.dont_write_bytecode, gc.isenabled()
    # A frontend builds in an environment and a process for this one wheel: bytecode is never read again, and what
    # is garbage goes when the process ends.
    sys.dont_write_bytecode = True
    gc.disable()
    try:
        with ended_by_signals():
            yield
    except ImportError as error:
        if error.name is None or error.name.partition(".")[0] != "hatchling":
            raise
        sys.exit("edgewheel: hatchling is not installed here: pip install 'hatchling>=1.27,<2'")
    except CouldNotRun as error:
        from edgewheel_build.work import words

        sys.exit(words(error))
    except KeyboardInterrupt:
        sys.exit("edgewheel: interrupted, nothing was built")
    except Exception as error:
        raised_in = _module(error)
        if not raised_in.startswith(("hatchling.", "edgewheel_build.", "edgewheel.")):
            raise
        if isinstance(error, OSError) and error.strerror:
            sys.exit(f"edgewheel: {_of_the_disk(error)}")
        if not raised_in.startswith("hatchling."):
            raise
        sys.exit(f"edgewheel: {error or type(error).__name__}")
    finally:
        sys.dont_write_bytecode = writes_nothing
        if collects:
            gc.freeze()  # and is not searched for once more, at the very end
            gc.enable()


def _of_the_disk(error: OSError) -> str:
    """What could not be done with which file; a full disk names none."""
    name = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
    denied = isinstance(error, PermissionError) and (not os.path.exists(name) or os.access(name, os.R_OK))
    if not name or denied or error.errno in _WRITING:
        verb = "written"
    else:
        verb = {errno.EEXIST: "made", errno.ENOENT: "found"}.get(error.errno or 0, "read")
    return f"{f'`{name}`' if name else 'the archive'} cannot be {verb}: {error.strerror}"


def _module(error: Exception) -> str:
    """The module whose code raised it, or called the library that did."""
    frame = error.__traceback__
    found = ""
    while frame is not None:
        name = str(frame.tb_frame.f_globals.get("__name__", ""))
        top = name.partition(".")[0]
        if top not in _LIBRARIES and top not in sys.stdlib_module_names:
            found = name
        frame = frame.tb_next
    return found


def _refuse_without_hooks() -> None:
    if os.environ.get("HATCH_BUILD_NO_HOOKS") not in {"1", "true"}:
        return
    from edgewheel.reports import text
    from edgewheel.repository.wheel import Wheel
    from edgewheel.rules import wheels as artifact

    here = os.path.join(os.getcwd(), "pyproject.toml").replace(os.sep, "/")
    found = artifact.judge(Wheel(here, "", "", (), {}, hooks_off=True), select=["EW608"])
    sys.exit("\n".join(text.findings(found)))
