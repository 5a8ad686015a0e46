"""`check --fix` and `--diff`: the edits of the rules that can mend, each on the tree that the one before left."""

from __future__ import annotations

import difflib
import os
import sys
import tempfile
from typing import TYPE_CHECKING

from edgewheel.commands import show
from edgewheel.findings import CouldNotRun
from edgewheel.reports.text import clean, relative
from edgewheel.repository.discovery import find
from edgewheel.repository.draft import Draft
from edgewheel.repository.worker import Worker
from edgewheel.rules import runner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edgewheel.rules.registry import Rule

_BOM = b"\xef\xbb\xbf"


def mend(
    paths: Sequence[str], rules: Sequence[Rule], asked: runner.Selection, *, write: bool, aside: bool = False
) -> int:
    """Writes (or, without `write`, prints as a diff) what the rules would mend; returns the number of files.

    What was written is told on stderr where stdout is a machine's (`aside`).

    Every edit is made in memory first, so that a later rule sees what an earlier one did; the files are then
    replaced together.
    """
    draft = Draft()
    codes = mended(draft, find(paths, env=asked.env), rules, asked)
    if not write:
        for path, content in draft.written.items():
            show.diff(diff(path, content))
        return len(draft.written)
    replace(draft.written)
    for path, which in codes.items():
        line = f"{clean(relative(path))}: mended {', '.join(dict.fromkeys(which))}"
        print(line, file=sys.stderr if aside else sys.stdout)
    return len(codes)


def mended(
    draft: Draft, workers: Sequence[Worker], rules: Sequence[Rule], asked: runner.Selection
) -> dict[str, list[str]]:
    """Writes the rules' edits to a draft; tells for each file the codes that it was mended for."""
    codes: dict[str, list[str]] = {}
    for found in workers:
        for rule in rules:
            if rule.mend is None:
                continue
            # read afresh: an earlier edit may have moved what this one is about
            worker = Worker(found.root, disk=draft, repository=found.repository, env=found.env)
            if not runner.check(worker, [rule], asked):
                continue
            for edit in rule.mend(worker):
                bom = _BOM if draft.kind(edit.path) and draft.read(edit.path).startswith(_BOM) else b""
                content = bom + edit.text.encode("utf-8")
                if not draft.kind(edit.path) or draft.read(edit.path) != content:
                    draft.write(edit.path, content)
                    codes.setdefault(edit.path, []).append(rule.code)
    return codes


def diff(path: str, content: bytes) -> str:
    """A unified diff from what stands on the disk; a new file against nothing."""
    name = clean(relative(path))
    old = ""
    if os.path.exists(path):
        with open(path, "rb") as file:
            old = file.read().decode("utf-8", "surrogateescape")
    new = content.decode("utf-8", "surrogateescape")
    lines = list(difflib.unified_diff(_lines(old), _lines(new), f"a/{name}", f"b/{name}"))
    return "".join(_shown(line) for line in lines) or f"new empty file: {name}\n"


def _lines(text: str) -> list[str]:
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop()
    return [*lines, f"{last}\\ No newline at end of file\n"] if last != "\n" else lines


def _shown(line: str) -> str:
    """A line made safe to print, with the end that it has in the file, so that the diff can be applied."""
    body = line.rstrip("\r\n")
    return clean(body, keep="\n\t") + line[len(body) :]


def replace(files: Mapping[str, bytes]) -> None:
    """Writes whole files, each under a temporary name first, and renames them when all are written; modes stay.

    CouldNotRun where one cannot be written; then none is.
    """
    ready: list[tuple[str, str]] = []
    path = ""
    try:
        for path, content in files.items():
            target = os.path.realpath(path)  # through a link, not over it
            handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".edgewheel-")
            ready.append((temporary, target))
            with open(handle, "wb") as file:
                file.write(content)
            os.chmod(temporary, os.stat(target).st_mode & 0o777 if os.path.exists(target) else 0o644)
        for temporary, path in ready:
            os.replace(temporary, path)
    except OSError as error:  # it names the temporary file
        raise CouldNotRun(f"`{relative(path)}` cannot be written: {error.strerror}") from None
    finally:
        for temporary, _ in ready:
            if os.path.exists(temporary):
                os.unlink(temporary)
