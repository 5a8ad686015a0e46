"""Reads a log of any length in flat memory: the lines that hold one of a few texts, cleaned, with their numbers.

Only lines that hold an anchor are decoded. A gigabyte is searched as bytes: by the C library's `memmem` where there
is one, else by `bytearray.find`; a large file by as many processes as there are processors.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections import deque
from itertools import islice
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    Echo = Callable[[bytes], object]
    Find = Callable[[bytearray, bytes, int, int], int]

#: Bytes read at once: few enough to stay in a processor's cache while one anchor after the other is looked for.
_BLOCK = 1 << 20
#: A line longer than this is cut: a minified file may be logged as one line.
_LONGEST = 1 << 20
#: A file of this size in bytes is worth the start of more processes; each takes a part of it at a time.
_LARGE = 64 << 20
_PART = 8 << 20
_COLOURS = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
#: `2026-11-20T10:00:00.1234567Z ` (GitHub Actions), `[10:00:00] `, GitLab's `2026-…Z 00O `
_STAMP = re.compile(r"^\s*(?:\d{4}-\d\d-\d\dT[\d:.]+Z(?: \d\d[OE][ +])?|\[\d\d:\d\d:\d\d(?:\.\d+)?\])\s?")


class Line(NamedTuple):
    """A line that holds an anchor; `number` from 1, `text` without colours, time stamp and line end."""

    number: int
    text: str


def matching(stream: IO[bytes], anchors: Sequence[bytes], echo: Echo | None = None) -> Iterator[Line]:
    """The lines of a stream that hold one of the anchors, in order. `echo` gets every byte as soon as it is read."""
    size = _size(stream)
    if size >= _LARGE and echo is None:
        yield from _in_parts(str(stream.name), size, anchors)
    else:
        yield from _lines(_blocks(stream, echo), anchors)


def _lines(blocks: Iterator[tuple[bytearray, int]], anchors: Sequence[bytes]) -> Generator[Line, None, int]:
    """Numbered from 1; the generator's value is the number of line ends."""
    find = _memmem() or _find
    number = 1
    for block, size in blocks:
        counted = 0
        for start in sorted({block.rfind(b"\n", 0, at) + 1 for at in _hits(find, block, size, anchors)}):
            number += block.count(b"\n", counted, start)
            counted = start
            end = block.find(b"\n", start, size)
            yield Line(number, clean(bytes(block[start : end if end >= 0 else size])))
        number += block.count(b"\n", counted, size)
    return number - 1


def _in_parts(path: str, size: int, anchors: Sequence[bytes]) -> Iterator[Line]:
    from concurrent.futures import ProcessPoolExecutor

    workers = os.cpu_count() or 1
    number = 0
    with ProcessPoolExecutor(workers) as pool:
        parts = iter(_cuts(path, size))
        waiting = deque(pool.submit(_part, path, *part, anchors) for part in islice(parts, workers * 2))
        while waiting:
            ends, lines = waiting.popleft().result()
            for part in parts:
                waiting.append(pool.submit(_part, path, *part, anchors))
                break
            for line in lines:
                yield Line(number + line.number, line.text)
            number += ends


def _cuts(path: str, size: int) -> Iterator[tuple[int, int]]:
    """Offsets of parts that begin with a line and end with one."""
    start = 0
    with open(path, "rb") as file:
        while start < size:
            file.seek(start + _PART)
            file.readline(_LONGEST)
            end = min(file.tell(), size)
            yield start, end
            start = end


def _part(path: str, start: int, end: int, anchors: Sequence[bytes]) -> tuple[int, list[Line]]:
    """The line ends of a part, and its lines numbered from 1."""
    ends = 0

    def lines() -> Iterator[Line]:
        nonlocal ends
        ends = yield from _lines(_blocks(file, None, end - start), anchors)

    with open(path, "rb", buffering=0) as file:
        file.seek(start)
        found = list(lines())
    return ends, found


def _size(stream: IO[bytes]) -> int:
    """Bytes of a regular file that is read from its beginning, 0 for everything else."""
    try:
        found = os.fstat(stream.fileno())
        return (
            found.st_size if stat.S_ISREG(found.st_mode) and isinstance(stream.name, str) and not stream.tell() else 0
        )
    except (OSError, AttributeError):  # a pipe cannot tell where it stands; a text in memory has no file
        return 0


def clean(raw: bytes) -> str:
    """A line as people read it: no colours, no time stamp of a CI system, no carriage return."""
    text = _COLOURS.sub("", raw.decode("utf-8", "replace")).rstrip("\r\n")
    return _STAMP.sub("", text.rpartition("\r")[2])


def _blocks(stream: IO[bytes], echo: Echo | None, most: int = sys.maxsize) -> Iterator[tuple[bytearray, int]]:
    """Buffers with the length of the whole lines in them; a pipe gives what it has at once."""
    fill = getattr(stream, "readinto1", None) or stream.readinto  # type: ignore[attr-defined] # every binary stream has it
    block = bytearray(_BLOCK)  # one for all: fresh memory for each would cost as much as the search
    held = 0
    while most:
        if len(block) - held < (_BLOCK + 1) // 2:
            block.extend(bytes(_BLOCK))
        with memoryview(block) as view:
            read = fill(view[held : held + most])
        if not read:
            break
        most -= read
        size = held + read
        if echo:
            echo(bytes(block[held:size]))
        cut = block.rfind(b"\n", 0, size) + 1 or (size if size > _LONGEST else 0)
        if cut:
            yield block, cut
        rest = block[cut:size]
        held = len(rest)
        block[:held] = rest
    if held:
        yield block, held


def _hits(find: Find, block: bytearray, size: int, anchors: Sequence[bytes]) -> Iterator[int]:
    """Where an anchor stands, once a line."""
    for anchor in anchors:
        at = find(block, anchor, 0, size)
        while at >= 0:
            yield at
            line = block.find(b"\n", at, size)
            at = find(block, anchor, line, size) if line >= 0 else -1


def _find(block: bytearray, anchor: bytes, start: int, size: int) -> int:
    return block.find(anchor, start, size)


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
    pointer = ctypes.c_char

    def find(block: bytearray, anchor: bytes, start: int, size: int) -> int:
        base = ctypes.addressof(pointer.from_buffer(block))
        found = call(base + start, size - start, anchor, len(anchor))
        return found - base if found else -1

    return find
