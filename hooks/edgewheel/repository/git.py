"""What version control says of a repository's files: ignored and by which line, tracked, or not added yet.

git is asked once for the folder of the first question and once more, for the whole repository, where others follow.
Where git gives no answer (not installed, no `.git`, another owner's folder) the `.gitignore` files are read instead.
"""

from __future__ import annotations

import os
import posixpath
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.repository.ignores import NAME, IgnoreRule, Ignores, git_folder, indexed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edgewheel.repository.conversation import IgnoreQuestions
    from edgewheel.repository.disk import Disk

#: Variables that name a repository or its parts: git sets them for its hooks, relative to another folder.
_REPOSITORY = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")
NOT_TRUSTED = "dubious ownership"


class _Listed(NamedTuple):
    """The files below `folder` that no commit holds, as absolute paths; an ignored folder ends with `/`."""

    folder: str
    ignored: frozenset[str]
    new: frozenset[str]


class Repository:
    """The answers about one work tree. `top` is its absolute posix path, "" where there is neither a repository nor
    an ignore file.
    """

    def __init__(self, disk: Disk, top: str, *, versioned: bool) -> None:
        self.top = top
        self._disk = disk
        #: why git gives no answer, "" as long as it does
        self.trouble = "" if versioned else "there is no `.git`"
        self._listed: list[_Listed] = []
        self._rules: dict[str, IgnoreRule | None] = {}
        self._questions: IgnoreQuestions | None = None

    @property
    def answers(self) -> bool:
        """Whether git answers for this folder; it is asked where it was not yet."""
        if not self.trouble and not self._listed and not self._rules:
            self.rule(f"{self.top}/{NAME}")
        return not self.trouble

    def look(self, folder: str) -> None:
        """Says which folder the next questions are about, so that git walks no more than that."""
        if not self.trouble and not any(_is_below(folder, each.folder) for each in self._listed):
            self._list(self.top if self._listed else folder)

    def is_ignored(self, path: str) -> bool:
        """Whether an existing file is ignored and not tracked."""
        if (listed := self._of(path)) is not None:
            return _is_within(path, listed.ignored)
        return bool(self._read and self._read.rule(path))

    def ignored(self, folder: str, paths: Iterable[str]) -> frozenset[str]:
        """Those of existing files, most of them below a folder, that are ignored and not tracked."""
        self.look(folder)
        return frozenset(path for path in paths if self.is_ignored(path))

    def is_new(self, path: str) -> bool:
        """Whether an existing file is neither tracked nor ignored; False where git gives no answer."""
        listed = self._of(path)
        return listed is not None and path in listed.new

    def is_tracked(self, path: str) -> bool:
        """Whether git holds an existing file; False where git gives no answer."""
        listed = self._of(path)
        return listed is not None and path not in listed.new and not _is_within(path, listed.ignored)

    def holds(self, path: str) -> bool:
        """Whether the index has a file, on the disk or not."""
        return path[len(self.top) + 1 :] in self._index

    def rule(self, path: str) -> IgnoreRule | None:
        """The line that makes git ignore a path, there or not; a path that ends with `/` is a folder's."""
        if path not in self._rules:
            self._rules[path] = self._ask(path)
        return self._rules[path]

    @property
    def note(self) -> str:
        """What people must know where git gave no answer and there are ignore rules; "" else."""
        if not self.trouble or self._read is None:
            return ""
        return f"git was not asked ({self.trouble}): the `.gitignore` files below `{self.top}` were read instead"

    @cached_property
    def _index(self) -> frozenset[str]:
        return indexed(git_folder(self.top)) if self.top else frozenset()

    @cached_property
    def _read(self) -> Ignores | None:
        return Ignores(self._disk, self.top) if self.top else None

    def _of(self, path: str) -> _Listed | None:
        if not self.trouble and not any(_is_below(path, each.folder) for each in self._listed):
            self.look(posixpath.dirname(path))
        if self.trouble:
            return None
        return next((each for each in self._listed if _is_below(path, each.folder)), None)

    def _list(self, folder: str) -> None:
        asked = (("--others", "--ignored", "--exclude-standard", "--directory"), ("--others", "--exclude-standard"))
        inside = ("--", folder[len(self.top) + 1 :]) if folder != self.top else ()
        answers = self._run(*(("--literal-pathspecs", "ls-files", "-z", *options, *inside) for options in asked))
        if answers is not None:
            ignored, new = (frozenset(f"{self.top}/{name}" for name in answer if name) for answer in answers)
            self._listed.append(_Listed(folder, ignored, new))

    def _ask(self, path: str) -> IgnoreRule | None:
        if not _is_below(path, self.top):
            return None
        told = None if self.trouble else self._told(path)
        if told is None:
            return self._read.rule(path.rstrip("/"), folder=path.endswith("/")) if self._read else None
        source, line, pattern = (*told, "", "", "")[:3]
        if not pattern or pattern.startswith("!"):
            return None
        return IgnoreRule(pattern, posixpath.join(self.top, source), int(line))

    def _told(self, path: str) -> list[str] | None:
        """What git says of a path: a process of its own for the first one, which shows whether git answers at all, and
        for one at which git stops; another process for all that follow.
        """
        if self._rules and self._questions is None and os.name == "posix":  # elsewhere nothing waits for a pipe
            from edgewheel.repository.conversation import IgnoreQuestions

            self._questions = IgnoreQuestions(["git", "-C", self.top], environment(self.top))
        told = self._questions.ask(path) if self._questions is not None else None
        if told is None:
            self._questions = None
            answers = self._run(("check-ignore", "-v", "-z", "--stdin"), given=f"{path}\0", may_fail=1)
            told = None if answers is None else answers[0]
        return told

    def _run(self, *asked: tuple[str, ...], given: str = "", may_fail: int = 0) -> list[list[str]] | None:
        """The fields that each command prints, all run at once; None, with the trouble noted, where one fails."""
        import subprocess

        running: list[subprocess.Popen[bytes]] = []
        pipe = subprocess.PIPE
        try:
            for arguments in asked:
                command = ["git", "-C", self.top, *arguments]
                running.append(
                    subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment(self.top))
                )
            done = [process.communicate(given.encode("utf-8", "surrogateescape")) for process in running]
        except OSError:  # no git on PATH, or a Python without processes (Pyodide)
            for process in running:
                process.communicate()
            self.trouble = "git is not installed"
            return None
        for process, (_, words) in zip(running, done, strict=True):
            if process.returncode not in {0, may_fail}:
                self.trouble = reason(words.decode("utf-8", "replace"))
                return None
        return [out.decode("utf-8", "surrogateescape").split("\0") for out, _ in done]


def reason(words: str) -> str:
    """Why git gave no answer, from what it printed."""
    if NOT_TRUSTED in words:
        return "the repository belongs to another user"
    first = words.strip().partition("\n")[0].removeprefix("fatal: ")
    return f"git says: {first}" if first else "git failed"


def ignoring(folder: str) -> str:
    """The highest folder, from this one up to the user's home, that has a `.gitignore`."""
    home, found = os.path.expanduser("~").replace(os.sep, "/"), ""
    while folder not in {home, posixpath.dirname(folder)}:
        if os.path.isfile(posixpath.join(folder, NAME)):
            found = folder
        folder = posixpath.dirname(folder)
    return found


def environment(top: str) -> dict[str, str]:
    """The environment for git in a repository: without what a hook of another one sets. The index that `git commit
    FILE` makes for its hooks stays.
    """
    kept = {name: value for name, value in os.environ.items() if name not in (*_REPOSITORY, "GIT_INDEX_FILE")}
    if index := os.environ.get("GIT_INDEX_FILE"):
        own = os.path.realpath(git_folder(top)) if top else ""
        if own and os.path.realpath(os.path.dirname(os.path.abspath(index))) == own:
            kept["GIT_INDEX_FILE"] = os.path.abspath(index)
    return kept


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _is_within(path: str, listed: frozenset[str]) -> bool:
    """Whether a path or a folder above it (which ends with `/`) is in a listing."""
    if path in listed:
        return True
    end = path.rfind("/")
    while end > 0:
        if path[: end + 1] in listed:
            return True
        end = path.rfind("/", 0, end)
    return False
