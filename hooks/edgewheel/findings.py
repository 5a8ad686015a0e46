"""What a rule says about a Worker, and the one way to say that a command could not run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Place(NamedTuple):
    """Where something stands: an absolute posix path, line and column from 1 (0: the file as a whole)."""

    path: str
    line: int = 0
    column: int = 0


class Edit(NamedTuple):
    """A stretch of a file and what replaces it: absolute posix path, offsets into its text (characters; a byte order
    mark does not count), new text. A file that does not exist is made.
    """

    path: str
    start: int
    end: int
    text: str


class Cause(NamedTuple):
    """What one edit ends: where that edit is made, and what is wrong there, in words that hold for each of its findings
    ("": the words of the first). `key` is stamped by the runner and is the same for all of them, in every run.
    """

    place: Place
    message: str = ""
    key: str = ""


class Finding(NamedTuple):
    """One trouble. A rule fills message, place and fix (a command or text to paste), and a level where it differs from
    the rule's own; `edits` do what `fix` says where that needs no decision. A rule that knows the end of the place or
    the cause fills these, too. Code and worker (absolute posix path of its folder) are stamped by the runner, and end
    and cause where the rule has left them out.
    """

    message: str
    place: Place
    fix: str = ""
    level: str = ""
    code: str = ""
    worker: str = ""
    edits: tuple[Edit, ...] = ()
    #: behind the last character, from 1; 0 for a file as a whole
    end_line: int = 0
    end_column: int = 0
    cause: Cause | None = None


class ParseProblem(NamedTuple):
    """Why a text could not be parsed, and where (line and column from 1)."""

    message: str
    line: int = 0
    column: int = 0


class CouldNotRun(Exception):  # noqa: N818 - it is no error of the program's: the edge prints it and exits with 2
    """A command cannot do its work: bad arguments, a file that is not there, a tool that is missing."""


def meant(word: str, known: Iterable[str]) -> str:
    """` (did you mean `x`?)` for a word that is close to a known one, else nothing."""
    from difflib import get_close_matches

    known = list(known)
    lower = {each.lower(): each for each in known}
    close = get_close_matches(word.lower(), lower, 1, 0.6) if word else []
    return f" (did you mean `{lower[close[0]]}`?)" if close else ""
