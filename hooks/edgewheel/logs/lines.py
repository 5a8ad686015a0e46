"""Reads a log of any length in flat memory: the lines that hold one of a few texts, cleaned, with their numbers.

Only lines that hold an anchor, and those that follow it, are decoded. A gigabyte is searched as bytes: by the C
library's `memmem` where there is one, else by `bytearray.find`; a large file by as many processes as there are
processors.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections import Counter, deque
from collections.abc import Mapping
from functools import partial
from itertools import islice
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Echo = Callable[[bytes], object]
    Find = Callable[[bytearray, bytes, int, int], int]

#: Bytes read at once: few enough to stay in a processor's cache while one anchor after the other is looked for.
_BLOCK = 1 << 20
#: A line longer than this is cut: a minified file may be logged as one line.
_LONGEST = 1 << 20
#: A file of this size in bytes is worth the start of more processes; each takes a part of it at a time.
_LARGE = 64 << 20
_PART = 8 << 20
_COLOURS = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]_][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^-_])")
#: What CI systems put before a line, once or several times: `2026-11-20T10:00:00.1234567Z ` (GitHub Actions; `gh run
#: view --log` puts job and step before it), GitLab's `2026-…Z 00O `, `10:00:00 `, `[10:00:00] `, `Nov 20 10:00:00 `,
#: `#12 3.456 ` (Docker), `##[error]`.
_STAMP = re.compile(
    r"^\ufeff?(?:[^\t]{1,200}\t[^\t]{1,200}\t\ufeff?(?=\d{4}-))?(?:"
    r"\s*\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d| UTC)?(?:\]|(?= \d\d[OE])|(?=\s|$))"
    r"(?: \d\d[OE](?:[ +]|$)|\s?)"
    r"|\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?(?:\t| {1,2}|$)"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?:[\w.-]+ [\w./-]+\[\d+\]: )?"
    r"|(?:#\d+ )?\d+\.\d{1,3}(?: |$)|##\[error\]|::error[^:]*::){0,3}"
)
#: How GitHub Actions colours the commands of a step before it runs them.
_ECHOED = b"\x1b[36;1m"
#: Texts that several anchors hold, of which a log without errors often has none.
_SHARED = (b"ERR", b"rror", b" exceeded ", b" found", b" @ ", b" module", b"is not ")


class Line(NamedTuple):
    """A line that holds an anchor, or follows one; `number` from 1, `text` without colours, time stamp and line end."""

    number: int
    text: str


def matching(
    stream: IO[bytes], anchors: Sequence[bytes] | Mapping[bytes, int], echo: Echo | None = None
) -> Iterator[Line]:
    """The lines of a stream that hold one of the anchors, in order, and as many after each as a mapping gives it.

    Commands that a CI system shows before it runs them are left out. `echo` gets every byte as soon as it is read.
    """
    wanted = anchors if isinstance(anchors, Mapping) else dict.fromkeys(anchors, 0)
    size = _size(stream)
    if size >= _LARGE and echo is None:
        yield from _in_parts(str(stream.name), size, wanted)
    else:
        yield from _lines(_blocks(stream, echo), wanted)


def _lines(
    blocks: Iterator[tuple[bytearray, int]],
    anchors: Mapping[bytes, int],
    *,
    until: int = sys.maxsize,
    before: Callable[[int], int] | None = None,
) -> Iterator[Line]:
    """Numbered from 1. `until` is an offset in the stream: from there on only lines that follow an anchor before it are
    given. `before` tells how many line ends there are before an offset: then they are counted from the first hit on,
    since counting takes as long as looking for two anchors.
    """
    search = _Search(anchors)
    number, left, passed = 1, 0, 0
    for block, size in blocks:
        hits = search.starts(block, size)
        if hits and before is not None:
            number, before = number + before(passed), None
        counted = cursor = 0
        for start in (*sorted(hits), size):
            while left and cursor < start:
                number += block.count(b"\n", counted, cursor)
                counted = cursor
                end = _end(block, cursor, size)
                yield from _line(number, block[cursor:end])
                left, cursor = left - 1, end + 1
            if start < min(size, until - passed):
                number += block.count(b"\n", counted, start)
                counted = start
                end = _end(block, start, size)
                yield from _line(number, block[start:end])
                left, cursor = max(left, hits[start]), end + 1
        if before is None:
            number += block.count(b"\n", counted, size)
        passed += size
        if passed >= until and not left:
            break


def _end(block: bytearray, start: int, size: int) -> int:
    end = block.find(b"\n", start, size)
    return end if end >= 0 else size


def _line(number: int, raw: bytearray) -> Iterator[Line]:
    """The line, unless it is a command that a CI system shows before it runs it."""
    if _ECHOED not in raw[:100]:
        yield Line(number, clean(bytes(raw)))


def _in_parts(path: str, size: int, anchors: Mapping[bytes, int]) -> Iterator[Line]:
    from concurrent.futures import ProcessPoolExecutor

    workers = os.cpu_count() or 1
    passed: list[tuple[int, int]] = []  # parts whose line ends need counting only where something follows
    number = last = 0
    with ProcessPoolExecutor(workers) as pool:
        parts = iter(_cuts(path, size))
        waiting = deque((part, pool.submit(_part, path, *part, anchors)) for part in islice(parts, workers * 2))
        while waiting:
            part, future = waiting.popleft()
            lines = future.result()
            for more in parts:
                waiting.append((more, pool.submit(_part, path, *more, anchors)))
                break
            if lines:
                number += sum(pool.map(_count, *zip(*((path, *each) for each in passed), strict=True))) if passed else 0
                passed.clear()
            for line in lines:  # the lines that follow an anchor may lie in the next part, which gives them again
                if number + line.number > last:
                    last = number + line.number
                    yield line._replace(number=last)
            passed.append(part)


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


def _part(path: str, start: int, end: int, anchors: Mapping[bytes, int]) -> list[Line]:
    """The lines of a part, numbered from 1, with those behind its end that follow one of them."""
    with open(path, "rb", buffering=0) as file:
        file.seek(start)
        count = partial(_count, path, start)
        return list(
            _lines(_blocks(file, None), anchors, until=end - start, before=lambda passed: count(start + passed))
        )


def _count(path: str, start: int, end: int) -> int:
    """The line ends of a part."""
    with open(path, "rb", buffering=0) as file:
        file.seek(start)
        return sum(block.count(b"\n", 0, size) for block, size in _blocks(file, None, end - start))


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
    fill = getattr(stream, "readinto1", None) or stream.readinto  # type: ignore[attr-defined]
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


class _Search:
    """Looks for anchors in one block after the other. One byte is found many times as fast as an anchor, so only those
    anchors are looked for of which the block has every byte, and of several that share a text first that text.
    """

    def __init__(self, anchors: Mapping[bytes, int]) -> None:
        self.anchors = anchors
        self.find = _memmem() or _find
        self.shared = {anchor: next((each for each in _SHARED if each in anchor), b"") for anchor in anchors}
        self.holding = Counter(byte for anchor in anchors for byte in set(anchor))
        #: bytes that the last block lacked, those of most anchors first
        self.lacked: list[int] = []

    def starts(self, block: bytearray, size: int) -> dict[int, int]:
        """Offsets of the lines that hold an anchor, each with the number of lines that are wanted after it."""
        starts: dict[int, int] = {}
        shares = {b"": True}
        for anchor in self._possible(block, size):
            shared = self.shared[anchor]
            if shared not in shares:
                shares[shared] = self.find(block, shared, 0, size) >= 0
            at = self.find(block, anchor, 0, size) if shares[shared] else -1
            while at >= 0:
                start = block.rfind(b"\n", 0, at) + 1
                starts[start] = max(starts.get(start, 0), self.anchors[anchor])
                line = block.find(b"\n", at, size)
                at = self.find(block, anchor, line, size) if line >= 0 else -1
        return starts

    def _possible(self, block: bytearray, size: int) -> list[bytes]:
        """The anchors of which a block has every byte."""
        left = list(self.anchors)
        lacked = []
        for byte in (*self.lacked, *(byte for byte, _ in self.holding.most_common())):
            if any(byte in anchor for anchor in left) and block.find(byte, 0, size) < 0:
                lacked.append(byte)
                left = [anchor for anchor in left if byte not in anchor]
        self.lacked = sorted(lacked, key=lambda byte: -self.holding[byte])
        return left


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
