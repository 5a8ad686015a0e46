"""The table that says which vendored files stay behind. Shared by EW307, EW308 and EW315."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.rules.ew3.levels import levels
from edgewheel.wrangler.globs import compile_glob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.rules.ew3.levels import Scope

#: One compiled file at each place where they stand.
_COMPILED = ("a.pyc", "p/a.pyc", "p/__pycache__/a.cpython-313.pyc")


def read_levels(deploys: Deploys) -> Iterator[Scope]:
    """The tables whose python_modules the installed wrangler reads: none before 4.45.0."""
    return levels(deploys) if deploys.behavior.exclude else iter(())


def is_patterns(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def covers_compiled(patterns: list[str]) -> bool:
    """Whether a list leaves out every compiled file."""
    globs = [compile_glob(pattern) for pattern in patterns]
    return all(any(glob.matches(path) for glob in globs) for path in _COMPILED)
