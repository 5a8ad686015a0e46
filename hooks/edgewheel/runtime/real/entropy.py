"""What runs inside Pyodide: randomness is refused while a Worker starts, as the runtime refuses it.

The runtime's package `_cloudflare` lets the vendored SDK register its exceptions (`pydantic_core` may seed a hash map,
`urllib3` goes without ssl); this one keeps that contract. Like `probe.py` it is handed over as text.
facts: acceptance 3; workerd 1.20261117.1, topLevelEntropy
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, nullcontext
from functools import partial, wraps
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_TEXT = (
    "Randomness is not allowed while a Worker is starting because startup values will be repeated across Worker "
    "instances, making them predictable. If this error occurs from importing a package, import the package from a "
    "function to load it after the Worker starts."
)
#: Modules whose import may ask for randomness, since what they get is harmless. facts: workerd's own list of them
_HARMLESS = (
    *("multiprocessing.process", "tiktoken._tiktoken", "cryptography.exceptions", "jiter", "numpy.random"),
    *("numpy.random.mtrand", "pydantic_core", "aiohttp.http_websocket", "aiohttp.connector", "requests.adapters"),
    *("urllib3.util.ssl_", "langsmith._internal._constants", "langchain_openai.chat_models.base"),
)
_ALLOWED = [0]
_PATCHES: dict[str, dict[str, Any]] = {}


class TopLevel:
    """The time from the import of main to the first request: `begin`, then `end`."""

    on = False

    def begin(self) -> None:
        self._urandom = os.urandom
        self._modules = _package()
        for name in _HARMLESS:
            _register("create", name, lambda _: _allow(1))
            _register("exec", name, lambda _: _allow(1))
        self._finder: Any = _Finder()
        TopLevel.on = True
        os.urandom = self._refused(os.urandom)
        sys.meta_path.insert(0, self._finder)
        import random

        self._os_random = random._urandom  # type: ignore[attr-defined]
        random._urandom = os.urandom  # type: ignore[attr-defined]
        self._seed(random)
        sys.modules["random"] = _blocked(random, ("Random", "SystemRandom"))
        self._names()

    def end(self) -> None:
        """Everything as it was; what the Worker has bound of the refusing functions now works."""
        TopLevel.on = False
        os.urandom = self._urandom
        sys.meta_path[:] = [each for each in sys.meta_path if each is not self._finder]
        for name, module in _Blocked.known.items():
            if sys.modules.get(name) is not module:
                sys.modules[name] = module
        sys.modules["random"]._urandom = self._os_random  # type: ignore[attr-defined]
        for name in self._modules:
            sys.modules.pop(name, None)
        _PATCHES.clear()
        _Blocked.known.clear()
        self._tempfile[0]._RandomNameSequence = self._tempfile[1]  # type: ignore[attr-defined]
        self._generator[0].seed = self._generator[1]

    def _seed(self, random: Any) -> None:
        """A generator without a seed would take one from the system."""
        generator = random.Random.__base__
        own = generator.seed

        def seed(self: object, value: object = None) -> None:
            if value is None:
                _raise()
            own(self, value)

        self._generator = (generator, own)
        generator.seed = seed

    def _names(self) -> None:
        """Temporary names may be made: the runtime counts them."""
        import tempfile

        self._tempfile = (tempfile, tempfile._RandomNameSequence)  # type: ignore[attr-defined]
        tempfile._RandomNameSequence = _Counted  # type: ignore[attr-defined]

    @staticmethod
    def _refused(own: Callable[[int], bytes]) -> Callable[[int], bytes]:
        @wraps(own)
        def urandom(size: int) -> bytes:
            if TopLevel.on and not _ALLOWED[0]:
                raise OSError(29, _TEXT)
            return own(size)

        return urandom


class _Counted:
    """Names of temporary files, one after the other."""

    def __init__(self) -> None:
        self._at = 0

    def __iter__(self) -> _Counted:
        return self

    def __next__(self) -> str:
        self._at += 1
        return f"{self._at:08d}"


class _Blocked:
    """A module whose functions fail until the first request, but those that need no randomness of their own."""

    known: ClassVar[dict[str, ModuleType]] = {}

    def __init__(self, module: ModuleType, allowed: Sequence[str]) -> None:
        object.__setattr__(self, "own", (module, frozenset(allowed)))
        _Blocked.known[module.__name__] = module

    def __getattribute__(self, name: str) -> Any:
        module, allowed = object.__getattribute__(self, "own")
        value = getattr(module, name)
        if not TopLevel.on or not callable(value) or name in allowed or name.startswith("__"):
            return value

        @wraps(value)
        def refused(*arguments: object, **named: object) -> object:
            if TopLevel.on:
                message = f"Cannot use {module.__name__}.{name}() outside of request context. {_TEXT}"
                raise RuntimeError(message)
            return value(*arguments, **named)

        return refused

    def __setattr__(self, name: str, value: object) -> None:
        setattr(object.__getattribute__(self, "own")[0], name, value)

    def __dir__(self) -> list[str]:
        return dir(object.__getattribute__(self, "own")[0])


class _Finder:
    """Wraps the loader of a module for which an exception is registered."""

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        if name not in _PATCHES:
            return None
        others = (finder for finder in sys.meta_path if finder is not self and hasattr(finder, "find_spec"))
        found = next((spec for each in others if (spec := each.find_spec(name, path, target))), None)  # type: ignore[arg-type] # as importlib calls it
        if found is not None and found.loader is not None:
            found.loader = _Loader(found.loader, _PATCHES[name])  # type: ignore[assignment] # it loads
        return found


class _Loader:
    def __init__(self, loader: Any, patch: dict[str, Any]) -> None:
        self._loader = loader
        self._patch = patch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        with self._patch.get("create", nullcontext)(spec):
            made: ModuleType | None = self._loader.create_module(spec)
            return made

    def exec_module(self, module: ModuleType) -> None:
        with self._patch.get("exec", nullcontext)(module):
            self._loader.exec_module(module)


@contextmanager
def _allow(count: int) -> Iterator[None]:
    before, _ALLOWED[0] = _ALLOWED[0], count
    try:
        yield
    finally:
        _ALLOWED[0] = before


def _raise() -> None:
    if TopLevel.on and not _ALLOWED[0]:
        raise OSError(29, _TEXT)


def _register(kind: str, name: str, handler: Any = None) -> Any:
    if handler is None:
        return partial(_register, kind, name)
    _PATCHES.setdefault(name, {})[kind] = handler
    return handler


def _block(module: ModuleType, *, allowlist: Sequence[str] = ()) -> None:
    sys.modules[module.__name__] = _blocked(module, allowlist)


def _blocked(module: ModuleType, allowed: Sequence[str]) -> ModuleType:
    made: Any = _Blocked(module, allowed)  # it has all that a module has
    return made  # type: ignore[no-any-return] # so it is one


def _package() -> list[str]:
    """The modules that the SDK imports, as importable ones."""
    contents: dict[str, dict[str, Any]] = {
        "_cloudflare": {"__path__": []},
        "_cloudflare.allow_entropy": {
            "allow_bad_entropy_calls": _allow,
            "raise_unless_entropy_allowed": _raise,
            "in_request_context": lambda: not TopLevel.on,
        },
        "_cloudflare.import_patch_manager": {
            **{f"register_{kind}_patch": partial(_register, kind) for kind in ("create", "exec")},
            **{f"register_{kind}": partial(_register, kind) for kind in ("after_snapshot", "before_first_request")},
            "block_calls": _block,
        },
    }
    for name, values in contents.items():
        module = ModuleType(name)
        module.__dict__.update(values, __spec__=ModuleSpec(name, None))
        sys.modules[name] = module
    return list(contents)
