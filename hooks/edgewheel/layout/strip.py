"""What never belongs in an upload, by its name, and what the project's own patterns add and take back."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.repository.ignores import checked
from edgewheel.repository.walk import TEST_FILES, TEST_FOLDERS

if TYPE_CHECKING:
    from collections.abc import Callable


class Default(NamedTuple):
    """A pattern for one name, with at most one star, compared with case as the edge does. `folder`: folders only."""

    pattern: str
    why: str
    folder: bool = False


TESTS = "tests"
PATTERN = "by pattern"
DEFAULTS = (
    *(Default(each, TESTS, folder=True) for each in TEST_FOLDERS),
    *(Default(each, TESTS) for each in TEST_FILES),
    Default("__pycache__", "caches", folder=True),
    *(Default(f"*.{each}", "caches") for each in ("pyc", "pyo", "pyd")),
    *(
        Default(f".{each}", "caches", folder=True)
        for each in ("mypy_cache", "ruff_cache", "pytest_cache", "hypothesis", "ipynb_checkpoints")
    ),
    *(Default(each, "package metadata") for each in ("*.dist-info", "*.egg-info")),
    *(Default(f".{each}", "version control") for each in ("git", "hg", "svn", "bzr", "jj")),
    *(Default(f".{each}", "editor files", folder=True) for each in ("idea", "vscode", "vs", "zed", "fleet")),
    *(Default(each, "editor files") for each in (".#*", "*.swp", "*~", ".DS_Store", "Thumbs.db")),
    *(Default(each, "secrets") for each in (".env*", ".dev.vars*")),
    *(
        Default(each, "environments", folder=True)
        for each in (".venv*", ".tox", ".nox", ".wrangler", "node_modules", "python_modules")
    ),
)
_EXACT = {each.pattern: each for each in DEFAULTS if "*" not in each.pattern}
#: (head, tail, default): no expressions, since compiling them would cost each hook 15 ms
_STARRED = tuple((head, tail, each) for each in DEFAULTS for head, star, tail in [each.pattern.partition("*")] if star)
_HEADS = tuple(head for head, _, _ in _STARRED if head)
_TAILS = tuple(tail for head, tail, _ in _STARRED if not head)


def why(name: str, *, folder: bool) -> str:
    """Why a file or folder of that name is left out by default; "" where it is not."""
    exact = _EXACT.get(name)
    if exact is not None and (folder or not exact.folder):
        return exact.why
    if not name.startswith(_HEADS) and not name.endswith(_TAILS):  # nearly every name
        return ""
    for head, tail, each in _STARRED:
        if name.startswith(head) and name[len(head) :].endswith(tail) and (folder or not each.folder):
            return each.why
    return ""


class Filter:
    """The defaults with `strip` and `keep` of `[tool.edgewheel]`, which are gitignore patterns relative to the
    Worker's folder.

    A keep pattern takes back tests with everything below them. Anything else that is left out (caches, secrets, …)
    it takes back only where it names that very file or folder: keeping a package called `test` does not bring back
    the caches in it.
    """

    def __init__(self, strip: tuple[str, ...], keep: tuple[str, ...]) -> None:
        self._strip = _spec(strip)
        self._keep = _spec(keep)
        #: whether a folder that is left out may hold something that is kept
        self.searches = self._keep is not None

    def why(self, path: str, *, folder: bool, inherited: str = "") -> str:
        """Why a path relative to the Worker's folder is left out; `inherited` is the reason of the folder it is in."""
        for reason in (self._own(path, folder=folder), inherited):
            if reason and not self._keeps(path, reason, folder=folder):
                return reason
        return ""

    def _own(self, path: str, *, folder: bool) -> str:
        if found := why(posixpath.basename(path), folder=folder):
            return found
        return PATTERN if self._strip is not None and self._strip(f"{path}/" if folder else path) else ""

    def _keeps(self, path: str, reason: str, *, folder: bool) -> bool:
        if self._keep is None or not self._keep(f"{path}/" if folder else path):
            return False
        return reason == TESTS or not self._keep(f"{posixpath.dirname(path)}/")


def _spec(patterns: tuple[str, ...]) -> Callable[[str], bool] | None:
    if not patterns:
        return None
    from pathspec import GitIgnoreSpec

    checked(patterns, "[tool.edgewheel]")
    spec = GitIgnoreSpec.from_lines(patterns)
    return lambda path: bool(spec.match_file(path))
