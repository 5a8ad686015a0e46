"""What is vendored: the distributions in `python_modules`, with their files as they stand on the disk.

facts: pywrangler 1.17.9 copies a whole site-packages there, `*.dist-info` with its RECORD included
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.requirements.metadata import importable, metadata, recorded
from edgewheel.requirements.requirement import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edgewheel.repository.disk import Disk
    from edgewheel.requirements.requirement import Requirement


class Distribution(NamedTuple):
    """An installed distribution. `info` is the name of its `*.dist-info` folder; `files` are those of its RECORD that
    are there, relative to python_modules, with their bytes in `sizes`; `gone` are the others.
    """

    name: str
    version: str
    info: str
    files: tuple[str, ...]
    gone: tuple[str, ...]
    requires: tuple[Requirement, ...]
    summed: int

    @property
    def tops(self) -> tuple[str, ...]:
        """The names that it is imported as: its top folders and modules."""
        return tuple(sorted({importable(file) for file in self.files} - {""}))


class Vendored(NamedTuple):
    """All of python_modules: `folder` is its absolute path, `sizes` the bytes of every file by its relative name,
    `owners` the distribution that a file belongs to.
    """

    folder: str
    distributions: tuple[Distribution, ...]
    sizes: dict[str, int]
    owners: dict[str, str]


def read(disk: Disk, folder: str) -> Vendored:
    """A python_modules folder; empty where there is none. `Worker.vendored` keeps the Worker's."""
    sizes = {name: disk.size(posixpath.join(folder, name)) for name in _files(disk, folder, "")}
    infos = [entry.name for entry in disk.scan(folder) if entry.name.endswith(".dist-info")]
    found = tuple(each for info in infos for each in _distribution(disk, folder, info, sizes))
    owners = {file: each.name for each in found for file in each.files}
    return Vendored(folder, found, sizes, owners)


def _files(disk: Disk, folder: str, below: str) -> Iterator[str]:
    for entry in disk.scan(posixpath.join(folder, below)):
        name = f"{below}/{entry.name}" if below else entry.name
        if entry.kind in {"dir", "link-dir"} and below.count("/") < 40:  # a link that leads to itself ends, too
            yield from _files(disk, folder, name)
        elif entry.kind in {"file", "link-file"}:
            yield name


def _distribution(disk: Disk, folder: str, info: str, sizes: dict[str, int]) -> Iterator[Distribution]:
    def read(name: str) -> bytes:
        return disk.read(posixpath.join(folder, info, name)) if f"{info}/{name}" in sizes else b""

    told = metadata(read("METADATA"))
    name, _, version = info.removesuffix(".dist-info").partition("-")
    listed = list(recorded(read("RECORD"))) or [file for file in sizes if file.startswith(f"{info}/")]
    files = tuple(file for file in listed if file in sizes)
    yield Distribution(
        name=normalize(told.name or name),
        version=told.version or version,
        info=info,
        files=files,
        gone=tuple(file for file in listed if file not in sizes and _matters(file)),
        requires=told.requires,
        summed=sum(sizes[file] for file in files),
    )


def _matters(file: str) -> bool:
    """Whether a missing file means a broken package; caches and what installers write come and go."""
    return "__pycache__" not in file and not file.startswith("bin/") and ".dist-info/" not in file
