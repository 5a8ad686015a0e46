"""`check --fix` and `--diff`: applies the edits that findings carry."""

from __future__ import annotations

import difflib
import os
import posixpath
import sys
from typing import TYPE_CHECKING

from edgewheel.commands import show
from edgewheel.documents.paths import relative
from edgewheel.reports.text import clean
from edgewheel.repository.discovery import find
from edgewheel.repository.draft import Draft
from edgewheel.repository.worker import Worker
from edgewheel.repository.writing import alone, replace
from edgewheel.rules import runner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edgewheel.findings import Finding
    from edgewheel.rules.registry import Rule

_ROUNDS = 200


def fix(
    paths: Sequence[str], rules: Sequence[Rule], asked: runner.Selection, *, write: bool, aside: bool = False
) -> int:
    """Writes (or, without `write`, prints as a diff) the edits of the findings; returns the number of files.

    What was written is printed on stderr where stdout is a machine's (`aside`). All edits are made in memory first;
    the files are then replaced together.
    """
    draft = Draft()
    if not write:
        fixed(draft, find(paths, env=asked.env), rules, asked)
        for path, content in draft.written.items():
            show.diff(diff(path, content))
        return len(draft.written)
    with alone(find(paths, env=asked.env)):
        codes = fixed(draft, find(paths, env=asked.env), rules, asked)
        replace(draft.written)
    for path, which in codes.items():
        line = f"{clean(relative(path))}: fixed {', '.join(sorted(set(which)))}"
        print(line, file=sys.stderr if aside else sys.stdout)
    return len(codes)


def fixed(
    draft: Draft, workers: Sequence[Worker], rules: Sequence[Rule], asked: runner.Selection
) -> dict[str, list[str]]:
    """Applies the findings' edits to a draft until none is left; the codes that each file was fixed for.

    One finding a file in each round: the next one's offsets and meaning come from the text that this one leaves.
    """
    codes: dict[str, list[str]] = {}
    able = [rule for rule in rules if rule.fixes]
    for found in workers if able else ():
        seen: set[tuple[str, bytes]] = set()
        for _ in range(_ROUNDS):
            worker = Worker(found.root, disk=draft, repository=found.repository, env=found.env)
            before = dict(draft.written)
            for path, code in _round(draft, runner.check(worker, able, asked), seen):
                codes.setdefault(path, []).append(code)
            if draft.written == before:
                break
    return codes


def _round(draft: Draft, findings: Sequence[Finding], seen: set[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """The edits of the first finding of each file; a text that was there before is not made again."""
    done: list[tuple[str, str]] = []
    touched: set[str] = set()
    for finding in findings:
        paths = {edit.path for edit in finding.edits}
        if not paths or not touched.isdisjoint(paths):
            continue
        changed = {path: draft.edited(path, [edit for edit in finding.edits if edit.path == path]) for path in paths}
        if any((path, content) in seen for path, content in changed.items()):
            continue
        touched |= paths
        for path, content in changed.items():
            seen.add((path, content))
            draft.write(path, content)
            done.append((path, finding.code))
    return done


def diff(path: str, content: bytes) -> str:
    """A unified diff from the file on the disk, or from nothing, as `git apply` takes it in the repository's top."""
    name = clean(_named(path))
    old = None
    if os.path.exists(path):
        with open(path, "rb") as file:
            old = file.read().decode("utf-8", "surrogateescape")
    new = content.decode("utf-8", "surrogateescape")
    before = "/dev/null" if old is None else f"a/{name}"
    lines = list(difflib.unified_diff(_lines(old or ""), _lines(new), before, f"b/{name}"))
    head = f"diff --git a/{name} b/{name}\nnew file mode 100644\n" if old is None else ""
    return head + ("".join(_shown(line) for line in lines) or "index 0000000..e69de29\n")


def _named(path: str) -> str:
    """A file as seen from its repository's top, which is where git looks for it; from here where there is none."""
    from edgewheel.repository.disk import Disk, repository

    top = repository(Disk(), posixpath.dirname(path))
    return posixpath.relpath(path, top) if top else relative(path)


def _lines(text: str) -> list[str]:
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop()
    return [*lines, f"{last}\\ No newline at end of file\n"] if last != "\n" else lines


def _shown(line: str) -> str:
    """A line made safe to print, with the end that it has in the file, so that the diff can be applied."""
    body = line.rstrip("\r\n")
    return clean(body, keep="\n\t") + line[len(body) :]
