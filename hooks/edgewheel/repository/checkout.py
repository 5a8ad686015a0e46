"""What the Workers of one run share: the disk, parsed documents, git's answers. Each is read or asked once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from edgewheel.documents.document import Document, parse
from edgewheel.repository.disk import Disk

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from edgewheel.repository.commit import Commit
    from edgewheel.repository.git import Repository

_T = TypeVar("_T")


class Checkout:
    """The files that one run looks at, with the repositories that they are in."""

    def __init__(self, disk: Disk | None = None) -> None:
        self.disk = disk or Disk()
        self._documents: dict[str, Document] = {}
        self._lines: dict[str, list[bytes]] = {}
        self._commits: dict[str, Commit | None] = {}
        self._repositories: dict[str, Repository] = {}
        self._unseen: list[str] = []
        self._facts: dict[Hashable, Any] = {}

    def document(self, path: str) -> Document:
        """A TOML or JSONC file, parsed once."""
        if (known := self._documents.get(path)) is None:
            known = self._documents[path] = parse(path, self.disk.read(path))
        return known

    def line(self, path: str, number: int) -> str:
        """One line (from 1) of a file, without its end; "" where there is none."""
        if (known := self._lines.get(path)) is None:
            known = self._lines[path] = self.disk.read(path).splitlines() if self.disk.is_file(path) else []
        return known[number - 1].decode("utf-8", "replace") if 0 < number <= len(known) else ""

    def once(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What a fact of the files is, worked out for the first Worker that asks by this key."""
        if key not in self._facts:
            self._facts[key] = make()
        return self._facts[key]  # type: ignore[no-any-return]

    def commit(self, repository: str) -> Commit | None:
        """The commit at hand of a repository (absolute posix path of its top); None where there is no git."""
        if repository not in self._commits:
            from edgewheel.repository.commit import NotAsked, read

            try:
                self._commits[repository] = read(repository)
            except NotAsked as why:
                self._commits[repository] = None
                self._unseen.append(f"what this commit takes away was not looked at, for EW201: {why}")
        return self._commits[repository]

    def git(self, top: str, *, versioned: bool) -> Repository:
        """What version control says of a folder's files; not `versioned`: there is no `.git`."""
        if top not in self._repositories:
            from edgewheel.repository.git import Repository

            self._repositories[top] = Repository(self.disk, top, versioned=versioned)
        return self._repositories[top]

    @property
    def notes(self) -> list[str]:
        """What people must know of repositories that git gave no answer for."""
        return [*(each.note for each in self._repositories.values() if each.note), *self._unseen]
