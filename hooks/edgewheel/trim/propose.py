"""Which vendored files the Worker can do without: patterns in wrangler's dialect, with what each saves.

wrangler has no negation: where one file of a pattern has to stay, the pattern is written again for each package, and
where that takes it too, for each folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edgewheel.trim import removable
from edgewheel.wrangler.config import PYC
from edgewheel.wrangler.globs import any_match, compile_glob

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from edgewheel.trim.removable import RemovableKind
    from edgewheel.wrangler.collect import Upload


#: How the names of vendored modules begin in an upload.
VENDORED = "python_modules/"


#: Why a file stays that Pyodide could not import without.
PROVED = "Pyodide needs it"


class ExcludePattern(NamedTuple):
    """A proposal: the pattern, what it leaves out, the files (relative to python_modules) that none before it takes,
    and their bytes.
    """

    text: str
    why: str
    files: tuple[str, ...]
    size: int


class Proposal(NamedTuple):
    """`patterns` are the new ones, the largest first; `kept` are files and folders that look as if they could go and
    stay, each with the reason.
    """

    patterns: tuple[ExcludePattern, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()

    @property
    def size(self) -> int:
        """The bytes that all of them save."""
        return sum(each.size for each in self.patterns)

    @property
    def files(self) -> frozenset[str]:
        """All that is left out, relative to python_modules."""
        return frozenset(file for each in self.patterns for file in each.files)


def whole(given: Iterable[str], proposal: Proposal, *, precompiled: bool = False) -> tuple[str, ...]:
    """The list as it should stand: wrangler's default first, since a list replaces it, then what is there, then the
    new patterns; `precompiled`: without that default, since compiled files are to be uploaded.
    """
    given = tuple(given)
    matches = any_match([compile_glob(text) for text in given])
    default = () if matches("a/__pycache__/a.cpython-314.pyc") and matches("a.pyc") else (PYC,)
    return tuple(dict.fromkeys((*(() if precompiled else default), *given, *(each.text for each in proposal.patterns))))


def without(upload: Upload, proposal: Proposal) -> Upload:
    """An upload as it would be with a proposal; only its modules are changed."""
    gone = {f"{VENDORED}{file}" for file in proposal.files}
    return upload._replace(modules=tuple(module for module in upload.modules if module.name not in gone))


def propose(
    sizes: Mapping[str, int], stays: Mapping[str, str], *, least: int = 1, precompiled: bool = False
) -> Proposal:
    """Patterns for uploaded files below python_modules with their bytes, each of which saves `least` bytes or more.
    `stays` are files that something needs, each with the reason, beside those that their names protect; `precompiled`:
    compiled files are wanted.
    """
    kept: dict[str, str] = {}
    taken: set[str] = set()
    found: list[ExcludePattern] = []
    for shape in removable.SHAPES:
        if precompiled and shape.pattern in removable.BYTECODE:
            continue
        matches = compile_glob(shape.pattern).matches
        hits = {file: stays.get(file) or removable.reason(shape, file, sizes) for file in sizes if matches(file)}
        for file, why in hits.items():
            if why and not _is_below(unit := shape.unit(file), kept):
                kept.setdefault(unit, why)
        for text in _patterns(shape, hits):
            glob = compile_glob(text)
            files = tuple(file for file in hits if file not in taken and glob.matches(file))
            size = sum(sizes[file] for file in files)
            if size >= least:
                taken.update(files)
                found.append(ExcludePattern(text, shape.why, files, size))
    found.sort(key=lambda each: (-each.size, each.text))
    return Proposal(tuple(found), tuple(kept.items()))


def further(proposal: Proposal, unreached: Mapping[str, Sequence[str]], sizes: Mapping[str, int]) -> Proposal:
    """A proposal with patterns for what nothing reaches; patterns that take no more than these do are dropped."""
    gone = {file for files in unreached.values() for file in files}
    kept = [each._replace(files=tuple(file for file in each.files if file not in gone)) for each in proposal.patterns]
    found = [each._replace(size=sum(sizes[file] for file in each.files)) for each in kept if each.files]
    found += [
        ExcludePattern(text, "nothing reaches it", tuple(files), sum(sizes[file] for file in files))
        for text, files in unreached.items()
    ]
    found.sort(key=lambda each: (-each.size, each.text))
    return proposal._replace(patterns=tuple(found))


def _is_below(path: str, folders: Collection[str]) -> bool:
    """Whether one of the folders that a path stands in is among these."""
    parts = path.split("/")
    return any("/".join(parts[:length]) in folders for length in range(1, len(parts)))


def _patterns(shape: RemovableKind, hits: Mapping[str, str]) -> Iterator[str]:
    """The fewest patterns that take what may go (files without a reason) and nothing else."""
    if not any(hits.values()):
        yield from [shape.pattern] if hits else ()
        return
    tops: dict[str, list[str]] = {}
    for file in hits:
        tops.setdefault(file.partition("/")[0], []).append(file)
    for top, files in tops.items():
        free = not any(hits[file] for file in files)
        if free and files[0] != top and shape.unit(files[0]) != top:
            yield _inside(top, shape.pattern)
            continue
        units: dict[str, list[str]] = {}
        for file in files:
            units.setdefault(shape.unit(file), []).append(file)
        for unit, inner in units.items():
            yield from _of_unit(unit, inner, hits)


def _of_unit(unit: str, files: list[str], hits: Mapping[str, str]) -> Iterator[str]:
    """A file, a whole folder, or of a folder that keeps some the endings that it keeps none of."""
    if not any(hits[file] for file in files):
        yield unit if files == [unit] else f"{unit}/**"
        return
    kept = {_ending(file) for file in files if hits[file]}
    for ending in dict.fromkeys(_ending(file) for file in files):
        if ending and ending not in kept and not any(each.endswith(ending) for each in kept):
            yield f"{unit}/**/*{ending}"


def _inside(top: str, pattern: str) -> str:
    head, slash, rest = pattern.partition("/")
    return f"{top}/{pattern}" if head == "**" else f"{top}{slash}{rest}"


def _ending(file: str) -> str:
    stem, dot, ending = file.rpartition("/")[2].rpartition(".")
    return dot + ending if stem else ""
