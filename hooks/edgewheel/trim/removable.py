"""The kinds of vendored files that a Worker can do without, and what protects one of them by its name.

facts: platform 4 (93 packages): without folders named like tests no import broke, without any dist-info 13 of 91 did.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.data import facts
from edgewheel.wrangler import survivors
from edgewheel.wrangler.config import PYC
from edgewheel.wrangler.globs import compile_glob

if TYPE_CHECKING:
    from collections.abc import Mapping


class RemovableKind(NamedTuple):
    """A kind of file that may go. `folder` is the name of the folders that go as one; `quoted`: such files stay where
    their package's own code names them in a string; `compiled`: the ending of what must stand beside them.
    """

    why: str
    pattern: str
    folder: str = ""
    quoted: bool = False
    compiled: str = ""

    def unit(self, file: str) -> str:
        """What goes or stays as one: the outermost folder of that name, else the file itself."""
        parts = file.split("/")
        return "/".join(parts[: parts.index(self.folder) + 1]) if self.folder in parts[:-1] else file


_TESTS, _DOCS, _TYPES, _CACHES = "tests", "documentation", "type information", "caches"
_SOURCES, _METADATA = "sources of compiled parts", "metadata"
_ENDINGS = (
    *("c", "cc", "cpp", "cxx", "h", "hh", "hpp", "hxx", "inl", "pyx", "pxd", "pxi"),
    *("f", "f90", "f95", "for", "rs", "cu", "cuh", "a", "o", "lib"),
)
_INFO = (
    *("RECORD", "RECORD.jws", "RECORD.p7s", "WHEEL", "INSTALLER", "direct_url.json", "uv_build.json", "uv_cache.json"),
    *("zip-safe", "dependency_links.txt", "pbr.json", "licenses/**", "license_files/**", "sboms/**"),
    *("LICENSE*", "LICENCE*", "COPYING*", "NOTICE*", "AUTHORS*"),
)
#: In the order in which files are counted to them.
SHAPES = (
    *(RemovableKind(_TESTS, f"**/{name}/**", name) for name in ("tests", "test")),
    *(RemovableKind(_TESTS, f"**/{name}") for name in ("conftest.py", "test_*.py", "*_test.py")),
    *(RemovableKind(_DOCS, f"**/{name}/**", name, quoted=True) for name in ("docs", "doc", "examples", "benchmarks")),
    *(
        RemovableKind(_DOCS, f"**/{name}.{end}", quoted=True)
        for name in ("README", "CHANGELOG")
        for end in ("md", "rst", "txt")
    ),
    RemovableKind(_DOCS, "**/*.ipynb", quoted=True),
    RemovableKind(_TYPES, "*-stubs/**"),
    RemovableKind(_TYPES, "**/*.pyi"),
    RemovableKind(_CACHES, PYC),
    *(
        RemovableKind(_CACHES, f"**/{name}/**", name)
        for name in (".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__")
    ),
    RemovableKind(_CACHES, "**/.DS_Store"),
    *(RemovableKind(_SOURCES, f"**/*.{ending}", quoted=True) for ending in _ENDINGS),
    RemovableKind(_SOURCES, "**/*.po", compiled=".mo"),
    *(RemovableKind(_METADATA, f"*.dist-info/{name}") for name in _INFO),
)
#: The shapes of what Python compiles.
BYTECODE = (PYC, "**/__pycache__/**")
#: What a text holds that imports or names one of these; all others need not be read closely.
WORDS = re.compile(
    rb"\b(?:tests?|docs?|examples|benchmarks|conftest|test_\w+|\w+_test|README|CHANGELOG|attach_stub)\b|\.(?:"
    + "|".join([*_ENDINGS, "ipynb"]).encode()
    + rb")[\"']"
)


def candidates(sizes: Mapping[str, int]) -> dict[str, RemovableKind]:
    """Every file that has one of the shapes and that nothing protects by its name; bytes do not matter."""
    found: dict[str, RemovableKind] = {}
    for shape in SHAPES:
        matches = compile_glob(shape.pattern).matches
        found |= {file: shape for file in sizes if file not in found and matches(file)}
    return {file: shape for file, shape in found.items() if not reason(shape, file, sizes)}


def protected(file: str) -> str:
    """Why a file stays, by its name alone; "" for one that may go."""
    if why := survivors.needed(file)[1] or survivors.public(file):
        return why
    if (match := survivors.metadata(file)) is None:
        return ""
    told = facts("metadata_readers")
    package = told["packages"].get(match[0])
    if package is not None and match[1] in package["reads"]:
        return str(package["why"])
    return "packages read it" if match[1] in told["keep"] else ""


def reason(shape: RemovableKind, file: str, sizes: Mapping[str, int]) -> str:
    """Why a file of a shape stays, by what it is called and what stands beside it; "" for one that may go."""
    if shape.compiled and file.rpartition(".")[0] + shape.compiled not in sizes:
        return f"no `{shape.compiled}` stands beside it"
    return protected(file)
