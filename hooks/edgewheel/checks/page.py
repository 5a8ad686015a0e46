"""A rule's docstring as its page: what it finds, then `Workers:`, `Fix:`, `Bad:` and `Good:`."""

from __future__ import annotations

import inspect
from typing import NamedTuple


class Page(NamedTuple):
    """`finds` is one line; `bad` and `good` are code as it stands in the file."""

    finds: str
    workers: str
    fix: str
    bad: str
    good: str


def parse(docstring: str) -> Page:
    """The five parts; ValueError names the part that is missing."""
    parts: dict[str, list[str]] = {"finds": []}
    current = "finds"
    for line in inspect.cleandoc(docstring).splitlines():
        head, colon, rest = line.partition(":")
        if colon and head in {"Workers", "Fix", "Bad", "Good"} and head.lower() not in parts:
            current = head.lower()
            parts[current] = [rest.strip()] if rest.strip() else []
        else:
            parts[current].append(line)
    texts = {name: inspect.cleandoc("\n" + "\n".join(lines)).strip("\n") for name, lines in parts.items()}
    missing = [name for name in Page._fields if not texts.get(name)]
    if missing:
        raise ValueError(f"the docstring has no part {', '.join(missing)}")
    texts["finds"] = " ".join(texts["finds"].split())
    return Page(**texts)
