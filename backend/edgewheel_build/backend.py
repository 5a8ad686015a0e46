"""The functions of PEP 517 and PEP 660. Only the standard library is imported before one of them builds."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Settings = Mapping[str, object] | None


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:  # noqa: ARG001 - PEP 517
    from edgewheel_build.requires import requires

    return requires(os.getcwd(), "wheel")


def get_requires_for_build_sdist(config_settings: Settings = None) -> list[str]:  # noqa: ARG001 - PEP 517
    from edgewheel_build.requires import requires

    return requires(os.getcwd(), "sdist")


def get_requires_for_build_editable(config_settings: Settings = None) -> list[str]:
    return get_requires_for_build_wheel(config_settings)


def build_wheel(
    wheel_directory: str,
    config_settings: Settings = None,  # noqa: ARG001 - PEP 517
    metadata_directory: str | None = None,  # noqa: ARG001 - PEP 517
) -> str:
    """The name of the wheel in `wheel_directory`; a wheel that is judged bad ends the process with its report."""
    with _plain_faults():
        from edgewheel_build.builders import WorkerWheelBuilder

        return _build(WorkerWheelBuilder(os.getcwd()).build(directory=wheel_directory, versions=["standard"]))


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:  # noqa: ARG001 - PEP 517
    """The name of the archive in `sdist_directory`; the wheel built from it is the one built from the tree."""
    with _plain_faults():
        from edgewheel_build.sources import WorkerSdistBuilder

        return _build(WorkerSdistBuilder(os.getcwd()).build(directory=sdist_directory, versions=["standard"]))


def build_editable(
    wheel_directory: str,
    config_settings: Settings = None,  # noqa: ARG001 - PEP 660
    metadata_directory: str | None = None,  # noqa: ARG001 - PEP 660
) -> str:
    """The name of a wheel that puts the folder above the namespace on `sys.path`, and copies nothing."""
    with _plain_faults():
        from edgewheel_build.builders import WorkerWheelBuilder

        return _build(WorkerWheelBuilder(os.getcwd()).build(directory=wheel_directory, versions=["editable"]))


def _build(artifacts: Iterator[str]) -> str:
    return os.path.basename(next(artifacts))


@contextmanager
def _plain_faults() -> Iterator[None]:
    """What a user can mend is told in words: settings that hatchling refuses, hooks switched off.

    A fault in somebody's own build hook keeps its traceback.
    """
    _refuse_without_hooks()
    writes_nothing = sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # frontends build in an environment for this one process: nobody would read it
    try:
        yield
    except ImportError as error:
        if error.name is None or error.name.partition(".")[0] != "hatchling":
            raise
        sys.exit("edgewheel: hatchling is not installed here: pip install 'hatchling>=1.27,<2'")
    except Exception as error:
        if not _is_raised_by_hatchling(error):
            raise
        sys.exit(f"edgewheel: {error}")
    finally:
        sys.dont_write_bytecode = writes_nothing


def _is_raised_by_hatchling(error: Exception) -> bool:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return frame is not None and str(frame.tb_frame.f_globals.get("__name__", "")).startswith("hatchling.")


def _refuse_without_hooks() -> None:
    if os.environ.get("HATCH_BUILD_NO_HOOKS") not in {"1", "true"}:
        return
    from edgewheel.checks import artifact
    from edgewheel.reports import text
    from edgewheel.worker.wheel import Wheel

    here = os.path.join(os.getcwd(), "pyproject.toml").replace(os.sep, "/")
    found = artifact.judge(Wheel(here, "", "", (), {}, hooks_off=True), select=["EW608"])
    sys.exit("\n".join(text.findings(found)))
