"""EW605: secrets or junk in a wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.findings import Finding, Place
from edgewheel.layout import strip
from edgewheel.rules.ew6.left_out import REBUILD, files, unwanted
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.wheel import Wheel

_READ = "whoever has the wheel can read it"
_CHANGE = 'strip = ["{name}"]  # in [tool.edgewheel]; then change the secret, and give it by `wrangler secret put`'
#: files that show which secrets there are, and hold none
_EXAMPLES = (".example", ".sample", ".template", ".dist")


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
        yield Finding(
            f"`{name}` {why}: what unpacks the wheel decides where it ends up", place, "build the wheel again"
        )
    for name, count, why in unwanted(wheel):
        what = f"`{name}` ({files(count)})" if name.endswith("/") else f"`{name}`"
        if why == "secrets" and name.endswith(_EXAMPLES):
            continue
        if why == "secrets":
            yield Finding(f"{what} holds a secret: {_READ}", place, _CHANGE.format(name=name))
        elif why not in {strip.TESTS, "package metadata"}:  # the one is EW602's, the other EW604's
            yield Finding(f"{what} is junk in the wheel ({why}): it would be unpacked into the upload", place, REBUILD)
    for name in wheel.private_keys:
        yield Finding(f"`{name}` holds a private key: {_READ}", place, _CHANGE.format(name=name))


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
