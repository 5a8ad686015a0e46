"""A rule's docstring as its page: what it finds, then `Workers:`, `Fix:`, `Bad:` and `Good:`."""

from __future__ import annotations

import inspect
import re
from typing import NamedTuple


class Page(NamedTuple):
    """`finds` is one line; `bad` and `good` are code as it stands in the file."""

    finds: str
    workers: str
    fix: str
    bad: str
    good: str


#: Names that a sentence may begin with as they are.
_NAMES = {
    "edgewheel",
    "git",
    "hatchling",
    "main",
    "npm",
    "pip",
    "pytest",
    "python_modules",
    "pywrangler",
    "uv",
    "wrangler",
}


def url(code: str) -> str:
    """Where a rule's page is read."""
    return f"https://github.com/edgewheel/edgewheel/blob/main/docs/rules/{code}.md"


def sentence(text: str) -> str:
    """A part as a sentence of its own: with a capital, but for what is a name."""
    word = re.split(r"[\s:,']", text, maxsplit=1)[0]
    return text if word in _NAMES or not word.isalpha() else text[:1].upper() + text[1:]


def paragraphs(text: str) -> str:
    """Prose with one line a paragraph; lists and what is indented keep their lines."""
    joined = re.sub(r"(?<=\S)\n(?=[^\s*\-0-9])", " ", text)
    return re.sub(r"(?m)^((?:[*-]|[0-9]+\.) .*)\n +(?=\S)", r"\1 ", joined)


def parse(docstring: str) -> Page:
    """The five parts; ValueError names the part that is missing."""
    parts: dict[str, list[str]] = {"finds": []}
    current = "finds"
    for line in inspect.cleandoc(docstring).splitlines():
        head, colon, rest = line.partition(":")
        if colon and head in {"Workers", "Fix", "Bad", "Good"} and head.lower() not in parts:
            current = head.lower()
            parts[current] = [rest.strip()]
        else:
            parts[current].append(line)
    texts = {name: _dedented(lines) for name, lines in parts.items()}
    missing = [name for name in Page._fields if not texts.get(name)]
    if missing:
        raise ValueError(f"the docstring has no part {', '.join(missing)}")
    texts["finds"] = " ".join(texts["finds"].split())
    return Page(**texts)


def _dedented(lines: list[str]) -> str:
    """The first line stands behind its head, or is empty there; the others are indented alike."""
    return inspect.cleandoc("\n".join(lines)).strip("\n")
