"""EW309: a pattern of `python_modules.exclude` that matches nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edgewheel.rules.ew3.excludes import FOLDER, PREFIX, Given, findings, patterns
from edgewheel.rules.registry import rule
from edgewheel.wrangler.globs import compile_glob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.deploy import Deploys
    from edgewheel.findings import Finding

_COMPILED = r".*\.py[co\[{?*]?.*|.*__pycache__/\*\*$"


@rule("EW309", "worker-wrangler-config", level="warning")
def exclude_without_files(deploys: Deploys) -> Iterator[Finding]:
    """A pattern of `python_modules.exclude` that matches nothing.

    Workers: patterns are matched against the paths of files, relative to `python_modules/`: one that begins with
    `python_modules/`, or that names a folder without `/**` behind it, matches no file, and everything is uploaded.
    What a pattern matches by its content is judged only where `python_modules` is there.

    Fix: write `**/__pycache__/**` for a folder's content, and no `python_modules/` before it.

    Bad:
        [python_modules]
        exclude = ["**/*.pyc", "python_modules/pandas/tests"]

    Good:
        [python_modules]
        exclude = ["**/*.pyc", "pandas/tests/**"]
    """
    found: list[tuple[Given, str, tuple[str, ...]]] = []
    for given in patterns(deploys):
        names = given.deploy.vendored_names
        if any(map(compile_glob(given.text).matches, names)):
            continue
        if given.text.startswith(PREFIX):
            message = f"`{given.text}` matches nothing: paths are relative to `{PREFIX}` already, no file is left out"
            found.append((given, message, (given.text.removeprefix(PREFIX),)))
        elif re.search(FOLDER, given.text):
            message = (
                f"`{given.text}` matches nothing: it names folders, and only files are matched, no file is left out"
            )
            found.append((given, message, _content(given.text)))
        elif names and not re.fullmatch(_COMPILED, given.text):
            below = f"{given.text}/**"
            meant = (below,) if any(map(compile_glob(below).matches, names)) else ()
            message = f"`{given.text}` matches none of the {len(names):,} files in `{PREFIX}`: no file is left out"
            found.append((given, message, meant))
    yield from findings(found)


def _content(pattern: str) -> tuple[str, ...]:
    """The files of the folders that a pattern names; of metadata only what nobody reads."""
    if pattern.endswith("-info"):
        return (f"{pattern}/RECORD", f"{pattern}/WHEEL", f"{pattern}/licenses/**")
    return (f"{pattern}/**",)
