"""What runs inside Pyodide or workerd: imports main, then every module, and tells what happened.

This file is handed over as text and imported there: it may import the standard library only, of Python 3.12 on.
"""

from __future__ import annotations

import importlib
import linecache
import site
import sys
import time
import types
from importlib.machinery import ModuleSpec, SourceFileLoader
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MOUNT = "/session/metadata"
VENDORED = f"{MOUNT}/python_modules"


def prove(job: dict[str, Any], tell: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Imports the modules of a mounted upload.

    `job` has `main` and `modules` (pairs of dotted name and upload name), `stand_ins` (top-level names), those of them
    that come `first` and the project's modules that they have `hidden`, and `pth` (whether `.pth` files count). The
    result has `outcomes` (one a module: its name and None or the failure), `times` (seconds by top-level package, what
    it imports itself left out) and `stand_ins` (those that were used).
    """
    clean = _Clean()
    standing = [_Before(job["first"], job["hidden"]), _StandIns(job["stand_ins"], job["hidden"])]
    clock = _Clock()
    try:
        _mounted(pth=job["pth"])
        sys.meta_path[:] = [standing[0], *sys.meta_path, standing[1]]
        outcomes = []
        for name, file in [job["main"], *job["modules"]]:
            tell(name)
            outcomes.append([name, _imported(name, file)])
        return {"outcomes": outcomes, "times": clock.spent, "stand_ins": sorted(standing[0].used | standing[1].used)}
    finally:
        clock.stop()
        clean.up()


def _mounted(*, pth: bool) -> None:
    """facts: python_modules goes before the first site-packages, the upload's root to the end.

    workerd has done that itself.
    """
    sys.dont_write_bytecode = True
    if MOUNT in sys.path:
        return
    sys.path[:] = [each for each in sys.path if each]  # the working directory is no part of the runtime's
    first = next((at for at, each in enumerate(sys.path) if each.endswith("site-packages")), len(sys.path))
    sys.path.insert(first, VENDORED)
    sys.path.append(MOUNT)
    if pth:
        site.addsitedir(VENDORED)
    sys.path_importer_cache.clear()
    importlib.invalidate_caches()
    linecache.clearcache()


def _imported(name: str, file: str) -> dict[str, Any] | None:
    """What importing a module raised, None where it went well."""
    try:
        module = importlib.import_module(name)
    except BaseException as error:  # noqa: BLE001 - whatever the project's code raises is its outcome
        return _failure(error)
    found = getattr(module, "__file__", None)
    if found != f"{MOUNT}/{file}" and isinstance(found, str):
        message = f"`import {name}` gets {found}"
        return {"error": "ImportError", "name": name, "message": message, "frames": [], "shadowed": True}
    return None


def _failure(error: BaseException) -> dict[str, Any]:
    frames = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_filename.startswith(f"{MOUNT}/") and code.co_filename != __file__:
            line = linecache.getline(code.co_filename, step.tb_lineno).strip()
            frames.append([code.co_filename[len(MOUNT) + 1 :], step.tb_lineno, line])
        step = step.tb_next
    if isinstance(error, SyntaxError) and str(error.filename).startswith(f"{MOUNT}/"):
        frames.append([str(error.filename)[len(MOUNT) + 1 :], error.lineno or 0, (error.text or "").strip()])
    return {
        "error": type(error).__name__,
        "name": getattr(error, "name", None) or "",
        "from": getattr(error, "name_from", None) or "",
        "message": str(error),
        "frames": frames,
    }


class _Clean:
    """The interpreter as it was, so that one process can prove several uploads."""

    def __init__(self) -> None:
        self.modules = set(sys.modules)
        self.path = list(sys.path)
        self.finders = list(sys.meta_path)

    def up(self) -> None:
        for name in set(sys.modules) - self.modules:
            del sys.modules[name]
        sys.path[:] = self.path
        sys.meta_path[:] = self.finders
        sys.path_importer_cache.clear()


class _Clock:
    """How long each package takes to execute, by the loader of source files."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._running: list[float] = []
        self._own = SourceFileLoader.exec_module
        own, clock = self._own, self

        def timed(loader: SourceFileLoader, module: types.ModuleType) -> None:
            started = time.perf_counter()
            clock._running.append(0.0)
            try:
                own(loader, module)
            finally:
                whole = time.perf_counter() - started
                inner = clock._running.pop()
                top = module.__name__.partition(".")[0]
                clock.spent[top] = clock.spent.get(top, 0.0) + whole - inner
                if clock._running:
                    clock._running[-1] += whole

        SourceFileLoader.exec_module = timed  # type: ignore[method-assign, assignment] # for the time of one proof

    def stop(self) -> None:
        SourceFileLoader.exec_module = self._own  # type: ignore[method-assign] # as it was


class _StandIns:
    """Finds modules that the platform has and this runtime lacks; not those of the project's that they hide."""

    def __init__(self, names: Sequence[str], hidden: Sequence[str]) -> None:
        self.names = frozenset(names)
        self.hidden = frozenset(hidden)
        self.used: set[str] = set()

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        top = name.partition(".")[0]
        if top not in self.names or name in self.hidden:
            return None
        self.used.add(top)
        return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type] # it loads what it finds

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        module = _StandIn(spec.name)
        module.__hidden__ = self.hidden
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        pass


class _Before(_StandIns):
    """The same, before the project's own modules, as in the runtime's site-packages; not where these come first."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        first = next((each for each in sys.path if each == MOUNT or each.endswith("site-packages")), "")
        return None if first == MOUNT else super().find_spec(name, path, target)


class _StandIn(types.ModuleType):
    """Any attribute is a class that can be derived from, called and used as a decorator."""

    __hidden__: frozenset[str] = frozenset()

    def __getattr__(self, name: str) -> object:
        if name.startswith("__") or f"{self.__name__}.{name}" in self.__hidden__:
            raise AttributeError(name)
        made = _Anything(name, (_Base,), {})
        setattr(self, name, made)
        return made


class _Anything(type):
    def __getattr__(cls, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything(name, (_Base,), {})

    def __getitem__(cls, item: object) -> object:
        return cls

    def __iter__(cls) -> Iterator[object]:  # without it `__getitem__` would make it endless
        return iter(())

    def __ge__(cls, other: object) -> bool:  # `ssl.OPENSSL_VERSION_INFO >= (1, 1, 1)`: as new as can be
        return True

    def __gt__(cls, other: object) -> bool:
        return True

    def __lt__(cls, other: object) -> bool:
        return False

    def __le__(cls, other: object) -> bool:
        return False

    def __or__(cls, other: object) -> _Anything:
        return cls

    def __ror__(cls, other: object) -> _Anything:
        return cls


class _Base(metaclass=_Anything):
    def __new__(cls, *arguments: Any, **_named: object) -> Any:  # noqa: ANN401 - also what it decorates
        if len(arguments) == 1 and not _named and callable(arguments[0]) and not isinstance(arguments[0], type):
            return arguments[0]  # a decorator without arguments
        return object.__new__(cls)

    def __init__(self, *_arguments: object, **_named: object) -> None:
        pass

    def __call__(self, *arguments: object, **_named: object) -> object:
        return arguments[0] if len(arguments) == 1 and callable(arguments[0]) else self

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return self
