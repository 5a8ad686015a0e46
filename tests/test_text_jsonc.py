"""JSON with comments as wrangler reads it: values, positions, and faults with their line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgewheel.documents.document import parse
from edgewheel.findings import ParseProblem

GOOD = [
    ("plain", '{"a": 1}', {"a": 1}, {("a",): (1, 2)}),
    ("line comments", '// x\n{ // y\n  "a": 1 // z\n} // end', {"a": 1}, {("a",): (3, 3)}),
    (
        "block comments",
        '/* " */ {"a": /* , */ [1, /* ] */ 2]}',
        {"a": [1, 2]},
        {("a",): (1, 10), ("a", 0): (1, 24), ("a", 1): (1, 35)},
    ),
    ("trailing commas", '{"a": [1, 2,], "b": {"c": 3,},}', {"a": [1, 2], "b": {"c": 3}}, None),
    ("comment signs in strings", '{"a": "// no /* no */"}', {"a": "// no /* no */"}, None),
    ("escapes", '{"a\\u0041": "\\n\\"\\\\"}', {"aA": '\n"\\'}, None),
    (
        "the last of two equal keys",
        '{"a": {"b": 1},\n "a": {"c": 2}}',
        {"a": {"c": 2}},
        {("a",): (2, 2), ("a", "c"): (2, 8)},
    ),
    ("CRLF", '{\r\n"a": [\r\ntrue]}', {"a": [True]}, {("a",): (2, 1), ("a", 0): (3, 1)}),
    ("numbers", '{"a": [-1.5e3, 0, 2E-1]}', {"a": [-1500.0, 0, 0.2]}, None),
    ("empty", "{}", {}, {}),
]


@pytest.mark.parametrize(("text", "data", "positions"), [case[1:] for case in GOOD], ids=[case[0] for case in GOOD])
def test_values_and_positions(text: str, data: Any, positions: Any) -> None:
    document = parse("/p/wrangler.jsonc", text.encode())
    assert document.problem is None
    assert document.data == data
    assert positions is None or document.positions == positions


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", ParseProblem("the text ends too early", 1, 1)),
        ("[1]", ParseProblem("not an object", 1, 1)),
        ('{"a": 1', ParseProblem("a comma or `}` is missing", 1, 8)),
        ('{"a": [1', ParseProblem("a comma or `]` is missing", 1, 9)),
        ('{"a": [1,', ParseProblem("`]` is missing", 1, 10)),
        ('{"a" 1}', ParseProblem("a colon is missing", 1, 6)),
        ("{\n  a: 1}", ParseProblem("a key in double quotes is missing", 2, 3)),
        ('{"a": 01}', ParseProblem("a value is missing", 1, 7)),
        ('{"a": tru}', ParseProblem("a value is missing", 1, 7)),
        ('{"a": "x\n"}', ParseProblem("a string is not closed on its line", 1, 7)),
        ('{"a": "\\q"}', ParseProblem("a string has an unknown escape", 1, 7)),
        ('{"a": 1} x', ParseProblem("text after the end of the object", 1, 10)),
        ('{"a": 1 /* no end', ParseProblem("a comma or `}` is missing", 1, 9)),
        ('{"a": ' + "[" * 5000, ParseProblem("nested too deeply", 1, 207)),
        ('{"a": ' + "9" * 5000 + "}", ParseProblem("a number of too many digits", 1, 7)),
    ],
)
def test_faults(text: str, problem: ParseProblem) -> None:
    document = parse("/p/wrangler.json", text.encode())
    assert (document.data, document.problem) == ({}, problem)


_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=5)
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=3), _VALUES, max_size=4), st.sampled_from([None, 0, 2]))
def test_whatever_json_writes_is_read(data: dict[str, Any], indent: int | None) -> None:
    document = parse("/p/a.json", json.dumps(data, indent=indent).encode())
    assert (document.data, document.problem) == (data, None)


@given(st.text(st.sampled_from('{}[]",:/* \n\\a1-.e'), max_size=30))
def test_no_text_raises(text: str) -> None:
    parse("/p/a.jsonc", text.encode())
