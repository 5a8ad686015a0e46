"""A built wheel as its zip directory tells it: names and sizes, a few heads read, nothing unpacked."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.repository import zipped
from edgewheel.requirements.metadata import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import BinaryIO

    from edgewheel.repository.provenance import WheelOrigin

#: No head that is read here is longer; what a zip says of its own sizes may be a lie.
_HEAD_BYTES = 1 << 20
_KEY_ENDS = (".pem", ".key", ".p8", ".asc", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519")


class Wheel(NamedTuple):
    """One wheel. `sizes` maps every file in it to its bytes unpacked, in the zip's own order."""

    #: absolute posix path
    path: str
    #: the distribution's name as the file name has it (`forge_backend`)
    name: str
    version: str
    #: the tags of the file name (`("py3-none-any",)`), a compressed set taken apart
    tags: tuple[str, ...]
    sizes: Mapping[str, int]
    #: names that stand in the zip more than once
    repeated: tuple[str, ...] = ()
    #: of METADATA; "" where it says nothing
    requires_python: str = ""
    #: the text of `worker.py`; "" where there is none
    entry_text: str = ""
    #: files whose content begins as a private key does
    private_keys: tuple[str, ...] = ()
    #: HATCH_BUILD_NO_HOOKS is set, so that hatchling leaves out every hook
    hooks_off: bool = False
    #: None for a wheel whose project is not known
    project: WheelOrigin | None = None

    def namespaces(self) -> tuple[str, ...]:
        """The folders whose names stay in imports: the project's, else those that `worker.py` imports from,
        else every package at the top.
        """
        if self.project is not None:
            return (self.project.namespace,)
        tops = {name.partition("/")[0] for name in self.sizes if name.endswith(".py") and "/" in name}
        tops = {top for top in tops if not top.endswith((".data", ".dist-info"))}
        imported = {module.partition(".")[0] for module in self.imported_by_entry()}
        return tuple(sorted(tops & imported or tops))

    def imported_by_entry(self) -> tuple[str, ...]:
        """The modules that `worker.py` imports names from, in order; as the generated one writes it."""
        found: dict[str, None] = {}
        for line in self.entry_text.split("\n"):
            words = line.split()
            # `from src.main import Default`, `import src.main as _entry`
            if [line[:5], *words[2:3]] == ["from ", "import"] or [line[:7], *words[2:4]] == ["import ", "as", "_entry"]:
                found[words[1]] = None
        return tuple(found)


def read(path: str, *, hooks_off: bool = False) -> Wheel:
    """The wheel at an absolute posix path; CouldNotRun for what is no readable zip or has no wheel's name."""
    file_name = path.rpartition("/")[2]
    parts = _parts(file_name)
    if not parts:
        raise CouldNotRun(f"`{file_name}` is not a wheel's name: `name-version-python-abi-platform.whl`")
    try:
        if not stat.S_ISREG(mode := os.stat(path).st_mode) and not stat.S_ISDIR(mode):
            raise CouldNotRun(f"`{path}` cannot be read: it is not a file")  # a FIFO would be waited for
        with open(path, "rb") as file:
            return _read(path, parts, file)._replace(hooks_off=hooks_off)
    except zipped.Damaged as error:
        raise CouldNotRun(f"`{path}` is not a wheel: {error}") from None
    except OSError as error:
        raise CouldNotRun(f"`{path}` cannot be read: {error.strerror or error}") from None


def _parts(file_name: str) -> list[str]:
    """Name, version and tags of `{name}-{version}(-{build})?-{python}-{abi}-{platform}.whl`; none of another name.
    facts: binary distribution format 1.0
    """
    parts = file_name.removesuffix(".whl").split("-")
    if len(parts) == 6 and parts[2][:1].isdigit():
        del parts[2]
    well = file_name.endswith(".whl") and len(parts) == 5 and all(parts) and len(file_name.split()) == 1
    return parts if well else []


def _read(path: str, parts: list[str], file: BinaryIO) -> Wheel:
    directory = zipped.directory(file)
    if zipped.is_encrypted(directory):
        raise zipped.Damaged("its files are encrypted, and no installer unpacks them")
    sizes = {name: size for name, size, _ in directory.members if not name.endswith("/")}
    places = {name: at for name, _, at in directory.members}

    def text(name: str) -> str:
        found = zipped.head(file, directory, places[name], _HEAD_BYTES) if name in sizes else b""
        return found.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")

    heads = (name for name in sizes if name.endswith(".dist-info/METADATA") and name.count("/") == 1)
    return Wheel(
        path,
        parts[0],
        parts[1],
        tuple(
            f"{python}-{abi}-{platform}"
            for python in parts[2].split(".")
            for abi in parts[3].split(".")
            for platform in parts[4].split(".")
        ),
        sizes,
        _repeated(name for name, _, _ in directory.members) if len(directory.members) > len(sizes) else (),
        metadata(text(next(heads, "")).encode()).requires_python,
        text("worker.py"),
        tuple(name for name in sizes if name.endswith(_KEY_ENDS) and "PRIVATE KEY-----" in text(name)),
    )


def _repeated(names: Iterable[str]) -> tuple[str, ...]:
    seen: set[str] = set()
    found: dict[str, None] = {}
    for name in names:
        if name in seen:
            found[name] = None
        seen.add(name)
    return tuple(found)
