"""Which of the project's uploaded modules import which packages, and which import each other."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.sources.conditions import is_for_typing
from edgewheel.sources.modules import Modules
from edgewheel.sources.records import absolute, at_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from edgewheel.repository.disk import Disk
    from edgewheel.sources.records import Import
    from edgewheel.wrangler.collect import Upload


class Use(NamedTuple):
    """An import statement: the upload name and path of its module, its line, the dotted name that it asks for, and
    whether it runs at the "start" of its module or with a "request".
    """

    module: str
    path: str
    line: int
    name: str
    at: str


class Usage(NamedTuple):
    """`outside` are the uses of what is not the project's, `inside` those of the project's own modules with the
    upload name that they lead to; `main` is the upload name of the entry, `paths` the real files.
    """

    main: str
    outside: tuple[Use, ...]
    inside: tuple[tuple[Use, str], ...]
    paths: Mapping[str, str]

    def of(self, tops: tuple[str, ...]) -> tuple[Use, ...]:
        """The uses of modules with these names (dotted ones: of what lies below), each statement once."""
        found = {(use.path, use.line): use for use in reversed(self.outside) if any(_below(use.name, t) for t in tops)}
        return tuple(sorted(found.values(), key=lambda use: (use.path, use.line)))

    def behind(self, modules: set[str]) -> set[str]:
        """The modules that import one of these, directly or through others, at whatever time."""
        found: set[str] = set()
        queue = list(modules)
        while queue:
            target = queue.pop()
            for use, leads in self.inside:
                if leads == target and use.module not in found | modules:
                    found.add(use.module)
                    queue.append(use.module)
        return found


def read(upload: Upload, disk: Disk) -> Usage:
    """The imports of everything that will be uploaded of the project itself; tests that are swept in included."""
    own = {
        module.name: module
        for module in upload.modules
        if module.type == "python" and not module.name.startswith("python_modules/")
    }
    modules = Modules({name: _reader(disk, module.source or module.path) for name, module in own.items()}, disk.records)
    dotted = {_dotted(name): name for name in own}
    outside: list[Use] = []
    inside: list[tuple[Use, str]] = []
    for name, module in own.items():
        for item in modules.record(name).imports:
            if is_for_typing(item):
                continue
            for wanted in _names(name, item):
                use = Use(name, module.source, item.line, wanted, "request" if at_request(item) else "start")
                leads = _lead(wanted, dotted)
                if leads and leads != name:
                    inside.append((use, leads))
                elif not leads:
                    outside.append(use)
    main = upload.modules[0].name if upload.modules else ""
    return Usage(main, tuple(outside), tuple(inside), {name: module.source for name, module in own.items()})


def _reader(disk: Disk, path: str) -> Callable[[], bytes]:
    return lambda: disk.read(path) if disk.is_file(path) else b""


def _names(module: str, item: Import) -> Iterator[str]:
    """The dotted names that a statement may load: the module itself and, of a `from`, what may be submodules."""
    whole = absolute(item.written, _dotted(module), package=module.endswith("__init__.py")) or ""
    yield whole
    yield from (f"{whole}.{name}" for name in item.names if name != "*")


def _lead(name: str, dotted: Mapping[str, str]) -> str:
    """The module that a name leads to: itself, or the nearest package above it that is the project's."""
    parts = name.split(".")
    return next((dotted[head] for n in range(len(parts), 0, -1) if (head := ".".join(parts[:n])) in dotted), "")


def _dotted(name: str) -> str:
    return posixpath.splitext(name)[0].removesuffix("/__init__").replace("/", ".")


def _below(name: str, top: str) -> bool:
    return name == top or name.startswith(f"{top}.")
