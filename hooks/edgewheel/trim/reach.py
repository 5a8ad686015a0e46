"""What nothing can reach: vendored modules that no import leads to, from the project's code on, through packages too.

Every import counts, also in functions and under conditions, but for those that only a type checker sees. Names that
code imports by text count where they can be read off it: literals, tables of strings, entry points, `.pth` files. A
package that makes such names while it runs (`pkgutil`, a listing of its own folder, a text put together), or that has
compiled modules, is kept whole.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.sources.conditions import is_for_typing
from edgewheel.sources.modules import Modules
from edgewheel.sources.records import absolute
from edgewheel.trim.removable import protected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from edgewheel.sources.modules import Records

    Readers = Mapping[str, Callable[[], bytes]]

#: What imports by a text; a module that holds none of these imports by statements alone.
_DYNAMIC = re.compile(
    rb"import_module|__import__|importlib|__getattr__|find_spec|load_module|run_module|lazy|entry_points|resolve_name"
)
#: What makes names of modules while it runs, and what puts a name together behind a beginning that can be read.
_MADE = re.compile(
    rb"pkgutil\.(?:iter_modules|walk_packages)|\b(?:iter_modules|walk_packages)\(|spec_from_file_location"
    rb"|(?:import_module|__import__)\(\s*\w+\s*\+"
)
#: A text that begins with a value: behind `__getattr__` the value is an attribute's name, and a table lists those.
_ASKED = re.compile(rb"(?:import_module|__import__)\(\s*f[\"']\.?\{")
_ANSWERS = re.compile(rb"^def __getattr__\(", re.MULTILINE)
_BEGUN = re.compile(
    rb"(?:import_module|__import__)\(\s*(?:f[\"'](\.*\w[\w.]*)|[\"'](\.*\w[\w.]*)[^\"'\n]*[\"']\s*(?:[%+]|\.format))"
)
_LISTED = re.compile(rb"__path__|__file__|files\(")
_LISTING = re.compile(rb"listdir|\.glob\(|\.rglob\(|iterdir|scandir")
_QUOTED = re.compile(rb"""(["'])([A-Za-z_.][\w.:/-]{0,200})\1""")
_MODULE = re.compile(r"[A-Za-z_][\w.]*")
_SCRIPTS = ("console_scripts", "gui_scripts")
#: A folder or file below this many bytes is not worth a line in the config.
_LEAST = 4096


class Reachable(NamedTuple):
    """`files` are the vendored modules that something may import; `whole` are packages that are kept whole, each with
    the reason.
    """

    files: frozenset[str]
    whole: dict[str, str]


def reachable(vendored: Readers, own: Readers, records: Records | None = None) -> Reachable:
    """From every module of the project on. Names are relative to python_modules, the project's are upload names;
    `records` are what is known of their texts.
    """
    return _Walk(vendored, own, records).run()


class _Walk:
    def __init__(self, vendored: Readers, own: Readers, records: Records | None) -> None:
        self.vendored = vendored
        self.modules = Modules(vendored, records)
        self.own = Modules(own, records)
        self.own_files = [name for name in own if name.endswith(".py")]
        #: dotted name -> file
        self.files = {_dotted(name): name for name in vendored if name.endswith(".py")}
        self.compiled = {name.partition("/")[0] for name in vendored if name.endswith(".so")}
        self.tops: dict[str, list[str]] = {}
        for name, file in self.files.items():
            self.tops.setdefault(name.partition(".")[0], []).append(file)
        self.reached: set[str] = set()
        self.whole: dict[str, str] = {}
        self.queue: list[str] = []

    def run(self) -> Reachable:
        for name in self._imported_by_the_project():
            self._reach(name)
        for name in self._declared():
            self._reach(name)
        for file in self.files.values():
            if "/" not in file and protected(file):
                self._reach(_dotted(file))
        while self.queue:
            self._read(self.queue.pop())
        return Reachable(frozenset(self.reached), self.whole)

    def _imported_by_the_project(self) -> Iterator[str]:
        """What the project's code imports or may import by a text."""
        for name in self.own_files:
            source = self.own.source(name)
            for item in self.own.record(name).imports:
                if not item.level and not is_for_typing(item):
                    yield item.module
                    yield from (f"{item.module}.{each}" for each in item.names)
            yield from (text for text in _texts(source) if text.partition(".")[0] in self.tops)

    def _declared(self) -> Iterator[str]:
        """What `.pth` files import, and entry points that are no scripts."""
        for name, read in self.vendored.items():
            if name.endswith(".pth"):
                yield from re.findall(r"\bimport\s+([\w.]+)", read().decode("utf-8", "replace"))
            elif name.endswith(".dist-info/entry_points.txt"):
                group = ""
                for line in read().decode("utf-8", "replace").splitlines():
                    group = line.strip("[] ") if line.startswith("[") else group
                    if group not in _SCRIPTS and (match := re.match(r"[^=]+=\s*([\w.]+)", line)):
                        yield match[1]

    def _reach(self, dotted: str) -> None:
        """A module with the packages around it; names below one that is no module are attributes."""
        parts = dotted.split(".")
        for length in range(1, len(parts) + 1):
            name = ".".join(parts[:length])
            file = self.files.get(name)
            if file is not None and file not in self.reached:
                self.reached.add(file)
                self.queue.append(file)
            if length == 1 and name in self.compiled:
                self._keep(name, "has compiled modules")

    def _keep(self, top: str, why: str) -> None:
        if top not in self.whole:
            self.whole[top] = why
            for file in self.tops.get(top, ()):
                self._reach(_dotted(file))

    def _read(self, file: str) -> None:
        source = self.modules.source(file)
        here = _dotted(file)
        package = file.endswith("/__init__.py")
        top = here.partition(".")[0]
        record = self.modules.record(file)
        if record.fails or (not record.imports and b"import" in source and self.modules.whole(file).fails):
            self._keep(top, f"`{file}` cannot be parsed here")
        for item in record.imports:
            if is_for_typing(item):
                continue
            base = absolute(item.written, here, package=package)
            if base:
                self._reach(base)
                for each in item.names:
                    self._reach(f"{base}.{each}") if each != "*" else self._star(base)
        if _DYNAMIC.search(source) is None and b"iter_modules" not in source and b"walk_packages" not in source:
            return
        asked = _ASKED.search(source) and not (package and _ANSWERS.search(source))
        if asked or _MADE.search(source) or (_LISTED.search(source) and _LISTING.search(source)):
            self._keep(top, f"`{file}` makes names of modules while it runs")
        for match in _BEGUN.finditer(source):
            self._below((match[1] or match[2]).decode("ascii", "replace"), here if package else here.rpartition(".")[0])
        self._by_text(source, here if package else here.rpartition(".")[0], top)

    def _below(self, beginning: str, package: str) -> None:
        """Every module whose name begins so."""
        if beginning.startswith("."):
            beginning = f"{package}.{beginning.lstrip('.')}"
        for name in self.files:
            if name.startswith(beginning):
                self._reach(name)

    def _star(self, base: str) -> None:
        """`from package import *` imports the submodules that `__all__` names."""
        file = self.files.get(base)
        if file is not None and file.endswith("/__init__.py"):
            for text in _texts(self.modules.source(file)):
                if "." not in text:
                    self._reach_existing(f"{base}.{text}")

    def _by_text(self, source: bytes, package: str, top: str) -> None:
        """Modules that the strings of a module name: absolute, relative, or by their last part in the same package."""
        for text in _texts(source):
            if text.startswith("."):
                level = len(text) - len(text.lstrip("."))
                around = package.split(".")
                base = ".".join(around[: len(around) - level + 1])
                self._reach_existing(f"{base}.{text.lstrip('.')}")
                continue
            self._reach_existing(text)
            for base in {package, top}:
                self._reach_existing(f"{base}.{text}")

    def _reach_existing(self, dotted: str) -> None:
        """A name, where a module or the package around it has it."""
        parts = dotted.split(".")
        for length in range(len(parts), 0, -1):
            name = ".".join(parts[:length])
            if name in self.files or (length == 1 and name in self.tops):
                self._reach(name)
                return


def _texts(source: bytes) -> Iterator[str]:
    """Strings that may name a module: `a.b`, `.a`, `a.b:attribute`, `a/b`."""
    for match in _QUOTED.finditer(source):
        text = match[2].decode("ascii", "replace").partition(":")[0].replace("/", ".").replace("-", "_")
        if _MODULE.fullmatch(text.lstrip(".")):
            yield text.rstrip(".")


def _dotted(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def unreachable(sizes: Mapping[str, int], found: Reachable, sources: Readers) -> dict[str, tuple[str, ...]]:
    """Patterns for what nothing reaches, each with its files: whole packages, folders, and large modules.

    A file that is no module goes only with the whole folder around it, and only where no reached module of its package
    names that folder.
    """
    tops: dict[str, list[str]] = {}
    for file in sizes:
        tops.setdefault(file.partition("/")[0], []).append(file)
    patterns: dict[str, tuple[str, ...]] = {}
    for top, files in sorted(tops.items()):
        if top.endswith((".dist-info", ".pth")) or top in found.whole or any(map(protected, files)):
            continue
        code = [file for file in files if file.endswith((".py", ".so"))]
        if not code:
            continue
        if found.files.isdisjoint(files):
            if sum(sizes[file] for file in files) >= _LEAST:
                patterns[f"{top}/**" if files != [top] else top] = tuple(files)
            continue
        text = b"\n".join(sources[file]() for file in files if file in found.files)
        patterns |= _inside(top, files, sizes, found, text)
    return patterns


def _inside(
    folder: str, files: list[str], sizes: Mapping[str, int], found: Reachable, text: bytes
) -> dict[str, tuple[str, ...]]:
    """The patterns inside a folder of which something is reached."""
    patterns: dict[str, tuple[str, ...]] = {}
    below: dict[str, list[str]] = {}
    for file in files:
        rest = file[len(folder) + 1 :]
        if "/" in rest:
            below.setdefault(f"{folder}/{rest.partition('/')[0]}", []).append(file)
        elif file.endswith(".py") and file not in found.files and sizes[file] >= _LEAST:
            patterns[file] = (file,)
    for inner, some in below.items():
        data = any(not file.endswith((".py", ".pyi", ".pyc", ".typed")) for file in some)
        named = re.search(rb"[\"'/]" + re.escape(posixpath.basename(inner).encode()) + rb"[\"'/.]", text)
        if not found.files.isdisjoint(some) or (data and named):
            patterns |= _inside(inner, some, sizes, found, text)
        elif sum(sizes[file] for file in some) >= _LEAST and any(file.endswith(".py") for file in some):
            patterns[f"{inner}/**"] = tuple(some)
    return patterns


def closed(patterns: Mapping[str, tuple[str, ...]], vendored: Readers, found: Reachable) -> dict[str, tuple[str, ...]]:
    """With the small modules that nothing reaches either and that import what goes: what stays imports."""
    gone = {file for files in patterns.values() for file in files}
    more: dict[str, tuple[str, ...]] = {}
    modules = Modules(vendored)
    dotted = {_dotted(file) for file in gone}
    left = [file for file in vendored if file.endswith(".py") and file not in gone and file not in found.files]
    changed = True
    while changed:
        changed = False
        for file in list(left):
            if _leads_to(modules, file, dotted):
                left.remove(file)
                more[file] = (file,)
                dotted.add(_dotted(file))
                changed = True
    return {**patterns, **more}


def _leads_to(modules: Modules, file: str, dotted: set[str]) -> bool:
    here, package = _dotted(file), file.endswith("/__init__.py")
    for item in modules.record(file).imports:
        base = absolute(item.written, here, package=package)
        names = (base, *(f"{base}.{each}" for each in item.names)) if base and not is_for_typing(item) else ()
        if not dotted.isdisjoint(names):
            return True
    return False
