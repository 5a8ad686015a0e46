"""The ignore files of a repository, read without git: for a folder that git does not answer for.

facts: gitignore(5); index-format(5) of git 2.39
"""

from __future__ import annotations

import os
import posixpath
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.findings import CouldNotRun

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

    from edgewheel.repository.disk import Disk

NAME = ".gitignore"
#: of an index entry: where its flags are, and where its name begins
_FLAGS, _NAME = 60, 62
_EXTENDED = 0x4000
#: pathspec's name for the `/` after a folder that matched, with what is below it
_BELOW = "ps_d"


#: Characters of a pattern, and stars in one name of it.
_LONGEST, _STARS = 1000, 12


class IgnoreRule(NamedTuple):
    """The line that makes git ignore a path: the pattern as written, the absolute path of its file, line from 1."""

    pattern: str
    path: str
    line: int


class _Pattern(NamedTuple):
    """One line: a path that `regex` matches is ignored, or taken back; `folder`: the path of a folder only."""

    regex: re.Pattern[str]
    rule: IgnoreRule
    ignores: bool
    folder: bool


class Ignores:
    """The ignore files of one repository. A path that the index holds is never ignored, as for git."""

    def __init__(self, disk: Disk, top: str) -> None:
        """`top` is the absolute posix path of the repository."""
        self._disk = disk
        self._top = top
        self._git = git_folder(top)
        self._folders: dict[str, IgnoreRule | None] = {top: None}
        self._files: dict[str, tuple[_Pattern, ...]] = {}
        self._tracked = indexed(self._git) if self._git else frozenset()

    def rule(self, path: str, *, folder: bool = False) -> IgnoreRule | None:
        """Why an absolute path is ignored, there or not; None where it is not."""
        if self.tracks(path, folder=folder):
            return None
        return self._folder(path) if folder else self._folder(posixpath.dirname(path)) or self._own(path, folder=False)

    def tracks(self, path: str, *, folder: bool = False) -> bool:
        """Whether the index holds a file, or a file below a folder."""
        relative = path[len(self._top) + 1 :]
        if not folder:
            return relative in self._tracked
        return any(name.startswith(f"{relative}/") for name in self._tracked)

    def _folder(self, path: str) -> IgnoreRule | None:
        if not path.startswith(f"{self._top}/"):
            return None
        if path not in self._folders:
            self._folders[path] = self._folder(posixpath.dirname(path)) or self._own(path, folder=True)
        return self._folders[path]

    def _own(self, path: str, *, folder: bool) -> IgnoreRule | None:
        """The last word about one name. The nearest file comes first, the user's own last."""
        above = posixpath.dirname(path)
        while above.startswith(self._top):
            if found := self._last(f"{above}/{NAME}", path[len(above) + 1 :], folder=folder):
                return found.rule if found.ignores else None
            if above == self._top:
                break
            above = posixpath.dirname(above)
        for file in (f"{self._git}/info/exclude" if self._git else "", _users()):
            if file and (found := self._last(file, path[len(self._top) + 1 :], folder=folder)):
                return found.rule if found.ignores else None
        return None

    def _last(self, file: str, relative: str, *, folder: bool) -> _Pattern | None:
        """The last line of one file that is about a path."""
        if file not in self._files:
            self._files[file] = tuple(reversed(_read(self._disk, file)))
        if not self._files[file]:
            return None
        path = _bytes(relative)
        return next((each for each in self._files[file] if (folder or not each.folder) and _is(each, path)), None)


def _is(pattern: _Pattern, path: str) -> bool:
    """Whether a pattern is about this very path, not about a folder above it."""
    found = pattern.regex.match(path)
    return bool(found and not found.groupdict().get(_BELOW))


def _read(disk: Disk, file: str) -> list[_Pattern]:
    try:
        if os.path.islink(file) or not disk.is_file(file):  # git follows no link here
            return []
        content = disk.read(file).removeprefix(b"\xef\xbb\xbf")
    except CouldNotRun:
        return []
    from pathspec import GitIgnoreSpec

    found = []
    for number, line in enumerate(content.split(b"\n"), 1):
        text = line.removesuffix(b"\r").decode("latin-1")
        bare = text.rstrip(" ")
        bare += " " if bare.endswith("\\") and bare != text else ""
        if not bare.startswith("#"):
            checked([bare], file)
        try:
            spec = GitIgnoreSpec.from_lines([bare.rstrip("/")])
        except ValueError:  # a pattern that matches nothing
            continue
        each: Any = spec.patterns[0] if spec.patterns else None
        if each is not None and each.include is not None:
            rule = IgnoreRule(text.encode("latin-1").decode("utf-8", "replace"), file, number)
            found.append(_Pattern(each.regex, rule, each.include, bare.endswith("/")))
    return found


def checked(patterns: Iterable[str], where: str) -> None:
    """CouldNotRun for a pattern in git's dialect that would take for ever: each star of a name tries all of its rest,
    for each of the stars before it.
    """
    for pattern in patterns:
        if len(pattern) > _LONGEST or any(part.count("*") > _STARS for part in pattern.split("/")):
            shown = pattern if len(pattern) < 60 else f"{pattern[:60]}…"
            limits = f"at most {_LONGEST:,} characters, and {_STARS} `*` in a name"
            raise CouldNotRun(f"`{shown}` in `{where}` is too long a pattern: {limits}")


def _bytes(path: str) -> str:
    """A path with a character for each of its bytes: git's `?` stands for one byte."""
    return os.fsencode(path).decode("latin-1")


def _users() -> str:
    """The ignore file of the user's own that git reads where no other is configured."""
    config = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    return os.path.join(config, "git", "ignore").replace(os.sep, "/")


def git_folder(top: str) -> str:
    """The folder that git keeps for a work tree, as an absolute posix path; "" where there is none."""
    own = posixpath.join(top, ".git")
    if os.path.isdir(own):
        return own
    try:
        with open(own, encoding="utf-8") as file:
            head, _, place = file.readline().partition(":")
    except (OSError, ValueError):
        return ""
    return posixpath.normpath(posixpath.join(top, place.strip())) if head == "gitdir" else ""


def indexed(folder: str) -> frozenset[str]:
    """The names in the index of a git folder; none where it cannot be read."""
    try:
        with open(posixpath.join(folder, "index"), "rb") as file:
            return frozenset(_names(file.read()))
    except (OSError, ValueError, struct.error, IndexError):
        return frozenset()


def _names(raw: bytes) -> list[str]:
    signature, version, count = struct.unpack_from(">4sLL", raw)
    if signature != b"DIRC" or version not in {2, 3, 4}:
        raise ValueError("not an index")
    names: list[str] = []
    at, last = 12, b""
    for _ in range(count):
        start = at + _NAME + (2 if struct.unpack_from(">H", raw, at + _FLAGS)[0] & _EXTENDED else 0)
        if version == 4:
            cut, start = _number(raw, start)
            end = raw.index(b"\0", start)
            last, at = last[: len(last) - cut] + raw[start:end], end + 1
        else:
            end = raw.index(b"\0", start)
            last = raw[start:end]
            at += ((end - at) // 8 + 1) * 8
        names.append(last.decode("utf-8", "surrogateescape"))
    return names


def _number(raw: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends. facts: the OFS_DELTA encoding of pack-format(5)"""
    value = raw[at] & 0x7F
    while raw[at] & 0x80:
        at += 1
        value = ((value + 1) << 7) | (raw[at] & 0x7F)
    return value, at + 1
