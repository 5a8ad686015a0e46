"""Modules, and how wrangler finds them among the files of a walk.

facts: wrangler 4.42.2 and 4.164.0: every rule, every glob, in order; the first match reads the file and gives the type.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.wrangler.globs import any_match, compile_glob, compile_old_glob
from edgewheel.wrangler.rules import MODULE_TYPES
from edgewheel.wrangler.walk import ForbiddenPath, MissingPath, Refused, as_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from edgewheel.repository.disk import Disk
    from edgewheel.wrangler.config import ModuleRule
    from edgewheel.wrangler.globs import Glob
    from edgewheel.wrangler.walk import Found


class Module(NamedTuple):
    """One module: its name in the upload, wrangler's type for it, bytes, the real file ("" for a generated one), and
    where it stands on the disk that was walked; both absolute.
    """

    name: str
    type: str
    size: int
    source: str
    path: str = ""


class Warnings:
    """What wrangler has printed so far."""

    def __init__(self, warnings: list[str]) -> None:
        self.warnings = warnings
        self.duplicates: list[str] = []


def first_match(patterns: Sequence[Glob]) -> Callable[[str], bool]:
    """A test that stops where wrangler stops: at a pattern that is none, unless one before it matches."""

    def excluded(name: str) -> bool:
        for glob in patterns:
            if glob.error is not None:
                raise Refused(glob.error)
            if glob.matches(name):
                return True
        return False

    return excluded


def unshadowed(walk: Iterable[Found], removed: Sequence[ModuleRule], seen: set[str], *, old: bool) -> Iterator[Found]:
    """The walk, which ends behind a file that a switched-off rule names: the old versions refuse it, the newer ones
    look, at a file that no other rule took, and stop at a pattern that is none.
    """
    if not removed:
        yield from walk
        return
    globs = [(compile_old_glob(glob) if old else compile_glob(glob), rule) for rule in removed for glob in rule.globs]
    for each in walk:
        yield each
        name = as_node(each[0])
        for glob, rule in globs if old or name not in seen else ():
            if glob.error is not None:
                raise Refused(glob.error)
            if old and glob.matches(name):
                raise Refused(
                    f"The file {name} matched a module rule in your configuration ({rule.text}), but was ignored "
                    "because a previous rule with the same type was not marked as `fallthrough = true`."
                )


def match(
    disk: Disk, walk: Iterable[Found], rules: Sequence[ModuleRule], said: Warnings, seen: set[str]
) -> Iterator[Module]:
    """The files that a rule names: the first match gives the type, every further one is a duplicate. Their names are
    added to `seen`.
    """
    typed = [(rule, MODULE_TYPES[rule.type]) for rule in rules if rule.type in MODULE_TYPES]  # of others there are none
    tests = [(compile_glob(glob), type_) for rule, type_ in typed for glob in rule.globs]
    sound = list(takewhile(lambda test: test[0].error is None, tests))
    wanted = any_match(glob for glob, _ in sound)
    for raw, path, kind in walk:
        name = raw if raw.isascii() and "\\" not in raw else as_node(raw)
        if wanted(name):
            types = [type_ for glob, type_ in sound if glob.matches(name)] if len(sound) > 1 else [sound[0][1]]
            if name not in seen:
                seen.add(name)
                yield Module(name, types.pop(0), _size(disk, path, kind, raw, name), disk.source(path), path)
            said.duplicates += [f"{name} ({type_})" for type_ in types]
        if len(sound) < len(tests):  # a pattern that is none stops wrangler when its turn comes
            raise Refused(tests[len(sound)][0].error or "")


def _size(disk: Disk, path: str, kind: str, raw: str, name: str) -> int:
    """Bytes of a file that wrangler reads; `name` is what Node makes of the name `raw`, by which it looks again."""
    if raw != name:
        path = path[: -len(raw)] + name
        kind = disk.kind(path) or "link-broken"
        kind = "link-dir" if kind == "dir" else kind
    if kind == "link-dir":
        raise Refused("EISDIR: illegal operation on a directory, read")
    if kind == "link-broken":
        raise unread(disk, path)
    if kind == "other":
        raise Refused(f"`{path}` is not a regular file: wrangler would read from it without end")
    try:
        return disk.size(path)
    except CouldNotRun:
        raise unread(disk, path) from None


def unread(disk: Disk, path: str) -> Refused:
    """Why a file could not be read: it is gone, forbidden, or a link that leads back to itself."""
    if disk.loops(path):
        return Refused(f"ELOOP: too many symbolic links encountered, open '{path}'")
    return ForbiddenPath("open", path) if disk.kind(path) == "file" else MissingPath("open", path)
