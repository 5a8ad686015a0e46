"""Edits of TOML and JSONC that keep comments and formatting, as cuts and insertions in the text itself.

A TOML library that re-writes a table drops the comments behind its last key, which belong to the next one; so the
text is cut by position here, and each result is parsed again: it must hold what the edit meant, and nothing else.
"""

from __future__ import annotations

import re
from copy import deepcopy
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from edgewheel.documents.document import Document, parse
from edgewheel.documents.splice import CannotEdit, behind, cut, header, in_section, literal
from edgewheel.findings import Edit

if TYPE_CHECKING:
    from edgewheel.documents.document import Key

#: Pairs of lines that are compared; beyond them all is one edit from the first line that differs.
_MOST = 4_000_000


def removed(document: Document, key: Key) -> Document:
    """Without a key, table or list item. The tables around it stay, with a header of their own if need be."""
    expected = deepcopy(document.data)
    holder = _step(expected, key[:-1])
    del holder[key[-1]]
    text = cut(document.tree, key)
    if _is_lost(document, text, key[:-1]):
        text = cut(document.tree, key, title=header(key[:-1]))
    return _verified(document, text, expected)


def renamed(document: Document, key: Key, name: str) -> Document:
    """With another last name for a key; its value, place and comments stay."""
    expected = deepcopy(document.data)
    holder = _step(expected, key[:-1])
    holder[name] = holder.pop(key[-1])
    span = document.tree.spans.get(key)
    if span is None:
        raise CannotEdit
    at = document.text.rfind(str(key[-1]), span.start, span.value)
    text = document.text[:at] + name + document.text[at + len(str(key[-1])) :]
    return _verified(document, text, expected)


def replaced(document: Document, key: Key, value: str) -> Document:
    """With another value for a key; `value` is its text in the document's own format."""
    expected = deepcopy(document.data)
    _step(expected, key[:-1])[key[-1]] = _value(document, value)
    span = document.tree.spans.get(key)
    if span is None:
        raise CannotEdit
    return _verified(document, document.text[: span.value] + value + document.text[span.end :], expected)


def appended(document: Document, key: Key, item: str) -> Document:
    """With one more string at the end of a list, on a line of its own where the last item has one."""
    expected = deepcopy(document.data)
    if not isinstance(listed := _step(expected, key), list):
        raise CannotEdit
    listed.append(item)
    tree = document.tree
    if key not in tree.members:
        raise CannotEdit
    members = tree.members[key]
    if members:
        text = behind(tree, tree.spans[members[-1]].start, tree.spans[members[-1]].end, literal(item))
    else:
        at = tree.spans[key].value + 1
        text = document.text[:at] + literal(item) + document.text[at:]
    return _verified(document, text, expected)


def inserted(document: Document, table: Key, name: str, value: str) -> Document:
    """With a new entry in a table; `value` is its text in the document's own format."""
    tree = document.tree
    end = "\r\n" if "\r\n" in document.text else "\n"
    text = document.text
    if table in tree.members:
        written = f"{name} = {value}" if tree.syntax == "toml" else f"{literal(name)}: {value}"
        first = tree.members[table][:1]
        at = tree.spans[table].value + 1
        if first:
            start = tree.spans[first[0]].start
            between = text[text.rfind("\n", 0, start) + 1 : start]
            written += f",{end}{between}" if not between.strip() and "\n" in text[at:start] else ", "
            at = start
        text = text[:at] + written + text[at:]
    else:
        text = in_section(tree, table, f"{name} = {value}{end}", end)
    expected = deepcopy(document.data)
    _step(expected, table, create=True)[name] = _value(document, value)
    return _verified(document, text, expected)


def added(document: Document, table: Key, name: str, value: str) -> Document:
    """As `inserted`, but behind the last entry of a table in braces: what stands above the first one stays there."""
    tree = document.tree
    members = tree.members.get(table)
    if not members or tree.syntax == "toml":
        return inserted(document, table, name, value)
    expected = deepcopy(document.data)
    _step(expected, table)[name] = _value(document, value)
    last = tree.spans[members[-1]]
    return _verified(document, behind(tree, last.start, last.end, f"{literal(name)}: {value}"), expected)


def table_added(document: Document, name: str, lines: list[str]) -> Document:
    """With a new TOML table behind the entries that stand under no header."""
    end = "\r\n" if "\r\n" in document.text else "\n"
    written = end.join([f"[{name}]", *lines]) + end
    tree = document.tree
    top = tree.sections[0]
    last = tree.spans[top.entries[-1]] if top.entries else None
    at = tree.lines(last.start, last.end)[1] if last else 0
    before, behind = document.text[:at], document.text[at:]
    lead = "" if not before else end if before.endswith("\n") else end * 2
    gap = "" if not behind or behind.startswith(("\n", "\r\n")) else end
    expected = deepcopy(document.data) | parse("table.toml", written.encode()).data
    return _verified(document, f"{before}{lead}{written}{gap}{behind}", expected)


def retitled(document: Document, key: Key, name: Key) -> Document:
    """With another name for the tables of a key that is written as TOML headers."""
    expected = deepcopy(document.data)
    holder = _step(expected, key[:-1])
    _step(expected, name[:-1], create=True)[name[-1]] = holder.pop(key[-1])
    tree = document.tree
    text = document.text
    for section in reversed(tree.sections):
        if section.start >= 0 and section.table[: len(key)] == key:
            below = tuple(each for each in section.table[len(key) :] if isinstance(each, str))
            title = header((*name, *below))
            array = text.startswith("[[", section.start)
            text = text[: section.start] + (f"[{title}]" if array else title) + text[section.end :]
    return _verified(document, text, expected)


def value_text(document: Document, key: Key) -> str | None:
    """The text of a value as it stands, None for what is spread over TOML table headers."""
    span = document.tree.spans.get(key)
    return document.text[span.value : span.end] if span else None


def between(before: Document, after: Document) -> tuple[Edit, ...]:
    """The edits that make one text the other: the lines that differ."""
    if before.text == after.text:
        return ()
    from difflib import SequenceMatcher

    # by line feeds alone: what else ends a line for Python may stand in a string by the thousand
    old, new = re.findall("[^\n]*\n|[^\n]+", before.text), re.findall("[^\n]*\n|[^\n]+", after.text)
    starts = [0, *accumulate(map(len, old))]
    if len(old) * len(new) > _MOST:
        same = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), 0)
        return (Edit(before.path, starts[same], starts[-1], "".join(new[same:])),)
    return tuple(
        Edit(before.path, starts[first], starts[last], "".join(new[low:high]))
        for kind, first, last, low, high in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if kind != "equal"
    )


def _value(document: Document, text: str) -> Any:  # noqa: ANN401 - any value of either format
    if document.path.endswith(".toml"):
        return parse("value.toml", f"value = {text}".encode()).data["value"]
    return parse("value.json", f'{{"value": {text}}}'.encode()).data["value"]


def _step(data: Any, key: Key, *, create: bool = False) -> Any:  # noqa: ANN401 - tables and lists alike
    for name in key:
        data = data.setdefault(name, {}) if create else data[name]
    return data


def _verified(document: Document, text: str, expected: dict[str, Any]) -> Document:
    found = parse(document.path, text.encode("utf-8", "surrogatepass"))
    if found.problem is not None or _filled(found.data) != _filled(expected):
        raise CannotEdit
    return found


def _filled(value: Any) -> Any:  # noqa: ANN401 - any value of either format
    """Without empty tables and lists: a header more or less is no change of the content."""
    if isinstance(value, dict):
        kept = {name: _filled(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in ({}, [])}
    return [_filled(item) for item in value] if isinstance(value, list) else value


def _is_lost(document: Document, text: str, table: Key) -> bool:
    """Whether a TOML table is gone that only its lost key made known."""
    try:
        _step(parse(document.path, text.encode("utf-8", "surrogatepass")).data, table)
    except (KeyError, IndexError, TypeError):
        return True
    return False
