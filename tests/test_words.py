"""Words that are not to come back: what a person reads is in plain English, short and with the subject first."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from edgewheel.rules.registry import load

ROOT = Path(__file__).parent.parent
#: phrase (a regular expression) -> what to write instead
WORDS = {
    r"is told|are told|tells? (?:of|nothing)": "says, names, reports",
    r"stands? in(?! for| the way)\b": "is listed in",
    r"stood in for|stands? in for": "replaces",
    r"stand side by side": "both exist",
    r"for want of": "because there is no",
    r"nobody reads|read by nobody|by nobody|reads nothing of": "is ignored",
    r"(?<!here )is no (?!longer|more|fault|such)": "is not a, invalid",
    r"mend(?:s|ed|ing)?\b": "fix",
    r"cures?\b": "fix",
    r"is content\b": "passes",
    r"wires? a": "sets up",
    r"anew\b": "again",
    r"but for\b": "except",
    r"to be had": "available",
    r"judges? (?:the|a|built)": "checks",
    r"asks neither": "ignores",
    r"but one sign|sign(?:s)? of control|every sign\b": "character",
    r"with all that it (?:holds|brings)": "and everything in it",
    r"said since": "",
    r"in vain\b": "without effect",
    r"the other way round": "the reverse",
    r"where one is none": "",
}
DOCS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "examples").glob("*/README.md")),
]


@cache
def spoken() -> dict[str, str]:
    """What a person may read, by where it is written: text of the docs, strings of the code, pages of the rules."""
    texts = {path.relative_to(ROOT).as_posix(): re.sub(r"`[^`\n]+`", "", path.read_text("utf-8")) for path in DOCS}
    for room in ("hooks", "backend"):
        for path in sorted((ROOT / room).rglob("*.py")):
            found = strings(ast.parse(path.read_text("utf-8")))
            texts[path.relative_to(ROOT).as_posix()] = "\n".join(found)
    texts |= {f"the page of {rule.code}": re.sub(r"`[^`]+`", "", rule.page) for rule in load()}
    for path in sorted((ROOT / "hooks" / "edgewheel" / "data").glob("*.json")):
        texts[path.relative_to(ROOT).as_posix()] = path.read_text("utf-8")
    return texts


def strings(tree: ast.AST) -> list[str]:
    """The words of a module's strings: those with a blank in them, without docstrings."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value and id(node) not in docs
    ]


@pytest.mark.parametrize("phrase", WORDS)
def test_words_that_are_not_to_come_back(phrase: str) -> None:
    found = [
        f"{where}: … {text[max(0, match.start() - 30) : match.end() + 20]!r}: write {WORDS[phrase] or 'it plainly'}"
        for where, text in spoken().items()
        for match in re.finditer(rf"\b(?:{phrase})", text)
    ]
    assert found == []
