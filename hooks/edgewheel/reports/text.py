"""Findings as lines: `path:line: CODE message`, an indented fix, a last line that counts."""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from edgewheel.findings import Finding

#: Control characters (C0, DEL, C1) and the marks that turn the direction of text.
_UNSAFE = "[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"


def clean(text: str, *, keep: str = "") -> str:
    """A text of the project's made safe for a terminal: control characters as `\\x1b`, except those in `keep`."""
    return re.sub(_UNSAFE, lambda match: match[0] if match[0] in keep else _escaped(match[0]), text)


def _escaped(sign: str) -> str:
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(
        sign, f"\\x{ord(sign):02x}" if ord(sign) < 256 else f"\\u{ord(sign):04x}"
    )


def relative(path: str) -> str:
    """An absolute posix path as seen from the current folder; "" stays."""
    return posixpath.relpath(path, os.getcwd().replace(os.sep, "/")) if path else ""


def place(finding: Finding) -> str:
    """`path:line`, or the path alone of what has no line."""
    line = f":{finding.place.line}" if finding.place.line else ""
    return f"{clean(relative(finding.place.path))}{line}"


def findings(found: Iterable[Finding]) -> Iterator[str]:
    """The lines of findings, without the count."""
    for each in brief(found):
        mark = "" if each.level == "error" else "warning: "
        yield f"{place(each)}: {each.code} {mark}{clean(each.message)}"
        if each.fix:
            first, *rest = clean(each.fix, keep="\n").split("\n")
            yield f"    fix: {first}"
            yield from (f"         {more}" for more in rest)


def brief(found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings; a fix of several lines that stands above already is not told again."""
    shown: set[str] = set()
    for each in found:
        first, more, _ = each.fix.partition("\n")
        again = f"{first} (as above)" if first.endswith(":") else "as above"
        yield each._replace(fix=again) if more and each.fix in shown else each
        shown.add(each.fix)


def count(found: Sequence[Finding], *, workers: int) -> str:
    """The last line of `check`."""
    where = plural(workers, "Worker")
    errors = sum(each.level == "error" for each in found)
    if not found:
        return f"no findings in {where}"
    return f"{plural(errors, 'error')}, {plural(len(found) - errors, 'warning')} in {where}"


def plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
