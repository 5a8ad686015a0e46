"""Which vendored files the Worker can do without: patterns in wrangler's dialect, with what each saves.

facts: platform 4 (93 packages): without folders named like tests no import broke, without dist-info 13 of 91 did. The
exceptions are data (`metadata_readers.json`); what else a kept module imports is left in place by analysis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.data import facts
from edgewheel.wrangler.globs import any_match, compile_glob

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from edgewheel.worker.vendored import Vendored

PYC = "**/*.pyc"
#: A pattern has to save some bytes: each one is read by people.
_LEAST = 1024
_FOLDERS = {
    "tests": ("tests", "test", "testing_data", "test_data"),
    "documentation": ("docs", "doc", "examples", "example"),
    "benchmarks": ("benchmarks", "benchmark"),
}
_ENDINGS = {
    "type information": ("pyi", "pyx.tp"),
    "sources of compiled parts": (
        *("c", "cc", "cpp", "cxx", "h", "hh", "hpp", "hxx", "pyx", "pxd", "pxi", "f", "f90", "rs", "cu", "cuh"),
    ),
}
_FILES = {
    "tests": ("**/conftest.py", "**/test_*.py", "**/*_test.py"),
    "type information": ("**/py.typed",),
    "caches": ("**/__pycache__/**", "**/.DS_Store"),
    "scripts": ("bin/**", "share/**"),
}
_INFO = ("RECORD", "WHEEL", "INSTALLER", "REQUESTED", "direct_url.json", "uv_build.json", "uv_cache.json")
_LICENSES = ("licenses/**", "LICENSE*", "LICENCE*", "COPYING*", "NOTICE*", "AUTHORS*", "sboms/**")


class Pattern(NamedTuple):
    """A proposal: the pattern, why, and the files (relative to python_modules) that no pattern before it takes."""

    text: str
    why: str
    files: tuple[str, ...]
    size: int


class Kept(NamedTuple):
    """What looks as if it could go and stays, and why."""

    path: str
    why: str


class Proposal(NamedTuple):
    """`patterns` are the new ones, the largest first; `given` those that the config has and that stay."""

    patterns: tuple[Pattern, ...]
    given: tuple[str, ...]
    kept: tuple[Kept, ...]

    @property
    def exclude(self) -> tuple[str, ...]:
        """The whole list: what wrangler leaves out by default first, since a list replaces it."""
        return tuple(dict.fromkeys((PYC, *self.given, *(each.text for each in self.patterns))))


def propose(sizes: Mapping[str, int], there: Vendored, given: Iterable[str], needed: Mapping[str, str]) -> Proposal:
    """For uploaded files below python_modules with their bytes. `needed` are files that stay, each with the reason,
    beside those that the lists name.
    """
    readers = facts("metadata_readers")
    never = [(compile_glob(glob), why) for glob, why in readers["never"].items()]
    stays = {**_listed(sizes, readers), **needed}
    for file in sizes:
        if file not in stays and (why := next((why for glob, why in never if glob.matches(file)), "")):
            stays[file] = why
    kept: dict[str, str] = {}
    taken: set[str] = set()
    found: list[Pattern] = []
    for why, text in _candidates(sizes, stays, _read(there, readers), kept):
        glob = compile_glob(text)
        files = tuple(file for file in sizes if file not in taken and glob.matches(file))
        size = sum(sizes[file] for file in files)
        if size >= _LEAST:
            taken.update(files)
            found.append(Pattern(text, why, files, size))
    found.sort(key=lambda each: -each.size)
    return Proposal(tuple(found), tuple(given), tuple(Kept(path, why) for path, why in kept.items()))


def remaining(sizes: Mapping[str, int], exclude: Iterable[str]) -> dict[str, int]:
    """The files that a list of patterns leaves in the upload."""
    matches = any_match([compile_glob(text) for text in exclude])
    return {file: size for file, size in sizes.items() if not matches(file)}


def _listed(sizes: Mapping[str, int], readers: Mapping[str, Any]) -> dict[str, str]:
    folders, files = readers["test_folders"], readers["test_files"]
    found = {file: str(files[file]["why"]) for file in sizes if file in files}
    for folder, entry in folders.items():
        found |= {file: str(entry["why"]) for file in sizes if file.startswith(f"{folder}/")}
    return found


def _read(there: Vendored, readers: Mapping[str, Any]) -> set[str]:
    """The names of dist-info files that must stay: those that every package may read, and those of what is vendored."""
    packages = readers["packages"]
    names = [packages[each.name]["reads"] for each in there.distributions if each.name in packages]
    return {*readers["keep"], *(name for listed in names for name in listed)}


def _candidates(
    sizes: Mapping[str, int], stays: Mapping[str, str], read: set[str], kept: dict[str, str]
) -> Iterator[tuple[str, str]]:
    for why, names in _FOLDERS.items():
        for name in names:
            yield from ((why, text) for text in _folders(sizes, stays, name, kept))
    for why, texts in _FILES.items():
        for text in texts:
            yield from ((why, each) for each in _single(sizes, stays, text, kept))
    for why, endings in _ENDINGS.items():
        for ending in endings:
            yield from ((why, each) for each in _single(sizes, stays, f"**/*.{ending}", kept))
    for name in (*_INFO, *_LICENSES):
        if name.removesuffix("/**").removesuffix("*") not in read:
            yield from (("dist-info", each) for each in _single(sizes, stays, f"*.dist-info/{name}", kept))


def _folders(sizes: Mapping[str, int], stays: Mapping[str, str], name: str, kept: dict[str, str]) -> list[str]:
    """`**/NAME/**` where all such folders can go, else one pattern for each package or folder that can."""
    tops: dict[str, set[str]] = {}
    blocked: dict[str, str] = {}
    for file in sizes:
        parts = file.split("/")
        if name in parts[1:-1]:  # a top-level package of that name is somebody's package
            folder = "/".join(parts[: parts.index(name, 1) + 1])
            tops.setdefault(parts[0], set()).add(folder)
            if file in stays:
                blocked.setdefault(folder, stays[file])
        elif parts[0] == name and len(parts) > 1:
            blocked.setdefault(name, "a package of that name")
    kept |= blocked
    if not blocked:
        return [f"**/{name}/**"] if tops else []
    found: list[str] = []
    for top, folders in tops.items():
        if folders.isdisjoint(blocked):
            found.append(f"{top}/**/{name}/**")
        else:
            found += [f"{folder}/**" for folder in sorted(folders - blocked.keys())]
    return found


def _single(sizes: Mapping[str, int], stays: Mapping[str, str], text: str, kept: dict[str, str]) -> list[str]:
    """A pattern where all that it takes can go, else the same below each package where it can."""
    glob = compile_glob(text)
    hit = [file for file in sizes if glob.matches(file)]
    blocked = {file: stays[file] for file in hit if file in stays}
    if not blocked or not text.startswith("**/"):
        return [text] if hit and not blocked else []
    kept |= blocked
    tops = {file.partition("/")[0] for file in hit if "/" in file}
    free = sorted(tops - {file.partition("/")[0] for file in blocked})
    return [f"{top}/{text}" for top in free]
