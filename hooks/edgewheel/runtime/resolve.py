"""Where the runtime finds a module: standard library, python_modules, its own packages, then the project."""

from __future__ import annotations

import re
from itertools import accumulate, islice
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.runtime.tree import VENDORED, Spec, Tree
from edgewheel.sources import records

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from edgewheel.runtime.library import Library
    from edgewheel.sources.modules import Modules
    from edgewheel.sources.records import Import


_NEEDS = re.compile(r"needs `([\w.]+)`")
#: Packages of Pyodide's whose submodules are no matter of the standard library's list.
_OPEN = frozenset(("pyodide", "_pyodide", "pyodide_js", "__main__"))


class Step(NamedTuple):
    """One module of a dotted name. `spec` is None for what is no file of the upload (standard library, platform,
    a declared dependency, a trick that only running tells).
    """

    name: str
    spec: Spec | None = None


class FailedImport(NamedTuple):
    """What the import statement raises: the error's class, what was not found, the text."""

    error: str
    name: str
    message: str


class Resolver:
    """The search order over one upload; `sys.path` and `sys.modules` grow as modules are executed."""

    def __init__(  # noqa: PLR0913 - by keyword
        self,
        tree: Tree,
        modules: Modules,
        library: Library,
        *,
        declared: Callable[[str], bool] = lambda _: False,
        shared: Callable[[str], bool] = lambda _: False,
        roots: Collection[str] = (),
    ) -> None:
        self.tree = tree
        self.modules = modules
        self.library = library
        self.declared = declared
        self.shared = shared
        self.first: list[str] = []
        self.vendored = [VENDORED, *_pth_roots(tree, modules)]
        self.project = [*roots, ""]
        self.root_first = False
        self.anywhere = False
        self.provided: set[str] = set()
        self.stand_ins: set[str] = set()
        self._located: dict[str, list[Step] | FailedImport] = {}

    def locate(self, name: str) -> list[Step] | FailedImport:
        """The modules that importing a dotted name imports, outermost first."""
        if (known := self._located.get(name)) is None:
            known = self._located[name] = self._locate(name)
        return known

    def _locate(self, name: str) -> list[Step] | FailedImport:
        top, *rest = name.split(".")
        if self._is_provided(name):
            return [Step(name)]
        spec = self.tree.find(top, self.first) if self.first else None
        if spec is None and top in self.library.present:
            return self._in_library(name)
        spec = spec or self._top(top)
        if spec is None:
            return self._elsewhere(name)
        steps = [Step(top, spec)]
        if len(rest) > 1 and isinstance(outer := self.locate(name.rpartition(".")[0]), list) and outer[-1].spec:
            steps, rest, spec = list(outer), rest[-1:], outer[-1].spec
        for part in rest:
            dotted = f"{steps[-1].name}.{part}"
            found = self.tree.find(part, spec.folders) if spec.folders else None
            if found is None:
                return [*steps, Step(dotted)] if self._may_have(spec, dotted) else _no_submodule(dotted, spec)
            spec = found
            steps.append(Step(dotted, spec))
        return steps

    def before(self, name: str) -> list[Step]:
        """The modules that Python imports on the way to one that is not there."""
        failed = self.locate(name)
        if isinstance(failed, FailedImport) and name.startswith(f"{failed.name}."):
            name = failed.name  # what is longer fails by it too
        while name := name.rpartition(".")[0]:
            if isinstance(found := self.locate(name), list):
                return found
        return []

    def submodule(self, spec: Spec, name: str) -> Spec | None:
        """A module inside a package or namespace."""
        return self.tree.find(name, spec.folders) if spec.folders else None

    def is_partly_known(self, name: str) -> bool:
        """Whether a module that is no file of the upload is one whose submodules are told apart: the SDK's, or a
        namespace that several distributions share.
        """
        return name in self.library.sdk or self.shared(name)

    def finds(self, name: str) -> bool:
        """What `find_spec` is truthy for."""
        return not isinstance(self.locate(name), FailedImport)

    def add_path(self, folder: str | None, *, first: bool) -> None:
        """A `sys.path` change by code that ran."""
        self._located.clear()
        if folder is None:
            self.anywhere = True
        elif folder:
            (self.first if first else self.project).append(folder)
        elif first:
            self.root_first = True

    def provide(self, names: frozenset[str]) -> None:
        """Names put into `sys.modules` by code that ran."""
        if names:
            self._located.clear()
            self.provided |= names

    def _top(self, top: str) -> Spec | None:
        """Found in python_modules or, unless the platform has it, in the project; the other way round where the code
        puts the upload's root first. What Python itself has is mostly loaded by then.
        """
        if self.root_first and (own := self.tree.find(top, [""])) is not None and own.kind != "namespace":
            return own
        before = self.tree.find(top, self.vendored)
        if before is not None and before.kind != "namespace":
            return before
        if before is None and top in self.library.platform:
            own = self.tree.find(top, self.project) if top in self.library.spaces else None
            return own if own is not None and own.kind != "namespace" else None
        return self.tree.find(top, [*self.vendored, *self.project])

    def _in_library(self, name: str) -> list[Step] | FailedImport:
        top = name.partition(".")[0]
        for dotted in _prefixes(name):
            if dotted in self.library.broken:
                return _broken(dotted, self.library.broken[dotted])
            if dotted != top and dotted not in self.library.submodules and top not in _OPEN:
                parent = dotted.rpartition(".")[0]
                package = any(each.startswith(f"{parent}.") for each in self.library.submodules)
                return _no_submodule(dotted, Spec("module", "", (parent,) if package else ()))
        return [Step(name)]

    def _elsewhere(self, name: str) -> list[Step] | FailedImport:
        top = name.partition(".")[0]
        if top in self.library.platform or top in self.library.behind or self.anywhere or "*" in self.provided:
            if hidden := self._hidden(name):
                return _no_submodule(hidden, Spec("package", "", (top,)))
            if top in self.library.stand_ins:
                self.stand_ins.add(top)
            return [Step(top)]
        if self.declared(name):
            self.stand_ins.add(top)
            return [Step(top)]
        lacking = next(each for each in _prefixes(name) if not self.declared(each))
        return FailedImport("ModuleNotFoundError", lacking, f"No module named '{lacking}'")

    def _hidden(self, name: str) -> str:
        """The module of the project's that cannot be imported, since its top-level name is the SDK's; "" for none.
        What neither has may come with a newer SDK.
        """
        top, *_ = name.split(".", 1)
        spec = self.tree.find(top, self.project) if top in self.library.sdk else None
        for dotted in islice(_prefixes(name), 1, None):
            spec = self.tree.find(dotted.rpartition(".")[2], spec.folders) if spec and spec.folders else None
            if spec is None:
                return ""
            if dotted not in self.library.submodules:
                return dotted
        return ""

    def _is_provided(self, name: str) -> bool:
        return any(f"{name}.".startswith(f"{each.removesuffix('.*')}.") for each in self.provided)

    def _may_have(self, spec: Spec, dotted: str) -> bool:
        """Whether a submodule that is no file may be there all the same."""
        if spec.kind == "extension" or self._is_provided(dotted):
            return True
        if spec.kind == "namespace":
            return all(folder.startswith(VENDORED) for folder in spec.folders) and self.declared(dotted)
        return spec.file.endswith(".pyc") or self.modules.record(spec.file).own_path


def absolute(item: Import, importer: str, *, package: bool) -> str | FailedImport:
    """The dotted name of the module that an import statement asks for, in a module (or package) of that name."""
    found = records.absolute(item.written, importer, package=package)
    if found is not None:
        return found
    beyond = "beyond top-level package" if package or "." in importer else "with no known parent package"
    return FailedImport("ImportError", item.written, f"attempted relative import {beyond}")


def _prefixes(name: str) -> Iterator[str]:
    """The modules that importing a dotted name imports, outermost first; one by one, for names of a thousand parts."""
    return accumulate(name.split("."), "{}.{}".format)


def _broken(dotted: str, reason: str) -> FailedImport:
    """A module of the standard library that is there and fails."""
    if needed := _NEEDS.match(reason):
        return FailedImport("ModuleNotFoundError", needed[1], f"No module named '{needed[1]}'")
    return FailedImport("ImportError", dotted, f"importing '{dotted}' fails: it {reason}")


def _no_submodule(dotted: str, spec: Spec) -> FailedImport:
    parent = dotted.rpartition(".")[0]
    tail = "" if spec.folders else f"; '{parent}' is not a package"
    return FailedImport("ModuleNotFoundError", dotted, f"No module named '{dotted}'{tail}")


def _pth_roots(tree: Tree, modules: Modules) -> list[str]:
    """The folders that `.pth` files in python_modules name."""
    found: list[str] = []
    for name in sorted(tree.files):
        if name.startswith(f"{VENDORED}/") and name.endswith(".pth") and name.count("/") == 1:
            for line in modules.source(name).decode("utf-8", "replace").splitlines():
                folder = f"{VENDORED}/{line.strip().strip('/')}"
                if line.strip() and not line.startswith(("#", "import ", "import\t")) and folder in tree.folders:
                    found.append(folder)
    return found
