"""Where a wheel comes from."""

from __future__ import annotations

from typing import NamedTuple


class WheelOrigin(NamedTuple):
    """What the project that a wheel was built from says of its content; paths as in the wheel."""

    #: absolute posix path of the Worker's folder
    root: str
    #: the folder whose name stays in imports (`src`)
    namespace: str
    #: the module that holds the handlers (`src/main.py`)
    entry: str
    #: how `__init__.py` is asked for: `consistent`, `strict` or `off`
    packages: str = "consistent"
    #: patterns that `[tool.edgewheel]` takes back from the default strips
    keep: tuple[str, ...] = ()
    #: files under the namespace that belong in the wheel and that git tracks; None where git cannot tell
    tracked: frozenset[str] | None = None
    #: names that a build makes itself: the generated entry, the `__init__.py` it adds, declared artifacts
    made: frozenset[str] = frozenset()
    #: files that git does not track and does not ignore are work in progress: a warning, no error
    in_progress: frozenset[str] = frozenset()
    #: names of the wheel that are neither tracked nor on the disk
    absent: frozenset[str] = frozenset()
