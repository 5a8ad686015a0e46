"""Reads a log of any length in flat memory: the lines that hold one of a few texts, cleaned, with their numbers.

Only lines that hold an anchor are decoded. A gigabyte is searched as bytes: by the C library's `memmem` where there
is one (on several threads, since foreign calls let go of the interpreter), else by `bytes.find`.
"""

from __future__ import annotations

import os
import re
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Find = Callable[[bytes, bytes, int], int]

#: Bytes read at once. Small enough that every search but the first finds them in the processor's cache.
_CHUNK = 1 << 20
#: Of a longer line only this much before and after an anchor is kept: a minified file may be logged as one line.
_LONGEST = 1 << 16
_COLOURS = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
#: `2026-11-20T10:00:00.1234567Z ` (GitHub Actions), `[10:00:00] `, GitLab's `2026-…Z 00O `
_STAMP = re.compile(r"^\s*(?:\d{4}-\d\d-\d\dT[\d:.]+Z(?: \d\d[OE][ +])?|\[\d\d:\d\d:\d\d(?:\.\d+)?\])\s?")


class Line(NamedTuple):
    """A line that holds an anchor; `number` from 1, `text` without colours, time stamp and line end."""

    number: int
    text: str


def matching(
    stream: IO[bytes], anchors: Sequence[bytes], echo: Callable[[bytes], object] | None = None
) -> Iterator[Line]:
    """The lines of a stream that hold one of the anchors, in order. `echo` gets every byte as soon as it is read."""
    search = _searcher(anchors)
    number = 1
    rest = b""
    for chunk in _chunks(stream, echo):
        block = rest + chunk
        cut = block.rfind(b"\n") + 1
        if not cut and len(block) < _LONGEST:
            rest = block
            continue
        whole, rest = (block[:cut], block[cut:]) if cut else (block, b"")
        starts = sorted({whole.rfind(b"\n", 0, at) + 1 for at in search(whole)})
        counted = 0
        for start in starts:
            number += whole.count(b"\n", counted, start)
            counted = start
            end = whole.find(b"\n", start)
            yield Line(number, clean(whole[start : end if end >= 0 else len(whole)]))
        number += whole.count(b"\n", counted)
    if rest and any(search(rest)):
        yield Line(number, clean(rest))


def clean(raw: bytes) -> str:
    """A line as people read it: no colours, no time stamp of a CI system, no carriage return."""
    text = _COLOURS.sub("", raw.decode("utf-8", "replace")).rstrip("\r\n")
    return _STAMP.sub("", text.rpartition("\r")[2])


def _chunks(stream: IO[bytes], echo: Callable[[bytes], object] | None) -> Iterator[bytes]:
    """Blocks as they come: a pipe gives what it has at once, so that a deploy can be watched."""
    read = getattr(stream, "read1", stream.read)
    while chunk := read(_CHUNK):
        if echo:
            echo(chunk)
        yield chunk


def _searcher(anchors: Sequence[bytes]) -> Callable[[bytes], list[int]]:
    """All positions of all anchors in a block, in no order."""
    find = _memmem() or _find

    def search(block: bytes, chosen: Sequence[bytes] = anchors) -> list[int]:
        found = []
        for anchor in chosen:
            at = find(block, anchor, 0)
            while at >= 0:
                found.append(at)
                at = find(block, anchor, at + 1)
        return found

    return search


def _find(block: bytes, anchor: bytes, start: int) -> int:
    return block.find(anchor, start)


def _memmem() -> Find | None:
    """The C library's search, which skips faster; None where Python cannot call it (Windows, Pyodide)."""
    if os.name != "posix":
        return None
    try:
        import ctypes

        call = ctypes.CDLL(None).memmem
    except (ImportError, OSError, AttributeError):
        return None
    call.restype = ctypes.c_void_p
    call.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]

    def find(block: bytes, anchor: bytes, start: int) -> int:
        base = ctypes.cast(ctypes.c_char_p(block), ctypes.c_void_p).value or 0
        found = call(base + start, len(block) - start, anchor, len(anchor))
        return found - base if found else -1

    return find
