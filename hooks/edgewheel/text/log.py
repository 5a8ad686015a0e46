"""Reads a log of any length in flat memory: the lines that hold one of a few texts, cleaned, with their numbers.

Only lines that hold an anchor are decoded. A gigabyte is searched as bytes: by the C library's `memmem` where there
is one (blocks in parallel, since foreign calls let go of the interpreter), else by `bytearray.find`.
"""

from __future__ import annotations

import os
import re
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    Echo = Callable[[bytes], object]
    Find = Callable[[bytearray, bytes, int, int], int]

#: Bytes read at once: few enough to stay in a processor's cache while one anchor after the other is looked for.
_BLOCK = 1 << 20
#: A line longer than this is cut: a minified file may be logged as one line.
_LONGEST = 1 << 20
_COLOURS = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
#: `2026-11-20T10:00:00.1234567Z ` (GitHub Actions), `[10:00:00] `, GitLab's `2026-…Z 00O `
_STAMP = re.compile(r"^\s*(?:\d{4}-\d\d-\d\dT[\d:.]+Z(?: \d\d[OE][ +])?|\[\d\d:\d\d:\d\d(?:\.\d+)?\])\s?")


class Line(NamedTuple):
    """A line that holds an anchor; `number` from 1, `text` without colours, time stamp and line end."""

    number: int
    text: str


def matching(stream: IO[bytes], anchors: Sequence[bytes], echo: Echo | None = None) -> Iterator[Line]:
    """The lines of a stream that hold one of the anchors, in order. `echo` gets every byte as soon as it is read."""
    number = 1
    for block, size, hits in _searched(_blocks(stream, echo), anchors):
        counted = 0
        for start in sorted({block.rfind(b"\n", 0, at) + 1 for at in hits}):
            number += block.count(b"\n", counted, start)
            counted = start
            end = block.find(b"\n", start, size)
            yield Line(number, clean(bytes(block[start : end if end >= 0 else size])))
        number += block.count(b"\n", counted, size)


def clean(raw: bytes) -> str:
    """A line as people read it: no colours, no time stamp of a CI system, no carriage return."""
    text = _COLOURS.sub("", raw.decode("utf-8", "replace")).rstrip("\r\n")
    return _STAMP.sub("", text.rpartition("\r")[2])


def _blocks(stream: IO[bytes], echo: Echo | None) -> Iterator[tuple[bytearray, int]]:
    """Buffers with the length of the whole lines in them; a pipe gives what it has at once."""
    fill = getattr(stream, "readinto1", None) or stream.readinto  # type: ignore[attr-defined] # every binary stream has it
    rest = b""
    while True:
        block = bytearray(len(rest) + _BLOCK)
        block[: len(rest)] = rest
        with memoryview(block) as view:
            read = fill(view[len(rest) :])
        if not read:
            break
        size = len(rest) + read
        if echo:
            echo(bytes(block[len(rest) : size]))
        cut = block.rfind(b"\n", 0, size) + 1 or (size if size > _LONGEST else 0)
        if cut:
            yield block, cut
        rest = bytes(block[cut:size])
    if rest:
        yield bytearray(rest), len(rest)


def _searched(
    blocks: Iterator[tuple[bytearray, int]], anchors: Sequence[bytes]
) -> Iterator[tuple[bytearray, int, list[int]]]:
    """Each block with the positions of all anchors in it; as many blocks at a time as there are processors."""
    find = _memmem() or _find

    def search(block: bytearray, size: int) -> list[int]:
        found = []
        for anchor in anchors:
            at = find(block, anchor, 0, size)
            while at >= 0:
                found.append(at)
                line = block.find(b"\n", at, size)  # once a line is enough
                at = find(block, anchor, line, size) if line >= 0 else -1
        return found

    ahead = os.cpu_count() or 1
    waiting: deque[tuple[bytearray, int, Future[list[int]]]] = deque()
    with ThreadPoolExecutor(ahead) as pool:
        for block, size in blocks:
            waiting.append((block, size, pool.submit(search, block, size)))
            if len(waiting) > ahead:
                first, length, future = waiting.popleft()
                yield first, length, future.result()
        while waiting:
            first, length, future = waiting.popleft()
            yield first, length, future.result()


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
