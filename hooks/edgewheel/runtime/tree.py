"""An upload as the runtime's import system sees it: names are paths, folders are implicit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Where vendored packages stand in an upload.
VENDORED = "python_modules"
#: Where they stood before that: on `sys.path` by the runtime for dates before 2025-08-11, else by the Worker's code.
_VENDOR = "vendor"


class Spec(NamedTuple):
    """Where a module was found. Kinds: `module`, `package`, `extension`, `namespace` (no file of its own).

    `file` is the upload name of its code, `folders` are those in which its submodules are looked for.
    """

    kind: str
    file: str
    folders: tuple[str, ...] = ()


class Tree:
    """The files of an upload and the folders that they imply."""

    def __init__(self, names: Iterable[str], python: tuple[int, int]) -> None:
        self.files = frozenset(names)
        folders: set[str] = {""}
        for name in self.files:
            folder = name.rpartition("/")[0]
            while folder not in folders:
                folders.add(folder)
                folder = folder.rpartition("/")[0]
        self.folders = frozenset(folders)
        #: the order in which CPython's finder tries them
        self.suffixes = (f".cpython-{python[0]}{python[1]}-wasm32-emscripten.so", ".so", ".py", ".pyc")

    def is_vendored(self, name: str) -> bool:
        """Whether a file is of a package of others: below python_modules, or below a `vendor/` that is no package."""
        if name.startswith(f"{_VENDOR}/"):
            return f"{_VENDOR}/__init__.py" not in self.files
        return name.startswith(f"{VENDORED}/")

    def find(self, name: str, roots: Sequence[str]) -> Spec | None:
        """What `import name` finds in the first of the folders that has it; parts of a namespace are merged."""
        portions: list[str] = []
        for root in roots:
            path = f"{root}/{name}" if root else name
            is_folder = path in self.folders
            if is_folder and (file := self._file(f"{path}/__init__")):
                return Spec("extension" if file.endswith(".so") else "package", file, (path,))
            if file := self._file(path):
                return Spec("extension" if file.endswith(".so") else "module", file)
            if is_folder:
                portions.append(path)
        return Spec("namespace", "", tuple(portions)) if portions else None

    def _file(self, stem: str) -> str:
        for suffix in self.suffixes:
            if stem + suffix in self.files:
                return stem + suffix
        return ""

    def top_level(self, root: str) -> list[str]:
        """The names that can be imported from a root, sorted; folders without any code in them left out."""
        prefix = f"{root}/" if root else ""
        found: set[str] = set()
        for name in self.files:
            if name.startswith(prefix) and name.endswith((".py", ".so", ".pyc")):
                first = name[len(prefix) :].partition("/")[0]
                found.add(first.partition(".")[0])
        return sorted(name for name in found if name.isidentifier())


def module_name(name: str, roots: Sequence[str] = ("",)) -> str:
    """The dotted name under which a root imports a `.py` of an upload: `a.b` of `a/b.py` and `a/b/__init__.py`."""
    for root in roots:
        if root and name.startswith(f"{root}/"):
            name = name[len(root) + 1 :]
            break
    stem = name.removesuffix(".py")
    return ("" if stem == "__init__" else stem.removesuffix("/__init__")).replace("/", ".")


def spec_of(name: str) -> Spec:
    """The spec of a `.py` that is known by its upload name."""
    if name.endswith("/__init__.py"):
        return Spec("package", name, (name.removesuffix("/__init__.py"),))
    return Spec("module", name)
