"""EW602 and EW605: what is in a wheel and should not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.layout import strip
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.wheel import Wheel

_REBUILD = (
    'build with `build-backend = "edgewheel_build"`, which leaves it out; where it does, '
    "take away the line of `[tool.hatch.build]` that brings it back"
)
_READ = "whoever has the wheel can read it"
_CHANGE = 'strip = ["{name}"]  # in [tool.edgewheel]; then change the secret, and give it by `wrangler secret put`'
#: files that show which secrets there are, and hold none
_EXAMPLES = (".example", ".sample", ".template", ".dist")
#: the folders that a wheel has for itself
_OWN = "the wheel's own"


@rule("EW602")
def tests_in_wheel(wheel: Wheel) -> Iterator[Finding]:
    """Tests in a wheel.

    Workers: every `.py` of the wheel is uploaded, counts against the size limit of the bundle and is code that
    the deployed Worker carries without need; what tests import (pytest) is not there.

    Fix: build with edgewheel, which strips `tests`, `test`, `test_*.py`, `*_test.py` and `conftest.py`. A package
    that is really called so is kept by `keep = ["src/test"]` in `[tool.edgewheel]`.

    Bad:
        worker.py
        src/core/__init__.py
        src/core/config.py
        src/core/test_config.py

    Good:
        worker.py
        src/core/__init__.py
        src/core/config.py
    """
    for name, count, why in _unwanted(wheel):
        if why == strip.TESTS:
            what = f"`{name}` ({_files(count)}) is" if name.endswith("/") else f"`{name}` is"
            yield Finding(
                f"{what} a test in the wheel: it would be uploaded with the Worker",
                Place(wheel.path),
                f'{_REBUILD}; a package of that name is kept by `keep = ["{name.rstrip("/")}"]` in `[tool.edgewheel]`',
            )


@rule("EW605")
def junk_in_wheel(wheel: Wheel) -> Iterator[Finding]:
    """Secrets or junk in a wheel.

    Workers: a wheel is published, cached and unpacked into the upload; a `.env`, `.dev.vars` or private key in it
    is out of your hands. Caches, editor files and environments cost size, and a name that leads out of the folder
    or stands there twice is unpacked differently by every tool.

    Fix: take the file out of the package's folder, or name it in `strip` of `[tool.edgewheel]`; a secret that was
    published must be changed (`wrangler secret put NAME`).

    Bad:
        worker.py
        src/.env
        src/__pycache__/main.cpython-312.pyc

    Good:
        worker.py
        src/main.py
    """
    place = Place(wheel.path)
    for name, why in _unsafe(wheel):
        yield Finding(f"`{name}` {why}: what unpacks the wheel decides where it ends up", place, "build the wheel anew")
    for name, count, why in _unwanted(wheel):
        what = f"`{name}` ({_files(count)})" if name.endswith("/") else f"`{name}`"
        if why == "secrets" and name.endswith(_EXAMPLES):
            continue
        if why == "secrets":
            yield Finding(f"{what} holds a secret: {_READ}", place, _CHANGE.format(name=name))
        elif why not in {strip.TESTS, "package metadata"}:  # the one is EW602's, the other EW604's
            yield Finding(f"{what} is junk in the wheel ({why}): it would be unpacked into the upload", place, _REBUILD)
    for name in wheel.private_keys:
        yield Finding(f"`{name}` holds a private key: {_READ}", place, _CHANGE.format(name=name))


def _files(count: int) -> str:
    return f"{count:,} file{'' if count == 1 else 's'}"


def _unsafe(wheel: Wheel) -> Iterator[tuple[str, str]]:
    for name in wheel.sizes:
        if name.startswith("/") or name[1:2] == ":":
            yield name, "is an absolute name"
        elif ".." in name and ".." in name.replace("\\", "/").split("/"):
            yield name, "is a name that leads out of the wheel"
        elif "\\" in name or "\0" in name:
            yield name, "has a backslash or a NUL in its name"
        elif "//" in name or name.startswith("./") or "/./" in name:
            yield name, "is a name that every tool reads in its own way"
    for name in wheel.repeated:
        yield name, "stands twice in the wheel"


def _unwanted(wheel: Wheel) -> list[tuple[str, int, str]]:
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
