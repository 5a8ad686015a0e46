"""What runs inside Pyodide or workerd: imports main, then every module, and tells what happened.

This file is handed over as text and imported there: it may import the standard library only, of Python 3.12 on.
"""

from __future__ import annotations

import gc
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


def prove(
    job: dict[str, Any],
    tell: Callable[[str], None] = lambda _: None,
    host: Any = None,  # noqa: ANN401 - a JavaScript object
    start: Any = None,  # noqa: ANN401 - of another module that is there
    watch: Any = None,  # noqa: ANN401 - the same
) -> dict[str, Any]:
    """Imports the modules of a mounted upload, main first, and asks main what it exports.

    `job` has `main` and `modules` (pairs of dotted name and upload name), `stand_ins` (top-level names), those of them
    that come `first` and the project's modules that they have `hidden`, and `pth` (whether `.pth` files count). `host`
    knows the JavaScript objects that stay (`scan`, `index`), None where there are none; `start` begins and ends the
    time in which the runtime refuses randomness, `watch` that in which imports are watched. The result has `outcomes`
    (one a module: its name and None or the failure), `exports`, `refused`, `times` (seconds by top-level package, what
    it imports itself left out) and `stand_ins` (those that were used).
    """
    clean = _Clean()
    standing = [_Before(job["first"], job["hidden"]), _StandIns(job["stand_ins"], job["hidden"])]
    clock = _Clock()
    exports, refused = None, []
    try:
        if start is not None:
            start.begin()
        sys.meta_path[:] = [*sys.meta_path[:1], standing[0], *sys.meta_path[1:], standing[1]]
        _mounted(pth=job["pth"])
        tell(job["main"][0])
        if watch is not None:
            watch.begin()
        outcomes = [[job["main"][0], _imported(*job["main"])]]
        if watch is not None:
            watch.end()
            clock.stop()
        if outcomes[0][1] is None:
            exports = _exports(sys.modules[job["main"][0]])
            refused = _refused(host) if host is not None else []
        if start is not None:
            start.end()
        for name, file in job["modules"]:
            tell(name)
            outcomes.append([name, _imported(name, file)])
        return {
            "outcomes": outcomes,
            "exports": exports,
            "refused": refused,
            "times": clock.spent,
            "stand_ins": sorted(standing[0].used | standing[1].used),
        }
    finally:
        if start is not None and start.on:
            start.end()
        clock.stop()
        clean.up()


def _exports(main: types.ModuleType) -> dict[str, Any]:
    """What the runtime exports of main: public names or `__all__`, classes by their base of `workers`, under their own
    names, with the methods that are plain functions.
    """
    workers = sys.modules.get("workers")
    names = getattr(main, "__all__", None)
    found: dict[str, Any] = {"classes": {}, "functions": [], "fault": None, "aliases": {}}
    try:
        keys = [key for key in dir(main) if not key.startswith("_")] if names is None else list(names)
        values = [(key, getattr(main, key)) for key in keys]
        for kind in ("DurableObject", "WorkerEntrypoint", "WorkflowEntrypoint"):
            base = getattr(workers, kind, None) if workers is not None else None
            derived = [each for each in values if isinstance(base, type) and _derives(each[1], base)]
            found["classes"][kind] = {each.__name__: _methods(each) for _, each in derived}
            found["aliases"].update({key: each.__name__ for key, each in derived if key != each.__name__})
    except BaseException as error:  # noqa: BLE001 - whatever the project's code raises is its outcome
        found["fault"] = [type(error).__name__, str(error)]
    found["functions"] = sorted(
        key for key in dir(main) if key.startswith("on_") and callable(getattr(main, key, None))
    )
    return found


def _derives(value: object, base: type) -> bool:
    return isinstance(value, type) and issubclass(value, base) and value is not base


def _methods(cls: type) -> list[str]:
    def own(name: str) -> object:
        return next((base.__dict__[name] for base in cls.__mro__ if name in base.__dict__), None)

    return sorted(name for name in dir(cls) if not name.startswith("_") and isinstance(own(name), types.FunctionType))


def _refused(host: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a JavaScript object
    """The objects that stay, each with those who hold it: module, upload name, and what of it, such as `Class.name`."""
    kinds = list(host.scan())
    holders: list[list[list[str]]] = [[] for _ in kinds]
    if kinds:
        from pyodide.ffi import JsProxy  # type: ignore[import-not-found] # it is there

        for found, holder in _held(JsProxy):
            at = host.index(found)
            if at >= 0 and holder not in holders[at]:
                holders[at].append(holder)
    return [{"type": kind, "holders": held} for kind, held in zip(kinds, holders, strict=True)]


def _held(proxy: type) -> Iterator[tuple[object, list[str]]]:
    """Every JavaScript object that is reached from the globals of the upload's modules, and the holder."""
    modules = {name: each for name, each in list(sys.modules.items()) if isinstance(each, types.ModuleType)}
    barrier = {id(vars(each)) for each in modules.values()}
    own = [(n, m) for n, m in modules.items() if str(getattr(m, "__file__", "")).startswith(f"{MOUNT}/")]
    for name, module in sorted(own, key=lambda each: str(each[1].__file__).startswith(VENDORED)):
        file = str(module.__file__)[len(MOUNT) + 1 :]
        for key, value in list(vars(module).items()):
            if key.startswith("__") and key.endswith("__"):
                continue
            parts = [(key, value)]
            if isinstance(value, type) and value.__module__ == name:
                parts = [(f"{key}.{inner}", each) for inner, each in list(vars(value).items())]
            for label, part in parts:
                for found in _reached(part, name, proxy, set(barrier)):
                    yield found, [name, file, label]


def _reached(root: object, module: str, proxy: type, seen: set[int]) -> Iterator[object]:
    """The JavaScript objects behind a value, without those that belong to another module's classes and functions."""
    queue: list[object] = [root]
    keep: list[object] = []
    while queue and len(keep) < 100_000:
        value = queue.pop()
        kind = type(value)
        if id(value) in seen or issubclass(kind, types.ModuleType):
            continue
        seen.add(id(value))
        keep.append(value)
        if issubclass(kind, proxy):
            yield value
        elif issubclass(kind, (type, types.FunctionType)):
            if getattr(value, "__module__", module) == module:
                queue += _parts(value)
        else:
            queue += gc.get_referents(value)


def _parts(value: Any) -> list[object]:  # noqa: ANN401 - a class or function
    if isinstance(value, type):
        return list(vars(value).values())
    cells = [each.cell_contents for each in value.__closure__ or () if _is_filled(each)]
    return [value.__defaults__, value.__kwdefaults__, value.__dict__, *cells]


def _is_filled(cell: Any) -> bool:  # noqa: ANN401 - a cell
    try:
        cell.cell_contents  # noqa: B018 - an empty one raises
    except ValueError:
        return False
    return True


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
