"""Positions of TOML keys and list items against hand-counted lines, and against the parser on random documents."""

from __future__ import annotations

import sys
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st
from tests.toml_texts import texts

from edgewheel.documents.document import parse
from edgewheel.findings import ParseProblem, Place

TABLES = [
    ("bare", 'a = 1\nb = "x" # c\n', {("a",): (1, 1), ("b",): (2, 1)}),
    ("list", 'g = [\n  "a", # one\n  "b"\n]\n', {("g",): (1, 1), ("g", 0): (2, 3), ("g", 1): (3, 3)}),
    ("empty list", "g = [ # nothing\n]\nh = 1\n", {("g",): (1, 1), ("h",): (3, 1)}),
    (
        "nested list",
        "g = [[1], [2]]\n",
        {("g",): (1, 1), ("g", 0): (1, 6), ("g", 0, 0): (1, 7), ("g", 1): (1, 11), ("g", 1, 0): (1, 12)},
    ),
    ("table", "[a.b]\nc = 1\n", {("a",): (1, 1), ("a", "b"): (1, 1), ("a", "b", "c"): (2, 1)}),
    ("quoted", "[\"a.b\"]\n'c d' = 1\n", {("a.b",): (1, 1), ("a.b", "c d"): (2, 1)}),
    ("dotted", "a.b = 1\na.c = 2\n", {("a",): (1, 1), ("a", "b"): (1, 1), ("a", "c"): (2, 1)}),
    (
        "array of tables",
        "[[r]]\nt = 1\n[[r]]\n[r.s]\nu = 2\n",
        {
            ("r",): (1, 1),
            ("r", 0): (1, 1),
            ("r", 0, "t"): (2, 1),
            ("r", 1): (3, 1),
            ("r", 1, "s"): (4, 1),
            ("r", 1, "s", "u"): (5, 1),
        },
    ),
    (
        "nested arrays of tables",
        "[[a]]\n[[a.b]]\n[[a.b]]\n[[a]]\n[[a.b]]\nx = 1\n",
        {
            ("a",): (1, 1),
            ("a", 0): (1, 1),
            ("a", 0, "b"): (2, 1),
            ("a", 0, "b", 0): (2, 1),
            ("a", 0, "b", 1): (3, 1),
            ("a", 1): (4, 1),
            ("a", 1, "b"): (5, 1),
            ("a", 1, "b", 0): (5, 1),
            ("a", 1, "b", 0, "x"): (6, 1),
        },
    ),
    (
        "inline table",
        "a = {b = 1, c.d = [2]}\n",
        {
            ("a",): (1, 1),
            ("a", "b"): (1, 6),
            ("a", "c"): (1, 13),
            ("a", "c", "d"): (1, 13),
            ("a", "c", "d", 0): (1, 20),
        },
    ),
    (
        "multiline strings",
        "a = \"\"\"\n[x]\n\\\"\"\" \"\"\"\nb = '''\n''x = 1''''\nc = 3\n",
        {("a",): (1, 1), ("b",): (4, 1), ("c",): (6, 1)},
    ),
    (
        "dates and numbers",
        "a = 1979-05-27 07:32:00Z\nb = -1_0.5e3\nc = inf\n",
        {("a",): (1, 1), ("b",): (2, 1), ("c",): (3, 1)},
    ),
    (
        "CRLF",
        'a = "x"\r\n[t]\r\nb = [\r\n1,\r\n]\r\n',
        {("a",): (1, 1), ("t",): (2, 1), ("t", "b"): (3, 1), ("t", "b", 0): (4, 1)},
    ),
]


@pytest.mark.parametrize(("text", "positions"), [case[1:] for case in TABLES], ids=[case[0] for case in TABLES])
def test_positions(text: str, positions: dict[Any, tuple[int, int]]) -> None:
    document = parse("/p/wrangler.toml", text.encode())
    assert document.problem is None
    assert document.positions == positions


def test_bom_is_no_fault() -> None:
    assert parse("/p/a.toml", b"\xef\xbb\xbfa = 1\n").data == {"a": 1}


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"a = 1\nb = = 2\n", ParseProblem("invalid value", 2, 5)),
        (b"a = 1\n[t\n", ParseProblem("expected `]` at the end of a table header", 2, 3)),
        (b"a = 1\na = 2\n", ParseProblem("`a` is defined twice", 2, 1)),
        (b"a.b = 1\n[a]\n", ParseProblem("the table `a` is defined twice", 2, 1)),
        (b"a = {b = 1}\na.c = 2\n", ParseProblem("`a` is complete and cannot be added to", 2, 1)),
        (b"a = [\n1 2]\n", ParseProblem("an array is not closed", 2, 3)),
        (b"a = 'x\xff'\n", ParseProblem("not UTF-8: byte 0xff", 1, 7)),
        (b'a = "x\n', ParseProblem("a string is not closed on its line", 1, 5)),
        (b'a = "\\q"\n', ParseProblem("a string has the unknown escape `\\q`", 1, 6)),
        (b"a = " + b"[" * 5000, ParseProblem("nested too deeply", 1, 206)),
        (b"a = 1\nb = " + b"9" * 5000, ParseProblem("an integer has too many digits", 2, 5)),
    ],
)
def test_problems_have_a_line(raw: bytes, problem: ParseProblem) -> None:
    document = parse("/p/a.toml", raw)
    assert (document.data, document.problem) == ({}, problem)


NEWER = {
    "a new line in an inline table": ("a = 1\nb = {\n  c = 1\n}\n", (2, 6)),
    "a comment in an inline table": ("b = {c = 1 # c\n}\n", (1, 12)),
    "a trailing comma in an inline table": ("b = { c = 1, }\n", (1, 12)),
    "an escape for ESC": ('a = "x"\nb = "-\\e"\n', (2, 7)),
    "an escape of two digits": ('b = "\\x41"\n', (1, 6)),
    "a time without seconds": ("b = 07:32\n", (1, 5)),
    "none": ('a = "\\u0041\\\\e"\nb = { c = [\n1,\n] }\nd = """\\\n x"""\n', None),
}


@pytest.mark.parametrize("name", NEWER)
def test_what_toml_1_0_refuses(name: str) -> None:
    text, position = NEWER[name]
    place = parse("/p/a.toml", text.encode()).toml_11_only
    assert place == (None if position is None else Place("/p/a.toml", *position))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 9007199254740992\n", 1),
        ("a = 9007199254740991\n", 0),
        ("[a.b.c]\n[a]\nb.d = 1\n", 3),
        ("[a.b]\n[a]\nc.d = 1\n", 0),
    ],
)
def test_what_only_wrangler_refuses(text: str, line: int) -> None:
    document = parse("/p/a.toml", text.encode())
    assert document.problem is None
    assert (document.wrangler_refuses.line if document.wrangler_refuses else 0) == line


@pytest.mark.skipif(not (3, 11) <= sys.version_info < (3, 15), reason="the standard library's reader of TOML 1.0")
def test_as_the_standard_library_reads_it() -> None:
    import tomllib

    differ = []
    for text in texts(0, 5000):
        document = parse("/p/a.toml", text.encode())
        try:
            theirs = repr(tomllib.loads(text))
        except tomllib.TOMLDecodeError:
            theirs = "refused"
        ours = "refused" if document.problem or document.toml_11_only else repr(document.data)
        if ours != theirs:
            differ.append((text, ours, theirs))
    assert differ == []


_KEYS = st.text(st.sampled_from("ab.-_ é\"'#="), min_size=1, max_size=4)
_SCALARS = st.one_of(
    st.booleans(),
    st.integers(-9, 9),
    st.text(st.sampled_from("ab\"'\\\n#[]{},= é"), max_size=6),
    st.floats(allow_nan=False),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=3)),
    max_leaves=8,
)


def _paths(value: Any, key: tuple[Any, ...] = ()) -> set[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {below for name, inner in items for below in ((*key, name), *_paths(inner, (*key, name)))}


@given(st.dictionaries(_KEYS, _VALUES, max_size=4))
def test_every_key_has_a_position(data: dict[str, Any]) -> None:
    text = tomlkit.dumps(data)
    document = parse("/p/a.toml", text.encode())
    assert document.problem is None
    assert _paths(document.data) <= set(document.positions)
    lines = text.split("\n")
    for line, column in document.positions.values():
        assert lines[line - 1][column - 1 : column].strip()
