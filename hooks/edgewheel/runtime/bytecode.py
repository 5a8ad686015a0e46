"""Modules compiled ahead of the start: the names and bytes by which Python takes them without a look at the source.

facts: acceptance 8: workerd and Pyodide take `pkg/__pycache__/mod.cpython-314.pyc` before `mod.py`; one of the kind
`unchecked-hash` is run as it is, whatever the source says by then
"""

from __future__ import annotations

import posixpath
import re
import sys
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.data import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NAME = re.compile(r"(?:(.*)/)?__pycache__/([^/]+)\.cpython-(\d)(\d+)\.pyc")
_HEAD = 16
_MASK = 0xFFFF_FFFF_FFFF_FFFF


def compiled_name(module: str, python: str) -> str:
    """The name of the compiled file of `pkg/mod.py`."""
    folder, name = posixpath.split(module)
    return posixpath.join(folder, "__pycache__", f"{name.removesuffix('.py')}.cpython-{python.replace('.', '')}.pyc")


def source_name(name: str) -> tuple[str, str] | None:
    """The module that a compiled file is of, and its Python; None for a file that is none of `__pycache__`."""
    match = _NAME.fullmatch(name) if name.endswith(".pyc") else None
    return (posixpath.join(match[1] or "", f"{match[2]}.py"), f"{match[3]}.{match[4]}") if match else None


def magic(python: str) -> bytes:
    """How the compiled files of a Python begin."""
    return int(facts("pythons")["pythons"][python]["bytecode"]).to_bytes(2, "little") + b"\r\n"


def is_unchecked(content: bytes, python: str) -> bool:
    """Whether a Python runs a compiled file without a look at its source."""
    return len(content) > _HEAD and content[:8] == magic(python) + b"\1\0\0\0"


def fits(content: bytes, source: bytes, python: str) -> bool:
    """Whether a compiled file is of the kind that is run unchecked, for this Python and of these bytes."""
    return is_unchecked(content, python) and content[8:_HEAD] == source_hash(source, magic(python))


def source_hash(source: bytes, key: bytes) -> bytes:
    """What such a file says of its source: SipHash-1-3, its key the number that the files of that Python begin with."""
    number = int.from_bytes(key, "little")
    if sys.version_info >= (3, 11) and sys.implementation.name == "cpython":
        import _imp

        return bytes(_imp.source_hash(number, source))
    return _siphash(source, number)


def _siphash(source: bytes, key: int) -> bytes:
    """The same in Python: 3.10 has another hash in its place."""
    a, b, c, d = 0x736F6D6570736575 ^ key, 0x646F72616E646F6D, 0x6C7967656E657261 ^ key, 0x7465646279746573
    whole = len(source) - len(source) % 8
    last = int.from_bytes(source[whole:], "little") | (len(source) & 0xFF) << 56
    words = [int.from_bytes(source[at : at + 8], "little") for at in range(0, whole, 8)]
    for word in (*words, last):
        a, b, c, d = _round(a, b, c, d ^ word)
        a ^= word
    c ^= 0xFF
    for _ in range(3):
        a, b, c, d = _round(a, b, c, d)
    return (a ^ b ^ c ^ d).to_bytes(8, "little")


def _round(a: int, b: int, c: int, d: int) -> tuple[int, int, int, int]:
    a = (a + b) & _MASK
    c = (c + d) & _MASK
    b = _turned(b, 13) ^ a
    d = _turned(d, 16) ^ c
    a = (_turned(a, 32) + d) & _MASK
    c = (c + b) & _MASK
    return a, _turned(b, 17) ^ c, _turned(c, 32), _turned(d, 21) ^ a


def _turned(word: int, bits: int) -> int:
    return ((word << bits) | (word >> (64 - bits))) & _MASK


class Chosen(NamedTuple):
    """Compiled files by name; `left` are the modules whose compiled files find no room, with their bytes."""

    files: dict[str, bytes]
    left: dict[str, int]


def chosen(compiled: Mapping[str, bytes], first: Iterable[str], room: int) -> Chosen:
    """Of compiled modules (by the name of the source) those that the bytes that are left have room for: what the start
    reaches before all else, then by name.
    """
    files: dict[str, bytes] = {}
    left: dict[str, int] = {}
    early = [name for name in first if name in compiled]
    for name in dict.fromkeys((*early, *sorted(compiled))):
        size = len(compiled[name])
        if size > room:
            left[name] = size
            continue
        room -= size
        files[name] = compiled[name]
    return Chosen(files, left)
