"""One Worker: its folder, its wrangler configs, its pyproject.toml, parsed once."""

from __future__ import annotations

import posixpath
from functools import cached_property
from typing import TYPE_CHECKING, Final

from edgewheel.documents.document import Document, parse
from edgewheel.repository.disk import Disk
from edgewheel.repository.settings import Settings, are_written

if TYPE_CHECKING:
    from edgewheel.repository.requirements import Requirements

#: In wrangler's own order of preference. facts: wrangler 4.164.0, three find-up searches
CONFIG_NAMES: Final = ("wrangler.json", "wrangler.jsonc", "wrangler.toml")


class Worker:
    """A folder with a wrangler config. Attributes are read-only; what costs a read is read when first asked for."""

    def __init__(
        self, root: str, *, disk: Disk | None = None, config: str = "", repository: str = "", env: str | None = None
    ) -> None:
        #: absolute posix path of the folder of the config
        self.root: Final = root
        self.disk: Final = disk or Disk()
        #: absolute posix path of the repository's top, "" outside one; nothing above it is the Worker's
        self.repository: Final = repository
        #: the one environment to judge; None for the top level and all of them
        self.env: Final = env
        self._config: Final = config
        #: `--config` as it was given, "" for a config that was found
        self.config_given = ""
        #: the folder that was asked for: outside a repository nothing above it is the Worker's
        self.top = root
        #: whether a build tool has put its own config in the place of the user's
        self.redirected = False
        #: whether the environment in question comes from CLOUDFLARE_ENV, not from `--env`
        self.env_by_variable = False

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

    def path(self, *parts: str) -> str:
        """An absolute path from one relative to the Worker's folder."""
        return posixpath.normpath(posixpath.join(self.root, *parts))

    def document(self, path: str) -> Document:
        """A TOML or JSONC file of the project, parsed once."""
        if (known := self._documents.get(path)) is None:
            known = self._documents[path] = parse(path, self.disk.read(path))
        return known

    def line(self, path: str, number: int) -> str:
        """One line (from 1) of a file of the project, without its end; "" where there is none."""
        if (known := self._lines.get(path)) is None:
            known = self._lines[path] = self.disk.read(path).splitlines() if self.disk.is_file(path) else []
        return known[number - 1].decode("utf-8", "replace") if 0 < number <= len(known) else ""

    @cached_property
    def _lines(self) -> dict[str, list[bytes]]:
        return {}

    @cached_property
    def _documents(self) -> dict[str, Document]:
        return {}
