"""What nothing can reach: vendored modules that no import leads to, from the project's code on, through packages too.

Every import counts, also in functions and under conditions, but for those that only a type checker sees. Names that
code imports by text count where they can be read off it: literals, tables of strings, entry points, `.pth` files. A
package that makes such names while it runs (`pkgutil`, a listing of its own folder, a text put together), or that has
compiled modules, is kept whole, but for parts that data knows to be imported by a written name only, as Django's
applications: one of these is kept whole where anything names or imports it.
"""

from __future__ import annotations

import ast
import posixpath
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from edgewheel.data import facts
from edgewheel.runtime.library import library
from edgewheel.sources.conditions import is_for_typing
from edgewheel.sources.modules import Modules
from edgewheel.sources.records import absolute
from edgewheel.trim.removable import protected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

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
_ANSWERS = re.compile(rb"^[ \t]*def __getattr__\((?!self)", re.MULTILINE)
_BEGUN = re.compile(
    rb"(?:import_module|__import__)\(\s*(?:f[\"'](\.*\w[\w.]*)|[\"'](\.*\w[\w.]*)[^\"'\n]*[\"']\s*(?:[%+]|\.format))"
)
_LISTED = re.compile(rb"__path__|__file__|\bfiles\(")
_LISTING = re.compile(rb"listdir|\.glob\(|\.rglob\(|iterdir|scandir")
_QUOTED = re.compile(rb"""(["'])([A-Za-z_.][\w.:/-]{0,200})\1""")
_MODULE = re.compile(r"[A-Za-z_][\w.]*")
_SCRIPTS = ("console_scripts", "gui_scripts")


class Reachable(NamedTuple):
    """`files` are the vendored modules that something may import; `whole` are packages that are kept whole, each with
    the reason.
    """

    files: frozenset[str]
    whole: dict[str, str]


def reachable(vendored: Readers, own: Readers, records: Records | None = None, python: str = "") -> Reachable:
    """From every module of the project on. Names are relative to python_modules, the project's are upload names;
    `records` are what is known of their texts. With a Python, modules that cannot be imported on it do not count: they
    import what is not there, first thing and unguarded.
    """
    return _ReachWalk(vendored, own, records, python).run()


class _ReachWalk:
    def __init__(self, vendored: Readers, own: Readers, records: Records | None, python: str) -> None:
        self.vendored = vendored
        self.modules = Modules(vendored, records)
        self.own = Modules(own, records)
        self._own_readers = own
        #: dotted name -> file
        self.files = {dotted_name(name): name for name in vendored if name.endswith(".py")}
        self.compiled = {name.partition("/")[0] for name in vendored if name.endswith(".so")}
        self.tops: dict[str, list[str]] = {}
        for name, file in self.files.items():
            self.tops.setdefault(name.partition(".")[0], []).append(file)
        for file in vendored:
            self.tops.setdefault(file.partition("/")[0].partition(".")[0], [])
        self.present = _present(own, python) if python not in {"", "3.12"} else None  # 3.12 has packages of its own
        self.cannot: set[str] = set()
        self.reached: set[str] = set()
        self.whole: dict[str, str] = {}
        self.queue: list[str] = []
        #: folder of a part -> its modules
        self.parts: dict[str, list[str]] = {}
        for file in self.files.values():
            if part := part_of(file):
                self.parts.setdefault(part, []).append(file)
        self.named = _of_parts(self.parts)

    def run(self) -> Reachable:
        for name in self._imported_by_the_project():
            self._reach(name)
        for name in self._declared():
            self._reach(name)
        for file in self.files.values():
            if "/" not in file and protected(file):
                self._reach(dotted_name(file))
        while self.queue:
            self._read(self.queue.pop())
        return Reachable(frozenset(self.reached), self.whole)

    def _imported_by_the_project(self) -> Iterator[str]:
        """What the project's code imports or may import by a text."""
        for name in (each for each in self._own_readers if each.endswith(".py")):
            source = self.own.source(name)
            for item in self.own.record(name).imports:
                if not item.level and not is_for_typing(item):
                    yield item.module
                    yield from (f"{item.module}.{each}" for each in item.names)
            yield from (text for text in _texts(source) if text.partition(".")[0] in self.tops)
        if self.named is not None:
            for read in self._own_readers.values():
                yield from (match[0].decode() for match in self.named.finditer(read()))

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
                if file in self.cannot or self._cannot_be_imported(file):
                    self.cannot.add(file)
                    return
                self.reached.add(file)
                self.queue.append(file)
                for each in self.parts.pop(part_of(file), ()):
                    self._reach_with(each)
            if length == 1 and name in self.compiled:
                self._keep(name, "has compiled modules")

    def _cannot_be_imported(self, file: str) -> bool:
        """Whether an import that nothing guards asks for a module that nobody has."""
        if self.present is None:
            return False
        items = (item for item in self.modules.record(file).imports if item.module and not item.level)
        asked = {item.module.partition(".")[0] for item in items if not item.blocks}
        return not asked <= self.present | self.tops.keys()

    def _reach_with(self, file: str) -> None:
        """A module of a part that is kept; one that only another part looks for waits for that."""
        other = _known(file).get("only_with", {}).get(posixpath.basename(file), "")
        if other in self.parts and other != part_of(file):
            self.parts[other].append(file)
        else:
            self._reach(dotted_name(file))

    def _keep(self, top: str, why: str) -> None:
        if top not in self.whole:
            self.whole[top] = why
            for file in self.tops.get(top, ()):
                if not part_of(file):
                    self._reach(dotted_name(file))

    def _read(self, file: str) -> None:
        source = self.modules.source(file)
        here = dotted_name(file)
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
        self._parts(source)
        if _DYNAMIC.search(source) is None and b"iter_modules" not in source and b"walk_packages" not in source:
            return
        asked = _ASKED.search(source) and not (package and _ANSWERS.search(source))
        if asked or _MADE.search(source) or (_LISTED.search(source) and _LISTING.search(source)):
            self._keep(top, f"`{file}` makes names of modules while it runs")
        for match in _BEGUN.finditer(source):
            self._below((match[1] or match[2]).decode("ascii", "replace"), here if package else here.rpartition(".")[0])
        self._by_text(source, here if package else here.rpartition(".")[0], top)

    def _parts(self, source: bytes) -> None:
        """The parts that the strings of a module name."""
        if self.named is not None and self.named.search(source):
            for text in _written(source):
                if self.named.match(text.encode()):
                    self._reach_existing(text)

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
            if self.named is not None and self.named.match(text.encode()):
                continue  # a comment may name it: the strings have been looked at
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


def _present(own: Readers, python: str) -> frozenset[str] | None:
    """Top-level modules of the runtime and the project; None where the project itself may put others there."""
    if any(b"sys.modules" in read() or b"sys.path" in read() for name, read in own.items() if name.endswith(".py")):
        return None
    platform = {name.partition(".")[0] for name in facts("platform_modules")["modules"]}
    return library(python).present | platform | {name.partition("/")[0].removesuffix(".py") for name in own}


def _texts(source: bytes) -> Iterator[str]:
    """Strings that may name a module: `a.b`, `.a`, `a.b:attribute`, `a/b`."""
    for match in _QUOTED.finditer(source):
        text = match[2].decode("ascii", "replace").partition(":")[0].replace("/", ".").replace("-", "_")
        if _MODULE.fullmatch(text.lstrip(".")):
            yield text.rstrip(".")


def _written(source: bytes) -> Iterator[str]:
    """The strings of a module that may name a module, without its comments and docstrings."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield from _texts(source)
        return
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            text = node.value.partition(":")[0]
            if _MODULE.fullmatch(text):
                yield text


def part_of(file: str) -> str:
    """The part that a file belongs to, a folder: `django/contrib/admin`; "" for none."""
    known = _known(file)
    head = f"{known['below']}/" if known else ""
    if not head or not file.startswith(head) or "/" not in (rest := file[len(head) :]):
        return ""
    return head + rest.partition("/")[0]


def _known(file: str) -> dict[str, Any]:
    found: dict[str, Any] = facts("metadata_readers")["parts"].get(file.partition("/")[0], {})
    return found


def _of_parts(parts: Iterable[str]) -> re.Pattern[bytes] | None:
    """What finds the dotted name of one of these parts; None where there is none."""
    names = [re.escape(part.replace("/", ".")) for part in parts]
    return re.compile(rf"\b(?:{'|'.join(names)})\b".encode()) if names else None


def dotted_name(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
