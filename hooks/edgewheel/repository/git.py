"""What git says of the files below a folder: tracked, ignored, or not yet added. Nothing where there is no git."""

from __future__ import annotations

import os
import posixpath
from typing import NamedTuple


class Untracked(NamedTuple):
    """Files that no commit holds, as absolute posix paths; a folder that git ignores as a whole ends with `/`."""

    ignored: tuple[str, ...]
    new: tuple[str, ...]


def untracked(folder: str) -> Untracked | None:
    """The ignored and the new files below an absolute posix path; None outside a repository or without git."""
    asked = (("--others", "--ignored", "--exclude-standard", "--directory"), ("--others", "--exclude-standard"))
    answers = _list(folder, *asked)
    return None if answers is None else Untracked(*answers)


def tracked(folder: str) -> frozenset[str] | None:
    """The files below an absolute posix path that the index holds; None outside a repository or without git."""
    answers = _list(folder, ("--cached",))
    return None if answers is None else frozenset(answers[0])


def _list(folder: str, *asked: tuple[str, ...]) -> list[tuple[str, ...]] | None:
    """Several listings at the same time: each walks the folder by itself."""
    import subprocess

    running: list[subprocess.Popen[bytes]] = []
    try:
        for options in asked:
            command = ["git", "-C", folder, "ls-files", "-z", *options]
            running.append(
                subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment())
            )
        outputs = [process.communicate()[0] for process in running]
    except OSError:  # no git on PATH, or a Python without processes (Pyodide)
        for process in running:
            process.communicate()
        return None
    if any(process.returncode for process in running):  # no repository, or one that git does not trust
        return None
    return [
        tuple(f"{folder}/{name}" for name in output.decode("utf-8", "surrogateescape").split("\0") if name)
        for output in outputs
    ]


def _environment() -> dict[str, str]:
    """Without the repository that a hook of git's names: relative to another folder, or without its work tree."""
    return {name: value for name, value in os.environ.items() if name not in {"GIT_DIR", "GIT_WORK_TREE"}}


def is_within(path: str, listed: frozenset[str]) -> bool:
    """Whether a path or a folder above it (which ends with `/`) is in a listing."""
    if path in listed:
        return True
    end = path.rfind("/")
    while end > 0:
        if path[: end + 1] in listed:
            return True
        end = path.rfind("/", 0, end)
    return False


def is_ignored(path: str) -> bool:
    """Whether git ignores an absolute posix path, there or not; False outside a repository or without git."""
    import subprocess

    folder = path
    while not os.path.isdir(folder):
        folder = posixpath.dirname(folder)
    try:
        command = ["git", "-C", folder, "check-ignore", "-q", path]
        done = subprocess.run(
            command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment()
        )
    except OSError:  # no git on PATH, or a Python without processes (Pyodide)
        return False
    return done.returncode == 0
