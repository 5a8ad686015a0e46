"""What a module's bytes say before they are parsed: their text, its encoding, and whether parsing would ever end."""

from __future__ import annotations

import re

#: No encoding is declared further behind than this.
_HEAD = 400
_CODING = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
#: More parts than a name can have whose folders the system can open. Python's parser joins such a name part by part,
#: each time all of it again.
PARTS = 2000
_DOTTED = re.compile(rb"\w+(?:[ \t]*\.[ \t]*\w+)*")


class Unsure(Exception):  # noqa: N818 - it is a decision, not an error
    """The text holds what only a syntax tree tells."""


def decode(source: bytes) -> str:
    """The text with its lines ended by `\\n`; raises Unsure for another encoding than UTF-8."""
    if coding(source).lower().replace(b"_", b"-") not in {b"", b"utf-8", b"utf8", b"ascii"}:
        raise Unsure
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unsure from None
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if "\r" in text or "\f" in text or "\0" in text:
        raise Unsure
    return text


def coding(source: bytes) -> bytes:
    """The encoding that a comment in the first two lines declares (PEP 263), "" for none; read by lines, since a
    pattern over both tries every `#` of a long line against the rest of it.
    """
    if b"coding" not in source[:_HEAD]:
        return b""
    for line in source[:_HEAD].removeprefix(b"\xef\xbb\xbf").split(b"\n", 2)[:2]:
        if match := _CODING.match(line):
            return match[1]
        if line.strip() and not line.lstrip().startswith(b"#"):
            break
    return b""


def endless(source: bytes) -> int:
    """The line that imports a name which nothing can read in any time, 0 for none."""
    if source.count(b".") > PARTS and b"import" in source:
        for number, line in enumerate(source.split(b"\n"), 1):
            found = _DOTTED.finditer(line) if line.count(b".") > PARTS and b"import" in line else ()
            if any(match[0].count(b".") > PARTS for match in found):
                return number
    return 0
