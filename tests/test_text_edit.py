"""Edits of TOML and JSONC by position: what goes, what stays, and what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgewheel.documents import edit, splice
from edgewheel.documents.document import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgewheel.documents.document import Document

    Change = Callable[[Document], Document]

REMOVED = {
    "a table between comments": (
        "build",
        (
            '# top\nmain = "a"  # entry\n\n# old\n[build.upload]  # gone\nformat = "m"\n# gone too\ndir = "x"\n\n'
            '# next\n[vars]\nA = "1"\n'
        ),
        '# top\nmain = "a"  # entry\n\n# old\n\n# next\n[vars]\nA = "1"\n',
    ),
    "a table at the end": ("build", 'main = "a"\n\n[build]\ncommand = "x"\n', 'main = "a"\n'),
    "the only table": ("build", '[build]\ncommand = "x"\n', ""),
    "an entry with its comment": ("build", 'main = "a"\nbuild = 1  # gone\nx = 2\n', 'main = "a"\nx = 2\n'),
    "a list over lines": ("build", 'build = [\n  "a", # gone\n]\nx = 2\n', "x = 2\n"),
    "dotted keys": ("build", "build.a = 1\nx = 2\nbuild.b.c = 3\n", "x = 2\n"),
    "tables apart from each other": (
        "build",
        "[build.a]\nx = 1\n[vars]\ny = 2\n[[build.b]]\nz = 3\n[[build.b]]\nz = 4\n",
        "[vars]\ny = 2\n",
    ),
    "a text with the key's name in it": (
        "build",
        's = """\n[build]\nx = 1\n"""\n[build]\nx = 1\n',
        's = """\n[build]\nx = 1\n"""\n',
    ),
    "no newline at the end": ("build", "x = 1\nbuild = 2", "x = 1\n"),
    "CRLF": ("build", "x = 1\r\n\r\n[build]\r\ny = 2\r\n\r\n[z]\r\n", "x = 1\r\n\r\n[z]\r\n"),
}


@pytest.mark.parametrize("name", REMOVED)
def test_removed_from_toml(name: str) -> None:
    key, before, after = REMOVED[name]
    assert edit.removed(_toml(before), (key,)).text == after


INNER = {
    "the first of an inline table": ("t = {a = 1, b = 2} # c\n", ("t", "a"), "t = {b = 2} # c\n"),
    "the last of an inline table": ("t = { a = 1, b = 2 }\n", ("t", "b"), "t = { a = 1 }\n"),
    "the only one": ("t = { a = 1 }\nx = 1\n", ("t", "a"), "t = {  }\nx = 1\n"),
    "an item": ('l = ["a", "b", "c"]\n', ("l", 1), 'l = ["a", "c"]\n'),
    "an item on its line": (
        'l = [\n  "a",\n  "b", # gone\n  "c" # stays\n]\n',
        ("l", 1),
        'l = [\n  "a",\n  "c" # stays\n]\n',
    ),
    "the last item on its line": ('l = [\n  "a", # stays\n  "b" # gone\n]\n', ("l", 1), 'l = [\n  "a" # stays\n]\n'),
    "a sub-table that alone made its table known": (
        "# e\n[env.a.build]\nx = 1\n\n[vars]\ny = 1\n",
        ("env", "a", "build"),
        "# e\n[env.a]\n\n[vars]\ny = 1\n",
    ),
    "one of an array of tables": ("[[r]]\nx = 1\n\n[[r]]\nx = 2\n", ("r", 0), "[[r]]\nx = 2\n"),
}


@pytest.mark.parametrize("name", INNER)
def test_removed_from_within_toml(name: str) -> None:
    before, key, after = INNER[name]
    assert edit.removed(_toml(before), key).text == after


JSONC = {
    "the first": ('{\n  "a": 1, // gone\n  // stays\n  "b": 2\n}\n', ("a",), '{\n  // stays\n  "b": 2\n}\n'),
    "the last": ('{\n  "a": 1, // stays\n  "b": 2 // gone\n}\n', ("b",), '{\n  "a": 1 // stays\n}\n'),
    "the last with its comma": ('{\n  "a": 1,\n  "b": 2,\n}\n', ("b",), '{\n  "a": 1,\n}\n'),
    "the only one": ('{"t": {"a": {"x": [1, 2]}}}', ("t", "a"), '{"t": {}}'),
    "on one line": ('{"a": 1, "b": 2, "c": 3}\n', ("b",), '{"a": 1, "c": 3}\n'),
    "the last on one line": ('{ "a": 1, "b": 2 }\n', ("b",), '{ "a": 1 }\n'),
    "with a comment about a comma": ('{"a": 1 /* , */, "b": 2}', ("b",), '{"a": 1 /* , */}'),
    "an item": ('{"l": ["a",\n "b",\n "c"]}', ("l", 1), '{"l": ["a",\n "c"]}'),
    "with CRLF": ('{\r\n  "a": 1,\r\n  "b": 2\r\n}\r\n', ("b",), '{\r\n  "a": 1\r\n}\r\n'),
}


@pytest.mark.parametrize("name", JSONC)
def test_removed_from_jsonc(name: str) -> None:
    before, key, after = JSONC[name]
    assert edit.removed(_json(before), key).text == after


OTHERS: dict[str, tuple[str, str, Change, str]] = {
    "append to a line": ("t", 'l = ["a"] # c\n', lambda d: edit.appended(d, ("l",), "b"), 'l = ["a", "b"] # c\n'),
    "append behind a comma": ("t", 'l = ["a",]\n', lambda d: edit.appended(d, ("l",), "b"), 'l = ["a", "b",]\n'),
    "append to nothing": ("t", "l = []\n", lambda d: edit.appended(d, ("l",), "b"), 'l = ["b"]\n'),
    "append to lines": (
        "t",
        'l = [\n    "a",  # one\n    "b"   # two\n]  # end\n',
        lambda d: edit.appended(d, ("l",), 'c"'),
        'l = [\n    "a",  # one\n    "b",   # two\n    "c\\""\n]  # end\n',
    ),
    "append to lines with a last comma": (
        "j",
        '{"l": [\n\t"a", // one\n]}',
        lambda d: edit.appended(d, ("l",), "b"),
        '{"l": [\n\t"a", // one\n\t"b",\n]}',
    ),
    "append with CRLF": (
        "t",
        'l = [\r\n  "a"\r\n]\r\n',
        lambda d: edit.appended(d, ("l",), "b"),
        'l = [\r\n  "a",\r\n  "b"\r\n]\r\n',
    ),
    "rename": (
        "t",
        '[t]\n# c\nold = ["old"] # old\n',
        lambda d: edit.renamed(d, ("t", "old"), "new"),
        '[t]\n# c\nnew = ["old"] # old\n',
    ),
    "rename a dotted key": ("t", "a.old = 1\n", lambda d: edit.renamed(d, ("a", "old"), "new"), "a.new = 1\n"),
    "rename in JSON": ("j", '{"old": "old"}', lambda d: edit.renamed(d, ("old",), "new"), '{"new": "old"}'),
    "insert at the top": (
        "t",
        '# c\nname = "x" # n\n\n[vars]\nA = 1\n',
        lambda d: edit.inserted(d, (), "main", '"a"'),
        '# c\nname = "x" # n\nmain = "a"\n\n[vars]\nA = 1\n',
    ),
    "insert before the first table": (
        "t",
        "[vars]\nA = 1\n",
        lambda d: edit.inserted(d, (), "main", '"a"'),
        'main = "a"\n[vars]\nA = 1\n',
    ),
    "insert in a table": (
        "t",
        "[env.a]\n[x]\n",
        lambda d: edit.inserted(d, ("env", "a"), "main", '"a"'),
        '[env.a]\nmain = "a"\n[x]\n',
    ),
    "insert in a table without a header": (
        "t",
        "[env.a.vars]\nA = 1\n",
        lambda d: edit.inserted(d, ("env", "a"), "main", '"a"'),
        '[env.a]\nmain = "a"\n\n[env.a.vars]\nA = 1\n',
    ),
    "insert in an inline table": (
        "t",
        "t = {a = 1}\n",
        lambda d: edit.inserted(d, ("t",), "b", "[2]"),
        "t = {b = [2], a = 1}\n",
    ),
    "insert in an object": (
        "j",
        '{\n  // c\n  "a": 1\n}\n',
        lambda d: edit.inserted(d, (), "b", "true"),
        '{\n  // c\n  "b": true,\n  "a": 1\n}\n',
    ),
    "insert in an empty object": ("j", '{"t": {}}', lambda d: edit.inserted(d, ("t",), "b", "1"), '{"t": {"b": 1}}'),
    "add behind the last of an object": (
        "j",
        '{\n  // c\n  "a": 1 // d\n}\n',
        lambda d: edit.added(d, (), "b", "true"),
        '{\n  // c\n  "a": 1, // d\n  "b": true\n}\n',
    ),
    "add behind a comma": (
        "j",
        '{\n  "a": {"x": 1,},\n}\n',
        lambda d: edit.added(d, ("a",), "y", "2"),
        '{\n  "a": {"x": 1, "y": 2,},\n}\n',
    ),
    "add to an empty object": ("j", '{"t": {}}', lambda d: edit.added(d, ("t",), "b", "1"), '{"t": {"b": 1}}'),
    "add to an inline table": ("t", "t = {a = 1}\n", lambda d: edit.added(d, ("t",), "b", "2"), "t = {b = 2, a = 1}\n"),
    "retitle": (
        "t",
        "[[build.upload.rules]] # r\nx = 1\n[build.upload.rules.y]\nz = 1\n",
        lambda d: edit.retitled(d, ("build", "upload", "rules"), ("rules",)),
        "[[rules]] # r\nx = 1\n[rules.y]\nz = 1\n",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_edits(name: str) -> None:
    kind, before, change, after = OTHERS[name]
    document = _toml(before) if kind == "t" else _json(before)
    assert change(document).text == after


def test_a_key_that_is_written_twice_over_is_not_touched() -> None:
    """A header's own name is no entry: there is nothing to rename by position."""
    with pytest.raises(splice.CannotEdit):
        edit.renamed(_toml("[old]\nx = 1\n"), ("old",), "new")


names = st.text("ab-_. é\"'\\", min_size=1, max_size=4)
values = st.recursive(
    st.one_of(st.integers(-5, 5), st.booleans(), st.text(max_size=5)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(names, values, min_size=1, max_size=5), st.data())
def test_removing_any_key_of_json_leaves_the_rest(data: dict[str, Any], draw: st.DataObject) -> None:
    text = json.dumps(data, indent=draw.draw(st.sampled_from([None, 2])), ensure_ascii=False)
    gone = draw.draw(st.sampled_from(sorted(data)))
    rest = {name: value for name, value in data.items() if name != gone}
    assert json.loads(edit.removed(_json(text), (gone,)).text) == rest


def _toml(text: str) -> Document:
    return parse("wrangler.toml", text.encode())


def _json(text: str) -> Document:
    return parse("wrangler.jsonc", text.encode())
