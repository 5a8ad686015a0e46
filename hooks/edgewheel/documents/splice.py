"""Pieces of TOML and JSONC cut out of a text or put into it, by position, in the style of what stands around them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edgewheel.documents.document import Key
    from edgewheel.documents.tree import Parsed


class CannotEdit(Exception):  # noqa: N818 - whoever asks decides whether that is an error
    """The text is written in a way that an edit by position does not get right; nothing was changed."""


def literal(text: str) -> str:
    """A string as both formats write it."""
    return json.dumps(text, ensure_ascii=False)


def header(table: Key) -> str:
    names = [str(name) if str(name).replace("-", "").isalnum() else literal(str(name)) for name in table]
    return f"[{'.'.join(names)}]"


def cut(tree: Parsed, key: Key, *, title: str = "") -> str:
    """The text without a key; with `title` as a header where its first TOML table stood."""
    for members in tree.members.values():  # inside braces or brackets: the comma goes too
        for index, member in enumerate(members):
            if member[: len(key)] == key and not any(outer[: len(key)] == key for outer in _around(tree, member)):
                return _member_cut(tree, members, index)
    cuts = []
    for section in tree.sections:
        inner = [tree.spans[entry] for entry in section.entries if entry[: len(key)] == key]
        if section.start >= 0 and section.table[: len(key)] == key:
            cuts.append(tree.lines(section.start, inner[-1].end if inner else section.end))
        else:
            cuts += [tree.lines(span.start, span.end) for span in inner]
    text = tree.text
    end_of_line = "\r\n" if "\r\n" in text else "\n"
    for at, (start, end) in reversed(list(enumerate(cuts))):
        if title and not at:
            return f"{text[:start]}{title}{end_of_line}{text[end:]}"
        text = _joined(text[:start], text[end:])
    return text


def behind(tree: Parsed, start: int, end: int, written: str) -> str:
    """The text with an item or entry behind the one at start:end, in the style of that one."""
    text = tree.text
    behind = tree.blank(end)
    comma = text[behind : behind + 1] == ","
    begin = text.rfind("\n", 0, start) + 1
    if text[begin:start].strip():  # all on one line
        at = behind + 1 if comma else end
        return text[:at] + (f" {written}," if comma else f", {written}") + text[at:]
    if not comma:
        text = f"{text[:end]},{text[end:]}"
    line = text.find("\n", behind if comma else end)
    close = "\r\n" if text[:line].endswith("\r") else "\n"
    added = f"{text[begin:start]}{written}{',' if comma else ''}{close}"
    return text[: line + 1] + added + text[line + 1 :]


def in_section(tree: Parsed, table: Key, line: str, end: str) -> str:
    text = tree.text
    for section in tree.sections:
        if section.table == table and (section.start >= 0 or not table):
            if section.entries:
                last = tree.spans[section.entries[-1]]
                return _with_line(text, tree.lines(last.start, last.end)[1], line, end)
            return _with_line(text, tree.lines(section.start, section.end)[1], line, end) if table else line + text
    for section in tree.sections:
        if section.table[: len(table)] == table and section.start >= 0:
            return f"{text[: section.start]}{header(table)}{end}{line}{end}{text[section.start :]}"
    raise CannotEdit


def _around(tree: Parsed, member: Key) -> list[Key]:
    """The values in braces or brackets, or the TOML entries, that a member stands in."""
    return [member[:depth] for depth in range(1, len(member)) if member[:depth] in tree.spans]


def _joined(before: str, behind: str) -> str:
    """Two pieces of text, with one blank line where each had one."""
    if not before.strip() or before.endswith(("\n\n", "\n\r\n")):
        stripped = behind.lstrip("\r\n")
        if not stripped:
            return before.rstrip("\r\n") + ("\r\n" if before.endswith("\r\n") else "\n") if before.strip() else ""
        return before + stripped
    return before + behind


def _member_cut(tree: Parsed, members: list[Key], index: int) -> str:
    text = tree.text
    start, _, end = tree.spans[members[index]]
    behind = tree.blank(end)
    comma = text[behind : behind + 1] == ","
    if comma:
        end = behind + 1
    first, last = tree.lines(start, end)
    if (first, last) == (start, end):  # it shares its line: the space beside it goes
        if comma:
            last += len(text[last:]) - len(text[last:].lstrip(" \t"))
        elif index:
            first = len(text[:first].rstrip(" \t"))
    text = text[:first] + text[last:]
    if index and not comma:
        before = tree.blank(tree.spans[members[index - 1]].end)
        if text[before : before + 1] == ",":
            text = text[:before] + text[before + 1 :]
    return text


def _with_line(text: str, at: int, line: str, end: str) -> str:
    return text[:at] + ("" if text[:at].endswith("\n") else end) + line + text[at:]
