"""Which of many files the running Python cannot parse: a second process begins at one end, this one at the other."""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.sources.before import endless

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence

#: Below this many files a second process costs more than it brings.
MANY = 200
#: Says one sign a file: `.` for a file that parses, `x` for one that has to be looked at. An unknown future feature
#: makes Python stop when it has parsed and before it compiles, which is a third of the time: of many files only the
#: grammar is judged, not, say, a `return` outside of any function.
_HELPER = """
import sys
say = sys.stdout.buffer
for path in sys.stdin.buffer.read().split(b"\\0"):
    try:
        with open(path, "rb") as file:
            source = file.read()
        if any(line.count(b".") > 2000 for line in source.split(b"\\n") if len(line) > 4000):
            raise ValueError  # a name of thousands of parts would take it minutes
        compile(b"from __future__ import edgewheel\\n" + source, "module.py", "exec", dont_inherit=True)
        parses = True
    except SyntaxError as error:
        parses = str(error.msg).startswith("future feature edgewheel ")
    except Exception:
        parses = False
    say.write(b"." if parses else b"x")
    say.flush()
"""


class Parsing(NamedTuple):
    """Files that are being parsed. `helper` is None where this process does it all; `whole`: all of the compiler is
    asked, not only the grammar.
    """

    paths: Sequence[str]
    helper: subprocess.Popen[bytes] | None
    whole: bool = False


def begin(paths: Sequence[str], *, many: bool) -> Parsing:
    """Starts with many files at once; `suspects` ends it. Only Python's own parser runs, none of the code. `many`: the
    grammar is enough, also where most of many are known already.
    """
    if not many:
        return Parsing(paths, None, whole=True)
    if len(paths) < MANY or os.name != "posix" or (os.cpu_count() or 1) < 2:
        return Parsing(paths, None)
    import subprocess

    command = [sys.executable, "-I", "-S", "-W", "ignore", "-c", _HELPER]
    try:
        helper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:  # no second process here
        return Parsing(paths, None)
    assert helper.stdin is not None  # noqa: S101 - it is a pipe
    assert helper.stdout is not None  # noqa: S101 - it is a pipe
    try:
        helper.stdin.write("\0".join(paths).encode("utf-8", "surrogateescape"))
        helper.stdin.close()
    except OSError:
        _end(helper)
        return Parsing(paths, None)
    os.set_blocking(helper.stdout.fileno(), False)
    return Parsing(paths, helper)


def suspects(parsing: Parsing, read: Callable[[str], bytes]) -> list[str]:
    """The files to be looked at, in order: all of few, of many those whose grammar is wrong."""
    paths, helper, whole = parsing
    if whole:
        return list(paths)
    answers = b""
    own: list[str] = []
    position = len(paths)
    if helper is None:
        return [path for path in paths if not _is_grammatical(read(path))]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            while position > len(answers):
                answers += _said(helper)
                if position > len(answers):
                    position -= 1
                    if not _is_grammatical(read(paths[position])):
                        own.append(paths[position])
    finally:
        _end(helper)
    first = [path for path, answer in zip(paths[:position], answers, strict=False) if answer == ord("x")]
    return [*first, *reversed(own)]


def _is_grammatical(source: bytes) -> bool:
    """The same question as the helper's."""
    if endless(source):
        return False
    try:
        compile(b"from __future__ import edgewheel\n" + source, "module.py", "exec", dont_inherit=True)
    except SyntaxError as error:
        return str(error.msg).startswith("future feature edgewheel ")
    except (ValueError, RecursionError, MemoryError):
        return False
    return True


def _said(helper: subprocess.Popen[bytes]) -> bytes:
    assert helper.stdout is not None  # noqa: S101 - it is a pipe
    try:
        return os.read(helper.stdout.fileno(), 65536)
    except BlockingIOError:
        return b""


def _end(helper: subprocess.Popen[bytes]) -> None:
    """Stops the second process, wherever it is."""
    helper.kill()
    for pipe in (helper.stdin, helper.stdout):
        if pipe is not None and not pipe.closed:
            pipe.close()
    helper.wait()
