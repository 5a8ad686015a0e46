"""EW604: a stray or second dist-info in a wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.documents.paths import quoted
from edgewheel.findings import Finding, Place
from edgewheel.requirements.requirement import normalize
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.wheel import Wheel

#: what every dist-info holds. facts: binary distribution format 1.0
_FILES = ("METADATA", "WHEEL", "RECORD")


@rule("EW604")
def stray_dist_info(wheel: Wheel) -> Iterator[Finding]:
    """A stray or second dist-info in a wheel, or none, or one without its files.

    Workers: installers refuse a wheel with two `*.dist-info` at its top, or with one of another name; one deeper
    down, or an `*.egg-info`, is a vendored or local install that was swept in and tells `importlib.metadata` lies.

    Fix: take the folder out of the package (it is made by `pip install --target` or by an old build) and build again.

    Bad:
        src/vendor/httpx-0.28.1.dist-info/METADATA
        forge-1.0.dist-info/METADATA

    Good:
        forge-1.0.dist-info/METADATA
    """
    place = Place(wheel.path)
    own = f"{wheel.name}-{wheel.version}.dist-info"
    folders: dict[str, None] = {}
    for name in wheel.sizes:
        if "-info" in name:
            parts = name.split("/")
            for depth, part in enumerate(parts[:-1] if not name.endswith(".egg-info") else parts, 1):
                if part.endswith((".dist-info", ".egg-info")):
                    folders["/".join(parts[:depth])] = None
                    break
    mine = [folder for folder in folders if "/" not in folder and _is_own(folder, wheel)]
    if not mine:
        yield Finding(f"`{own}/` is not in the wheel: no installer takes it", place, "build the wheel again")
    for name in (f"{mine[0]}/{each}" for each in _FILES) if mine else ():
        if name not in wheel.sizes:
            yield Finding(f"`{name}` is not in the wheel: no installer takes it", place, "build the wheel again")
    for folder in (*mine[1:], *(each for each in folders if each not in mine)):
        if "/" not in folder and folder.endswith(".dist-info"):
            yield Finding(
                f"`{folder}/` stands beside `{own}/` at the top of the wheel: installers refuse it",
                place,
                "delete the folder from what is built, and build the wheel again",
            )
        else:
            yield Finding(
                f"`{folder}` is a stray install in the wheel: `importlib.metadata` reads it on Workers by chance",
                place,
                f"rm -r {quoted(folder)}",
            )


def _is_own(folder: str, wheel: Wheel) -> bool:
    name, _, version = folder.removesuffix(".dist-info").partition("-")
    named, versioned = normalize(name) == normalize(wheel.name), normalize(version) == normalize(wheel.version)
    return folder.endswith(".dist-info") and named and versioned
