"""A baseline of findings: what a project has adopted and will fix later is not reported, what is new is.

The file is JSON, one object a finding, sorted, so that two branches merge. A finding is known by its code, its file
(relative to the baseline's folder) and its message without the numbers that stand for themselves: line numbers, sizes
and counts change without anybody having done it. Several findings that are equal so count as often as they were.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.findings import CouldNotRun

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edgewheel.findings import Finding

_VERSION = 1
_NUMBER = re.compile(r"(?<![\w.-])\d[\d,.]*(?![\w-])")


class Known(NamedTuple):
    """A finding as a baseline has it; `path` is posix, relative to the baseline's folder."""

    code: str
    path: str
    message: str


class Judged(NamedTuple):
    """Findings against a baseline: the new ones, the number of known ones, and of those that are gone."""

    new: list[Finding]
    known: int
    gone: int


def dump(found: Iterable[Finding], folder: str) -> str:
    """The baseline of findings for a file in a folder (an absolute posix path)."""
    counts = Counter(_known(each, folder) for each in found)
    rows = [each._asdict() | ({"count": counts[each]} if counts[each] > 1 else {}) for each in sorted(counts)]
    lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in rows)
    return f'{{"edgewheel": {_VERSION}, "findings": [\n{lines}\n]}}\n' if rows else '{"edgewheel": 1, "findings": []}\n'


def judge(found: Iterable[Finding], text: bytes, path: str, folder: str) -> Judged:
    """The findings that a baseline does not have; of equal ones the last. CouldNotRun for a text that is none."""
    left = _read(text, path)
    new, known = [], 0
    for each in found:
        if left[row := _known(each, folder)] > 0:
            left[row] -= 1
            known += 1
        else:
            new.append(each)
    return Judged(new, known, left.total())


def _known(finding: Finding, folder: str) -> Known:
    path = posixpath.relpath(finding.place.path, folder)
    return Known(finding.code, path, _NUMBER.sub("#", finding.message))


def _read(text: bytes, path: str) -> Counter[Known]:
    try:
        whole = json.loads(text)
        rows = {_VERSION: whole["findings"]}[whole["edgewheel"]]
        return Counter({Known(row["code"], row["path"], row["message"]): int(row.get("count", 1)) for row in rows})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise CouldNotRun(
            f"`{path}` is not a baseline of `edgewheel check`: `edgewheel check --save-baseline {path}` writes one"
        ) from None
