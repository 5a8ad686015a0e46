"""Ends a build with words where a user can fix what is wrong, and says before it begins what hatchling would stumble
over in the middle.
"""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from edgewheel.findings import CouldNotRun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from hatchling.builders.plugin.interface import BuilderInterface

#: What hatchling calls to judge a project's own text; their errors are about that text, as hatchling's are.
_LIBRARIES = frozenset({"packaging", "pathspec", "pluggy", "trove_classifiers"})
_WRITING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
#: The last second that a zip file can hold (the end of 2107), and the seconds that gzip can.
_TIMES = {"wheel": range(-(2**63), 4354819200), "sdist": range(2**32)}


class BuildRefused(CouldNotRun):
    """A build that ends with a report of findings."""


@contextmanager
def friendly_errors() -> Iterator[None]:
    """What a user can fix is said in words: settings that hatchling refuses, hooks switched off, a full disk.

    A fault in somebody's own build hook keeps its traceback.
    """
    _refuse_without_hooks()
    writes_nothing, collects = sys.dont_write_bytecode, gc.isenabled()
    # A frontend builds in an environment and a process for this one wheel: bytecode is never read again, and what
    # is garbage goes when the process ends.
    sys.dont_write_bytecode = True
    gc.disable()
    try:
        with _ended_by_signals():
            yield
    except ImportError as error:
        if error.name is None or error.name.partition(".")[0] != "hatchling":
            raise
        sys.exit("edgewheel: hatchling is not installed here: pip install 'hatchling>=1.27,<2'")
    except CouldNotRun as error:
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


def words(error: CouldNotRun) -> str:
    """The last words of a build that cannot go on."""
    from edgewheel.reports.text import clean

    return str(error) if isinstance(error, BuildRefused) else f"edgewheel: {clean(str(error), keep=chr(10))}"


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


def check_early(builder: BuilderInterface[Any, Any], target: str, build_data: dict[str, Any]) -> None:
    """CouldNotRun for a time that no archive can hold, and for a `requires-python` that no Python satisfies."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is not None and builder.config.reproducible and not _is_time(epoch, _TIMES.get(target)):
        raise CouldNotRun(
            f"`SOURCE_DATE_EPOCH` is `{epoch}`, which no archive can hold as a time: set it to whole seconds "
            "since 1970 (`git log -1 --format=%ct` prints those of the last commit), or unset it"
        )
    from hatchling.builders.wheel import WheelBuilder

    if isinstance(builder, WheelBuilder) and "tag" not in build_data and builder.get_default_tag().startswith("-"):
        written = builder.metadata.core.requires_python
        raise CouldNotRun(f'`requires-python = "{written}"` allows no Python 2 or 3: no installer would take the wheel')


def _is_time(text: str, times: range | None) -> bool:
    try:
        return times is None or int(text) in times
    except ValueError:
        return False


@contextmanager
def _ended_by_signals() -> Iterator[None]:
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
