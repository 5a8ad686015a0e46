"""One Worker: its folder, its wrangler configs, its pyproject.toml, parsed once."""

from __future__ import annotations

import posixpath
from functools import cached_property
from typing import TYPE_CHECKING, Final

from edgewheel.repository.checkout import Checkout
from edgewheel.repository.settings import Settings, are_written

if TYPE_CHECKING:
    from edgewheel.documents.document import Document
    from edgewheel.repository.disk import Disk
    from edgewheel.repository.git import Repository
    from edgewheel.repository.requirements import Requirements
    from edgewheel.repository.vendored import Vendored

#: In wrangler's own order of preference. facts: wrangler 4.164.0, three find-up searches
CONFIG_NAMES: Final = ("wrangler.json", "wrangler.jsonc", "wrangler.toml")


class Worker:
    """A folder with a wrangler config. Attributes are read-only; what costs a read is read when first asked for."""

    def __init__(  # noqa: PLR0913 - what the search for it has found, by keyword
        self,
        root: str,
        *,
        disk: Disk | None = None,
        checkout: Checkout | None = None,
        config: str = "",
        config_given: str = "",
        repository: str = "",
        env: str | None = None,
        top: str = "",
        redirected: bool = False,
    ) -> None:
        #: absolute posix path of the folder of the config
        self.root: Final = root
        #: what it shares with the other Workers of the run; `disk` makes one of its own
        self.checkout: Final = checkout or Checkout(disk)
        self.disk: Final = self.checkout.disk
        #: absolute posix path of the repository's top, "" outside one; nothing above it is the Worker's
        self.repository: Final = repository
        #: the one environment to judge; None for the top level and all of them
        self.env: Final = env
        self._config: Final = config
        #: `--config` as it was given, "" for a config that was found
        self.config_given: Final = config_given
        #: the folder that was asked for: outside a repository nothing above it is the Worker's
        self.top: Final = top or root
        #: whether a build tool has put its own config in the place of the user's
        self.redirected: Final = redirected

    @cached_property
    def config(self) -> Document:
        """The config that wrangler takes in this folder (or the one that was named)."""
        path = self._config or next(path for path in self.config_paths)
        return self.document(path)

    @cached_property
    def config_paths(self) -> tuple[str, ...]:
        """All wrangler configs of the folder, wrangler's choice first."""
        names = {entry.name for entry in self.disk.scan(self.root) if entry.kind in {"file", "link-file"}}
        return tuple(self.path(name) for name in CONFIG_NAMES if name in names)

    @cached_property
    def pyproject(self) -> Document | None:
        """The nearest pyproject.toml upwards, as pywrangler looks, but not above the repository; outside one, not
        above the folder that was asked for.
        """
        folder, highest = self.root, self.repository or self.top
        while True:
            path = posixpath.join(folder, "pyproject.toml")
            if self.disk.is_file(path):
                return self.document(path)
            if folder == highest or posixpath.dirname(folder) == folder:
                return None
            folder = posixpath.dirname(folder)

    @cached_property
    def settings(self) -> Settings:
        if not are_written(self.pyproject):
            return Settings()
        from edgewheel.repository.settings_shapes import read

        return read(self.pyproject)

    @cached_property
    def requirements(self) -> Requirements:
        from edgewheel.repository import requirements

        return requirements.read(self)

    @cached_property
    def vendored(self) -> Vendored:
        """python_modules beside the wrangler config; empty where there is none."""
        from edgewheel.repository import vendored

        return vendored.read(self.disk, self.path("python_modules"))

    @cached_property
    def git(self) -> Repository:
        """What version control says of the files around the Worker, asked once for all Workers of a run."""
        from edgewheel.repository.git import ignoring

        return self.checkout.git(self.repository or ignoring(self.root), versioned=bool(self.repository))

    def path(self, *parts: str) -> str:
        """An absolute path from one relative to the Worker's folder."""
        return posixpath.normpath(posixpath.join(self.root, *parts))

    def shown(self, path: str) -> str:
        """An absolute path as the Worker's people write it: relative to its folder."""
        inside = f"{self.root}/"
        return path[len(inside) :] if path.startswith(inside) else posixpath.relpath(path or self.root, self.root)

    def document(self, path: str) -> Document:
        """A TOML or JSONC file of the project, parsed once."""
        return self.checkout.document(path)

    def line(self, path: str, number: int) -> str:
        """One line (from 1) of a file of the project, without its end; "" where there is none."""
        return self.checkout.line(path, number)
