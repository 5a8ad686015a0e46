"""The disk as it is once a layout is written, without writing it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from edgewheel.findings import CouldNotRun
from edgewheel.layout.plan import File
from edgewheel.repository.disk import Disk, Entry, name_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.layout.plan import Layout


class Overlay(Disk):
    """Another disk, but for one folder that holds the layout's files and nothing else, whatever stands there."""

    def __init__(self, disk: Disk, layout: Layout, target: str, *, compiled: str = "") -> None:
        """`target` is the absolute posix path of the staging folder; `compiled` the Python of which compiled files that
        are there and fit their modules stay.
        """
        super().__init__(disk.records)
        self._disk = disk
        self._target = target
        self._files: dict[str, File] = {f"{target}/{file.name}": file for file in layout.files}
        if compiled:
            self._files.update(_compiled(disk, layout, target, compiled))
        self._folders: dict[str, dict[str, str]] = {target: {}}
        for path in self._files:
            self._enter(path, "file")
        self._above: dict[str, str] = {}
        folder = target
        while posixpath.dirname(folder) != folder:
            self._above[posixpath.dirname(folder)] = posixpath.basename(folder)
            folder = posixpath.dirname(folder)

    def _enter(self, path: str, kind: str) -> None:
        folder, name = posixpath.split(path)
        if folder not in self._folders:
            self._folders[folder] = {}
            self._enter(folder, "dir")
        self._folders[folder][name] = kind

    def _is_inside(self, path: str) -> bool:
        return path == self._target or path.startswith(f"{self._target}/")

    def _file(self, path: str) -> File | None:
        """The layout's file at a path; None outside the staging folder."""
        if path not in self._files and self._is_inside(path):
            raise CouldNotRun(f"`{path}` is not in the layout")
        return self._files.get(path)

    def scan(self, path: str) -> tuple[Entry, ...]:
        if self._is_inside(path):
            entries = [Entry(name, kind) for name, kind in self._folders.get(path, {}).items()]
            return tuple(sorted(entries, key=name_bytes))
        found = self._disk.scan(path)
        name = self._above.get(path)
        if name is None or any(entry.name == name and entry.kind == "dir" for entry in found):
            return found
        others = [entry for entry in found if entry.name != name]
        return tuple(sorted([*others, Entry(name, "dir")], key=name_bytes))

    def kind(self, path: str) -> str | None:
        if not self._is_inside(path):
            return "dir" if path in self._above else self._disk.kind(path)
        if path in self._files:
            return "file"
        return "dir" if path in self._folders else None

    def size(self, path: str) -> int:
        if (file := self._file(path)) is None:
            return self._disk.size(path)
        return self._disk.size(file.source) if file.content is None else len(file.content)

    def read(self, path: str) -> bytes:
        if (file := self._file(path)) is None:
            return self._disk.read(path)
        return self._disk.read(file.source) if file.content is None else file.content

    def source(self, path: str) -> str:
        file = self._file(path)
        return self._disk.source(path) if file is None else file.source

    def real(self, path: str) -> str:
        return path if self._is_inside(path) else self._disk.real(path)


def _compiled(disk: Disk, layout: Layout, target: str, python: str) -> Iterator[tuple[str, File]]:
    from edgewheel.runtime.bytecode import compiled_name, fits

    for file in layout.files:
        path = f"{target}/{compiled_name(file.name, python)}"
        if file.name.endswith(".py") and disk.is_file(path):
            source = disk.read(file.source) if file.content is None else file.content
            if fits(disk.read(path), source, python):
                yield path, File(path.removeprefix(f"{target}/"), path)
