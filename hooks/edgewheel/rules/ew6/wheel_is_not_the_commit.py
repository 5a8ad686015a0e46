"""EW606: a file that git tracks under the namespace and the wheel lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgewheel.documents.paths import quoted
from edgewheel.findings import Finding, Place
from edgewheel.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.wheel import Wheel

#: More findings of one kind than these become one.
_READABLE = 10


@rule("EW606")
def wheel_is_not_the_commit(wheel: Wheel) -> Iterator[Finding]:
    """A file that git tracks under the namespace and the wheel lacks, or an untracked one that it has.

    Workers: a line of `.gitignore` such as `build/` or `lib/` makes some builders drop tracked code without a
    word, and the Worker fails with `No module named …`; what no commit holds cannot be reviewed or built again.

    Fix: build with edgewheel, which takes tracked files whatever `.gitignore` says; `git add` what belongs to the
    Worker, and `git rm --cached` or `strip` what does not. While building, a file that is not added yet is a warning.

    Bad:
        .gitignore:  lib/
        git ls-files src:  src/main.py  src/lib/money.py
        wheel:  worker.py  src/main.py

    Good:
        wheel:  worker.py  src/main.py  src/lib/money.py
    """
    project = wheel.project
    if project is None or project.tracked is None:
        return
    place = Place(wheel.path)
    for name, more in _shown(sorted(project.tracked - wheel.sizes.keys())):
        yield Finding(
            f"{name} tracked by git and not in the wheel: what imports {more} fails on Workers",
            place,
            f"git check-ignore -v --no-index {quoted(name.split('`')[1])}  # names the line that leaves it out",
        )
    inside = f"{project.namespace}/"
    known = project.tracked | project.made
    unknown = [name for name in wheel.sizes if name.startswith(inside) and name not in known]
    for level, names in (
        ("warning", [name for name in unknown if name in project.in_progress]),
        ("", [name for name in unknown if name not in project.in_progress]),
    ):
        for name, _ in _shown(names):
            yield Finding(
                f"{name} in the wheel and not tracked by git: no commit can build this wheel again",
                place,
                _added(name.split("`")[1], project.absent, inside if not name.endswith("` is") else ""),
                level=level,
            )


def _added(name: str, absent: frozenset[str], folder: str) -> str:
    """The command that makes git track a file, or the whole folder; for what is not on the disk, a new build."""
    return "build the wheel again" if name in absent else f"git add {quoted(folder or name)}"


def _shown(names: list[str]) -> list[tuple[str, str]]:
    """Subject and pronoun of the sentences: one a name, or one for all where they are too many to read."""
    if len(names) <= _READABLE:
        return [(f"`{name}` is", "it") for name in names]
    return [(f"`{names[0]}` and {len(names) - 1:,} more files are", "them")]
