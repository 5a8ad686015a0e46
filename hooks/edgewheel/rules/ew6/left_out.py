"""What a build leaves out of a wheel, found in one. Shared by EW602 and EW605."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.layout import strip

if TYPE_CHECKING:
    from edgewheel.repository.wheel import Wheel

REBUILD = (
    'build with `build-backend = "edgewheel_build"`, which leaves it out; where it does, '
    "take away the line of `[tool.hatch.build]` that brings it back"
)
#: the folders that a wheel has for itself
_OWN = "the wheel's own"


def files(count: int) -> str:
    return f"{count:,} file{'' if count == 1 else 's'}"


def unwanted(wheel: Wheel) -> list[tuple[str, int, str]]:
    """What a build leaves out: a file, or a whole folder (ending with `/`) with the number of its files; and why."""
    keep = strip.Filter((), wheel.project.keep) if wheel.project and wheel.project.keep else None
    folders: dict[str, tuple[str, str]] = {"": ("", "")}
    counts: dict[tuple[str, str], int] = {}
    for name in wheel.sizes:
        folder, _, base = name.rpartition("/")
        why, top = folders.get(folder) or _reason(folder, folders, keep)
        if not base or why == _OWN:
            continue
        kept = keep is not None and not keep.why(name, folder=False, inherited=why)
        why = "" if kept else why or strip.why(base, folder=False)
        if why:
            shown = (f"{top}/" if top else name, why)
            counts[shown] = counts.get(shown, 0) + 1
    return [(name, count, why) for (name, why), count in counts.items()]


def _reason(folder: str, known: dict[str, tuple[str, str]], keep: strip.Filter | None) -> tuple[str, str]:
    """Why a folder is left out, and the topmost folder of which that is said."""
    if (found := known.get(folder)) is None:
        above, _, base = folder.rpartition("/")
        why, top = _reason(above, known, keep)
        if not above and base.endswith((".dist-info", ".data")):
            why = _OWN
        elif keep is not None and why != _OWN:
            why = keep.why(folder, folder=True, inherited=why)
        elif not why:
            why = strip.why(base, folder=True)
        found = known[folder] = (why, (top or folder) if why else "")
    return found
