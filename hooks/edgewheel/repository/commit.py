"""What the commit at hand takes away: of the index, or of the range that pre-commit names in CI."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.repository.git import NOT_TRUSTED, environment, reason

if TYPE_CHECKING:
    from edgewheel.repository.worker import Worker


class Removal(NamedTuple):
    """A file that is deleted, or renamed to `renamed` ("" else); absolute posix paths."""

    path: str
    renamed: str = ""


class Commit(NamedTuple):
    """What is taken away, and the revision that still has it: `HEAD`, or where the range begins.

    `tip` is the revision to which the range goes, "" for the index.
    """

    repository: str
    removals: tuple[Removal, ...]
    before: str = "HEAD"
    tip: str = ""

    def holds(self, folder: str) -> tuple[str, ...]:
        """The files below an absolute path as the commit leaves them, absolute too."""
        inside = posixpath.relpath(folder, self.repository)
        asked = ["ls-tree", "-r", "--name-only", self.tip] if self.tip else ["ls-files", "--cached"]
        return _paths(self.repository, _git(self.repository, *asked, "-z", "--", inside))


class NotAsked(CouldNotRun):
    """git gives no answer for the repository at all, and why."""


def at_hand(worker: Worker) -> Commit | None:
    """The commit of the Worker's repository, asked of git once; None outside a repository that git reads.

    pre-commit and prek set PRE_COMMIT_FROM_REF and PRE_COMMIT_TO_REF for `--from-ref`/`--to-ref` and for pre-push;
    then it is what lies between the two, as on a pull request; else what is staged.
    """
    return worker.checkout.commit(worker.repository) if worker.repository else None


def read(repository: str) -> Commit:
    """`at_hand`, of a repository whose top is an absolute posix path; NotAsked where git gives no answer."""
    start, tip = os.environ.get("PRE_COMMIT_FROM_REF", ""), os.environ.get("PRE_COMMIT_TO_REF", "")
    of = ["--name-status", "--find-renames", "--diff-filter=DR", "--no-ext-diff", "-z"]
    if start and tip:
        before = _git(repository, "merge-base", start, tip, missing=start).strip()
        return Commit(repository, _removals(repository, _git(repository, "diff", *of, before, tip)), before, tip)
    return Commit(repository, _removals(repository, _git(repository, "diff", "--cached", *of, needed=False)))


def _git(repository: str, *arguments: str, missing: str | None = None, needed: bool = True) -> str:
    """The output of git; where it fails, `missing` or CouldNotRun with git's own words, NotAsked where it gives no
    answer at all or is not `needed`.
    """
    import subprocess

    command = ["git", "-C", repository, "--literal-pathspecs", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False, env=environment(repository))
    except OSError:  # no git on PATH, or a Python without processes (Pyodide)
        raise NotAsked("git is not installed") from None
    said = done.stderr.decode("utf-8", "replace")
    if done.returncode and (NOT_TRUSTED in said or not needed):
        raise NotAsked(reason(said))
    if done.returncode and missing is None:
        words = said.strip().partition("\n")[0]
        raise CouldNotRun(
            f"git cannot tell what the commit of `{repository}` takes away: {words or 'it failed'}. "
            "In CI the history back to the base must be there (fetch-depth: 0)"
        )
    return done.stdout.decode("utf-8", "surrogateescape") if not done.returncode else str(missing)


def _removals(repository: str, output: str) -> tuple[Removal, ...]:
    fields = iter(output.split("\0"))
    found = []
    for status in fields:
        if status.startswith("R"):
            old, new = f"{repository}/{next(fields)}", f"{repository}/{next(fields)}"
            found.append(Removal(old, new))
        elif status:
            found.append(Removal(f"{repository}/{next(fields)}"))
    return tuple(found)


def _paths(repository: str, output: str) -> tuple[str, ...]:
    return tuple(f"{repository}/{name}" for name in output.split("\0") if name)
