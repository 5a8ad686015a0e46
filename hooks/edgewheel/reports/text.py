"""Findings as lines: `path:line: CODE message`, an indented fix, a last line that counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edgewheel.documents.paths import relative
from edgewheel.reports.blocks import blocks, singles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from edgewheel.findings import Finding
    from edgewheel.reports.blocks import CauseBlock

#: How many places of one cause are named.
_PLACES = 3
#: Control characters (C0, DEL, C1), line separators, marks that turn the direction of text, what has no width, tags.
_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
#: What a CI system reads as a command: GitHub's `::error::` where a line begins with it, `##[error]` anywhere, and
#: Azure's and TeamCity's `##vso[` and `##teamcity[`.
_COMMAND = r"(?m)^([^\S\n]*):(?=:)|#(?=#(?:vso|teamcity)?\[)"


def clean(text: str, *, keep: str = "") -> str:
    """Foreign text as it may be shown: the project's, a file's name, another tool's words.

    Control characters become `\\x1b`, except those in `keep`, and nothing in it is a command for a CI system. Every
    text that edgewheel prints goes through here, or through `data` as JSON.
    """
    if not (text.isascii() and text.isprintable()):
        text = re.sub(_UNSAFE, lambda match: match[0] if match[0] in keep else _escaped(match[0]), text)
    if "::" in text or "##" in text:
        text = re.sub(_COMMAND, lambda match: f"{match[1]}\\x3a" if match[1] is not None else "\\x23", text)
    return text


def _escaped(character: str) -> str:
    code = ord(character)
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    return named or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def data(value: object) -> str:
    """A value as JSON: every string keeps its content, and what `clean` would change is written as an escape."""
    import json

    return escaped(json.dumps(value, indent=2, ensure_ascii=False))


def escaped(shown: str) -> str:
    """A JSON text with all that is unsafe to print written as escapes; line breaks between values stay."""
    if not shown.isascii() or "\x7f" in shown:
        shown = re.sub(_UNSAFE, lambda match: match[0] if match[0] == "\n" else _json_escape(match[0]), shown)
    return shown.replace("##", "#\\u0023")


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


def place(finding: Finding) -> str:
    """`path:line`, or the path alone of what has no line."""
    line = f":{finding.place.line}" if finding.place.line else ""
    return f"{clean(relative(finding.place.path))}{line}"


def findings(found: Iterable[Finding], *, each_one: bool = False) -> Iterator[str]:
    """The lines of findings, without the count: one block a cause, or `each_one`."""
    for block in brief(singles(found) if each_one else blocks(found)):
        each = block.head
        mark = "" if each.level == "error" else "warning: "
        yield f"{place(each)}: {each.code} {mark}{clean(each.message)}"
        if where := places(block):
            yield f"    {where}"
        if each.fix:
            first, *rest = clean(each.fix, keep="\n").split("\n")
            yield f"    fix: {first}"
            yield from (f"         {more}" for more in rest)


def places(block: CauseBlock) -> str:
    """How many findings a block is made of and where the first ones are; "" for one."""
    if len(block.members) == 1:
        return ""
    named = list(dict.fromkeys(place(each) for each in block.members))
    more = len(named) - _PLACES
    codes = dict.fromkeys(each.code for each in block.members)
    also = f" ({', '.join(codes)})" if len(codes) > 1 else ""
    listed = ", ".join(named[:_PLACES]) + (f" and {more:,} more" if more > 0 else "")
    return f"{plural(len(block.members), 'finding')}{also} with this cause: {listed}"


def brief(found: Iterable[CauseBlock]) -> Iterator[CauseBlock]:
    """The blocks; a fix of several lines that is above already is not repeated."""
    shown: set[str] = set()
    for block in found:
        fix = block.head.fix
        first, more, _ = fix.partition("\n")
        again = f"{first} (as above)" if first.endswith(":") else "as above"
        yield block._replace(head=block.head._replace(fix=again)) if more and fix in shown else block
        shown.add(fix)


def count(found: Sequence[Finding], *, workers: int) -> str:
    """The last line of `check`."""
    where = plural(workers, "Worker")
    errors = sum(each.level == "error" for each in found)
    if not found:
        return f"no findings in {where}"
    return f"{plural(errors, 'error')}, {plural(len(found) - errors, 'warning')} in {where}"


def plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
