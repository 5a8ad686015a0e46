"""Whether a Python of the runtime can parse a module, asked of the Python that is running."""

from __future__ import annotations

import re
import sys
import warnings
from _ast import PyCF_ONLY_AST
from typing import NamedTuple

from edgewheel.sources.before import PARTS, coding, endless

#: Bytes of a module that is parsed and not compiled: Python 3.11 compiles 10,000 functions of one module in 1.3 s, and
#: 50,000 in 37 s.
_LARGE = 100_000
#: Syntax by the first Python that has it: a line with it is not judged by an older one.
_NEW = {
    (3, 11): re.compile(r"\bexcept[ \t]*\*|\[[^\[\]]*\*\w|\*args[ \t]*:[ \t]*\*"),
    (3, 12): re.compile(r"""^[ \t]*type[ \t]+\w+|\b(?:def|class)[ \t]+\w+[ \t]*\[|\b[rR]?[fF][rR]?['"]"""),
    (3, 14): re.compile(r"""\bexcept\b[^(:\n]{0,500},|\b[rR]?[tT][rR]?['"]"""),
}
#: What newer Pythons than the selected one parse without a word.
_NEWER = {
    (3, 13): re.compile(rb"\b(?:def|class|type)[ \t]+\w+[ \t]*\[[^\[\]]*="),
    (3, 14): re.compile(rb"""\bexcept\b[^(:\n]{0,500},|\b[rR]?[tT][rR]?['"]"""),
}


class Fault(NamedTuple):
    """What is wrong, with line and column from 1 (0 where the parser does not tell)."""

    message: str
    line: int
    column: int


def fault(source: bytes, python: tuple[int, int], *, name: str = "module.py") -> Fault | None:
    """Why that Python cannot parse a module's bytes; None where it can, or where the running Python cannot tell. Of a
    large module the grammar alone is judged, not, say, a `return` outside of any function.
    """
    running = sys.version_info[:2]
    if line := endless(source):
        return Fault(f"a name of more than {PARTS:,} parts is imported", line, 0)
    if b"\0" in source:  # Pythons tell it in different words, and none tells where
        at = source.index(b"\0")
        line, column = source.count(b"\n", 0, at) + 1, at - source.rfind(b"\n", 0, at)
        return Fault("source code cannot contain null bytes", line, column)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, name, "exec", PyCF_ONLY_AST if len(source) > _LARGE else 0, dont_inherit=True)
    except SyntaxError as error:
        found = Fault(error.msg, error.lineno or 0, error.offset or 0)
        return None if _is_elsewise(source, found, running, python) else found
    except ValueError as error:
        return Fault(str(error), 0, 0)
    except (RecursionError, MemoryError):
        return None
    if running < (3, 14) <= python:
        return _not_utf8(source)
    return _too_new(source, python) if running > python else None


def needs_look(source: bytes, python: tuple[int, int]) -> bool:
    """Whether `fault` may find something in a module that the running Python parses."""
    running = sys.version_info[:2]
    if running < (3, 14) <= python:
        return not source.isascii()
    return running > python and _has_newer(source, python)


def _has_newer(source: bytes, python: tuple[int, int]) -> bool:
    return any(first > python and pattern.search(source) for first, pattern in _NEWER.items())


def _is_elsewise(source: bytes, found: Fault, running: tuple[int, int], python: tuple[int, int]) -> bool:
    """Whether the selected Python may well take what the running one does not."""
    lines = source.splitlines()
    line = lines[found.line - 1] if 0 < found.line <= len(lines) else b""
    if running >= (3, 14) > python and found.message.startswith("Non-UTF-8 code"):
        return b"#" in line and not re.search(rb"['\"]", line.partition(b"#")[0])
    text = line.decode("utf-8", "replace")
    if running < (3, 12) <= python and found.message.startswith("f-string"):
        return True
    return any(running < first <= python and pattern.search(text) for first, pattern in _NEW.items())


def _not_utf8(source: bytes) -> Fault | None:
    """facts: a byte that is no UTF-8 is a SyntaxError from 3.14 on in a comment too."""
    if source.isascii() or coding(source):
        return None
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        column = error.start - source.rfind(b"\n", 0, error.start)
        byte = f"\\x{source[error.start]:02x}"
        return Fault(f"Non-UTF-8 code starting with '{byte}' on line {line}, but no encoding declared", line, column)
    return None


def _too_new(source: bytes, python: tuple[int, int]) -> Fault | None:
    if not _has_newer(source, python):
        return None
    import ast

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source, feature_version=python)
    except SyntaxError as error:
        return Fault(error.msg, error.lineno or 0, error.offset or 0)
    template = next((node for node in ast.walk(tree) if type(node).__name__ == "TemplateStr"), None)
    if template is not None and python < (3, 14):
        return Fault("template strings are new in Python 3.14", getattr(template, "lineno", 0), 0)
    return None
