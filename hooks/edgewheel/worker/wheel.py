"""A built wheel as its zip directory tells it: names and sizes, a few heads read, nothing unpacked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun
from edgewheel.worker import zipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import BinaryIO

#: `{name}-{version}(-{build})?-{python}-{abi}-{platform}.whl`. facts: binary distribution format 1.0
_FILE_NAME = re.compile(
    r"(?P<name>[^\s-]+)-(?P<version>[^\s-]+)(?:-\d[^\s-]*)?-(?P<python>[^\s-]+)-(?P<abi>[^\s-]+)-(?P<platform>[^\s-]+)\.whl"
)
#: No head that is read here is longer; what a zip says of its own sizes may be a lie.
_HEAD_BYTES = 1 << 20
_KEY_NAMES = re.compile(r"(?:^|/)(?:[^/]+\.(?:pem|key|p8|asc)|id_(?:rsa|dsa|ecdsa|ed25519))$")
_IMPORT = re.compile(r"^(?:from|import) ([A-Za-z_][\w.]*) (?:import|as _entry)\b", re.MULTILINE)
_REQUIRES_PYTHON = re.compile(r"^Requires-Python:[ \t]*(\S.*?)[ \t]*$", re.MULTILINE | re.IGNORECASE)


class Project(NamedTuple):
    """What the project that a wheel was built from says of its content; paths as in the wheel."""

    #: absolute posix path of the Worker's folder
    root: str
    #: the folder whose name stays in imports (`src`)
    namespace: str
    #: the module that holds the handlers (`src/main.py`)
    entry: str
    #: how `__init__.py` is asked for: `consistent`, `strict` or `off`
    packages: str = "consistent"
    #: patterns that `[tool.edgewheel]` takes back from the default strips
    keep: tuple[str, ...] = ()
    #: files under the namespace that belong in the wheel and that git tracks; None where git cannot tell
    tracked: frozenset[str] | None = None
    #: names that a build makes itself: the generated entry, the `__init__.py` it adds, declared artifacts
    made: frozenset[str] = frozenset()
    #: files that git does not track and does not ignore are work in progress: warned of, no error
    in_progress: frozenset[str] = frozenset()


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
    project: Project | None = None

    def namespaces(self) -> tuple[str, ...]:
        """The folders whose names stay in imports: the project's, else those that `worker.py` imports from,
        else every package at the top.
        """
        if self.project is not None:
            return (self.project.namespace,)
        tops = {name.partition("/")[0] for name in self.sizes if name.endswith(".py") and "/" in name}
        tops = {top for top in tops if not top.endswith((".data", ".dist-info"))}
        imported = {module.partition(".")[0] for module in _IMPORT.findall(self.entry_text)}
        return tuple(sorted(tops & imported or tops))

    def imported_by_entry(self) -> tuple[str, ...]:
        """The modules that `worker.py` imports names from, in order; as the generated one writes it."""
        return tuple(dict.fromkeys(_IMPORT.findall(self.entry_text)))


def read(path: str, *, hooks_off: bool = False) -> Wheel:
    """The wheel at an absolute posix path; CouldNotRun for what is no readable zip or has no wheel's name."""
    file_name = path.rpartition("/")[2]
    named = _FILE_NAME.fullmatch(file_name)
    if named is None:
        raise CouldNotRun(f"`{file_name}` is no wheel's name: `name-version-python-abi-platform.whl`")
    try:
        with open(path, "rb") as file:
            return _read(path, named, file)._replace(hooks_off=hooks_off)
    except zipped.Damaged as error:
        raise CouldNotRun(f"`{path}` is no wheel: {error}") from None
    except OSError as error:
        raise CouldNotRun(f"`{path}` cannot be read: {error.strerror or error}") from None


def _read(path: str, named: re.Match[str], file: BinaryIO) -> Wheel:
    members = zipped.directory(file)
    by_name = {member.name: member for member in members if not member.name.endswith("/")}
    sizes = {name: member.size for name, member in by_name.items()}

    def text(name: str) -> str:
        found = zipped.head(file, by_name[name], _HEAD_BYTES) if name in by_name else b""
        return found.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")

    heads = (name for name in sizes if name.endswith(".dist-info/METADATA") and name.count("/") == 1)
    requires = _REQUIRES_PYTHON.search(text(next(heads, "")).partition("\n\n")[0])
    return Wheel(
        path,
        named["name"],
        named["version"],
        tuple(
            f"{python}-{abi}-{platform}"
            for python in named["python"].split(".")
            for abi in named["abi"].split(".")
            for platform in named["platform"].split(".")
        ),
        sizes,
        _repeated(member.name for member in members) if len(members) > len(sizes) else (),
        requires[1] if requires else "",
        text("worker.py"),
        tuple(name for name in sizes if _KEY_NAMES.search(name) and "PRIVATE KEY-----" in text(name)),
    )


def _repeated(names: Iterable[str]) -> tuple[str, ...]:
    seen: set[str] = set()
    found: dict[str, None] = {}
    for name in names:
        if name in seen:
            found[name] = None
        seen.add(name)
    return tuple(found)


def same_project(name: str, other: str) -> bool:
    """Whether two spellings name one distribution (`Forge.Backend`, `forge_backend`)."""
    return _normal(name) == _normal(other)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
