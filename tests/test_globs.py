"""wrangler's glob dialect. Every row was tried with npm's glob-to-regexp 0.4.1 under Node 22."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgewheel.wrangler.globs import any_match, compile_glob, compile_old_glob, simulate, tokenize

MATCHES = [
    ("**/*.md", ["x.md", "docs/in/x.md", ".hid/x.md", ".md"], ["x.mdx", "x.md/y", "X.MD"]),
    ("*.md", ["x.md", ".md"], ["docs/x.md"]),
    ("**.md", ["x.md"], ["docs/x.md"]),
    ("docs/**", ["docs/x", "docs/in/x.md", "docs/"], ["docs", "adocs/x", "x/docs/y"]),
    ("docs/**/x.md", ["docs/x.md", "docs/in/x.md", "docs/a/b/x.md"], ["docs/ax.md", "x.md", "docs/x.md/y"]),
    ("docs/***/x.md", ["docs/x.md", "docs/in/deep/x.md"], ["x.md"]),
    ("**/docs/**", ["docs/x", "a/docs/x", "a/b/docs/c/d"], ["docs", "adocs/x", "a/docs"]),
    ("a*b*c", ["abc", "axbxc", "abbcc"], ["ab/c", "axc", "abcd"]),
    ("**/a*/b", ["a/b", "x/ab/b", "ax/b"], ["a/x/b", "b"]),
    ("**", ["", "x", "a/b"], []),
    ("**/*", ["", "x", "a/b/c"], []),
    ("**/**", ["", "x", "a/b/c"], []),
    ("x/**/**/y", ["x/y", "x/a/y", "x/a/b/y"], ["xy", "x/ay"]),
    ("docs", ["docs"], ["docs/x", "xdocs"]),
    ("docs/", ["docs/"], ["docs", "docs/x"]),
    ("./x.md", ["./x.md"], ["x.md"]),
    ("/x.md", ["/x.md"], ["x.md"]),
    ("x.m?", ["x.m?"], ["x.md"]),
    ("x.[md]", ["x.[md]"], ["x.m"]),
    ("x.{md,txt}", ["x.{md,txt}"], ["x.md", "x.txt"]),
    ("!x.md", ["!x.md"], ["x.md", "y.md"]),
    ("**/*.wasm?module", ["a.wasm?module", "d/a.wasm?module"], ["a.wasm", "a.wasmmodule"]),
    ("a+(b)|$^=", ["a+(b)|$^="], ["aa"]),
    ("a**b", ["ab", "axb"], ["a/b"]),
    ("*", ["x", "", "é", "a\nb"], ["a/b"]),
    ("é/*", ["é/x"], ["e/x"]),
    # a backslash goes on to JavaScript as it stands
    ("docs\\x.md", ["docsx.md"], ["docs\\x.md", "docs/x.md"]),
    ("a\\d", ["a1", "a9"], ["ad", "a\\d"]),
    ("a\\.b", ["a\\xb", "a\\.b"], ["a.b"]),
    ("a\\|b", ["a\\", "a\\x", "b", "xb"], ["a"]),
    ("\\(*\\)", ["\\a\\", "\\\\"], ["a"]),
    ("a\\", ["a$", "a$b"], ["a"]),
    ("\\[a-c\\]x", ["\\ax", "\\\\x"], ["\\dx"]),
    ("\\1*x", ["x", "ax"], ["a/x"]),
]


@pytest.mark.parametrize(("glob", "good", "bad"), MATCHES)
def test_what_a_glob_matches(glob: str, good: list[str], bad: list[str]) -> None:
    compiled = compile_glob(glob)
    assert compiled.error is None
    assert [path for path in good if not compiled.matches(path)] == []
    assert [path for path in bad if compiled.matches(path)] == []


@pytest.mark.parametrize(
    ("glob", "error"),
    [
        ("docs\\*.md", "Invalid regular expression: /^docs\\([^/]*)\\.md$/: Unmatched ')'"),
        ("*\\*.md", "Invalid regular expression: /^([^/]*)\\([^/]*)\\.md$/: Unmatched ')'"),
        ("\\(", "Invalid regular expression: /^\\\\($/: Unterminated group"),
        ("\\)", "Invalid regular expression: /^\\\\)$/: Unmatched ')'"),
        ("\\[a-z]", "Invalid regular expression: /^\\\\[a-z\\]$/: Unterminated character class"),
        ("\\[z-a\\]", "Invalid regular expression: /^\\\\[z-a\\\\]$/: Range out of order in character class"),
    ],
)
def test_what_javascript_says_of_a_pattern_that_is_none(glob: str, error: str) -> None:
    compiled = compile_glob(glob)
    assert compiled.error == error
    assert not compiled.matches("docs/x.md")


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("*.txt", "a/b.txt", True),
        ("**/*.txt", "b.txt", False),
        ("**/*.txt", "a/b.txt", True),
        ("a*", "a\nb", False),
        ("*\\d", "a/1", True),
    ],
)
def test_before_4_104_a_star_of_a_switched_off_rule_crossed_slashes(glob: str, path: str, *, matches: bool) -> None:
    assert compile_old_glob(glob).matches(path) is matches


@given(
    st.lists(st.sampled_from(["*", "**", "a", "b", "/", ".", "a/", "**/", "/**"]), max_size=8).map("".join),
    st.text("ab/.", max_size=8),
)
def test_the_short_cuts_say_what_the_general_matcher_says(glob: str, path: str) -> None:
    assert compile_glob(glob).matches(path) is simulate(tuple(tokenize(glob)), path)


@given(
    st.lists(st.sampled_from(["**/*.py", "*.py", "a/**", "**/a/**", "a", "**/*"]), max_size=4),
    st.text("a/.py", max_size=8),
)
def test_one_test_for_several_says_what_each_says(globs: list[str], path: str) -> None:
    compiled = [compile_glob(glob) for glob in globs]
    assert any_match(compiled)(path) is any(glob.matches(path) for glob in compiled)


@pytest.mark.parametrize(
    "path", ["a/" * 2000, "a/" * 1999 + "b", "a" * 4000, "a/" * 29 + "c/" * 1900 + "b", "/" * 4000]
)
@pytest.mark.parametrize("glob", ["**/a/" * 30 + "b", "*a*" * 30 + "b", "**/*a" * 30, "\\a*" + "b\\a*" * 3 + "\\(a\\)"])
def test_no_nest_of_stars_takes_long(glob: str, path: str) -> None:
    started = time.process_time()
    compile_glob(glob).matches(path)
    assert time.process_time() - started < 0.5  # a machine may be busy; backtracking would take years


def test_globstars_in_a_row_are_one() -> None:
    assert tuple(tokenize("**/" * 2000 + "*.py")) == tuple(tokenize("**/*.py"))
    assert tuple(tokenize("a/**/**/b/**/**/c")) == tuple(tokenize("a/**/b/**/c"))
