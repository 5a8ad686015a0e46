"""What looks as if it could go and is needed: imported or named by a module that stays.

A vendored package is judged by its whole text, not by what main reaches: a request may reach any of it.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from edgewheel.sources.conditions import is_for_typing
from edgewheel.sources.modules import Modules
from edgewheel.sources.records import absolute
from edgewheel.trim.removable import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from edgewheel.sources.records import Import
    from edgewheel.trim.removable import RemovableKind

    Readers = Mapping[str, Callable[[], bytes]]

#: Import statements, and what looks like one; the real ones are told apart for the few that matter.
_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]*import[ \t]*(\([^)]*\)|(?:[^\n\\]|\\\n)*)|import[ \t]+([^\n]*))",
    re.MULTILINE,
)
_NAME = re.compile(rb"[\w.]+")
_QUOTED = re.compile(rb"""(?<!#include )(["'])([^"'\n]{1,200})\1""")


def needed(vendored: Readers, own: Readers, going: Mapping[str, RemovableKind]) -> dict[str, str]:
    """The files of `going` that have to stay, each with the reason.

    `vendored` and `going` are named relative to python_modules, `own` are the project's modules by upload name.
    """
    return _NeededFiles(vendored, own, going).run()


class _NeededFiles:
    def __init__(self, vendored: Readers, own: Readers, going: Mapping[str, RemovableKind]) -> None:
        self.going = going
        self.vendored = Modules(vendored)
        self.own = Modules(own)
        self.queue = [(name, False) for name in vendored if name.endswith(".py") and name not in going]
        self.queue += [(name, True) for name in own if name.endswith(".py")]
        #: what goes as one -> its files
        self.units: dict[str, list[str]] = {}
        for file, shape in going.items():
            self.units.setdefault(shape.unit(file), []).append(file)
        #: dotted names of the units that hold code
        self.dotted = {_dotted(unit): unit for unit, files in self.units.items() if any(map(_is_code, files))}
        #: top-level name -> last parts of names that its code may quote
        self.quotable: dict[str, dict[str, list[str]]] = {}
        for file, shape in going.items():
            if shape.quoted:
                unit = shape.unit(file)
                last = self.quotable.setdefault(_top(file), {}).setdefault(posixpath.basename(unit), [])
                if unit not in last:
                    last.append(unit)
        self.stays: dict[str, str] = {}

    def run(self) -> dict[str, str]:
        while self.queue:
            name, own = self.queue.pop()
            text = (self.own if own else self.vendored).source(name)
            if WORDS.search(text) is None:
                continue
            for unit in self._imported(name, text, own=own):
                self._stay(unit, f"`{name}` imports it")
            if not own:
                for unit in self._quoted(name, text):
                    self._stay(unit, f"`{name}` names it")
                if b"attach_stub" in text:
                    stubs = [unit for unit in self.units if unit.endswith(".pyi") and _top(unit) == _top(name)]
                    for unit in stubs:
                        self._stay(unit, f"`{name}` reads it to load its modules")
        return self.stays

    def _stay(self, unit: str, why: str) -> None:
        for file in self.units.pop(unit, ()):
            self.stays[file] = why
            if file.endswith(".py"):
                self.queue.append((file, False))

    def _imported(self, name: str, text: bytes, *, own: bool) -> Iterator[str]:
        asked = {unit for dotted in _asked(name, text, own=own) if (unit := self._unit(dotted))}
        if not asked:
            return
        modules = self.own if own else self.vendored
        imports = modules.record(name).imports
        if not imports and modules.whole(name).fails:  # this Python cannot parse it: every match counts
            yield from sorted(asked)
            return
        items = [item for item in imports if not is_for_typing(item)]
        real = {self._unit(dotted) for item in items for dotted in _names(name, item, own=own)}
        yield from sorted(asked & real)

    def _unit(self, dotted: str) -> str:
        """The unit that a name leads to or into, "" for one that stays already."""
        parts = dotted.split(".")
        heads = (".".join(parts[:length]) for length in range(1, len(parts) + 1))
        found = next((self.dotted[head] for head in heads if head in self.dotted), "")
        return found if found in self.units else ""

    def _quoted(self, name: str, text: bytes) -> Iterator[str]:
        known = self.quotable.get(_top(name))
        if not known:
            return
        for match in _QUOTED.finditer(text):
            for part in match[2].decode("utf-8", "replace").replace("\\", "/").split("/"):
                yield from known.get(part, ())


def _asked(name: str, text: bytes, *, own: bool) -> Iterator[str]:
    """Dotted names in all that looks like an import statement."""
    for match in _IMPORT.finditer(text):
        if match[3] is not None:
            for part in match[3].split(b","):
                if (found := _NAME.search(part)) is not None:
                    yield found[0].decode()
            continue
        stem = match[1].lstrip(b".")
        level = len(match[1]) - len(stem)
        if own and level:
            continue
        base = _absolute(name, match[1].decode("ascii", "replace"))
        yield base
        yield from (f"{base}.{each.decode('ascii', 'replace')}" for each in _NAME.findall(match[2]))


def _names(name: str, item: Import, *, own: bool) -> Iterator[str]:
    if own and item.level:
        return
    base = _absolute(name, item.written)
    yield base
    yield from (f"{base}.{each}" for each in item.names if each != "*")


def _absolute(name: str, written: str) -> str:
    return absolute(written, _dotted(name), package=name.endswith("/__init__.py")) or ""


def _dotted(unit: str) -> str:
    stem = re.sub(r"\.(?:py|[\w-]+\.so|so)$", "", unit)
    return stem.removesuffix("/__init__").replace("/", ".")


def _is_code(file: str) -> bool:
    return file.endswith((".py", ".so"))


def _top(file: str) -> str:
    return file.partition("/")[0]
