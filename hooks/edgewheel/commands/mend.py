"""`check --fix` and `--diff`: the edits of the rules that can mend, each on the tree that the one before left."""

from __future__ import annotations

import difflib
import os
import tempfile
from typing import TYPE_CHECKING

from edgewheel.checks import run as runner
from edgewheel.reports.text import clean, relative
from edgewheel.worker.discovery import find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edgewheel.checks import Edit, Rule


def mend(paths: Sequence[str], rules: Sequence[Rule], asked: runner.Selection, *, write: bool) -> int:
    """Writes (or, without `write`, prints as a diff) every edit; returns their number."""
    edits: dict[str, Edit] = {}
    for rule in rules:
        if rule.mend is None:
            continue
        for worker in find(paths, env=asked.env):  # read afresh: an earlier edit may have moved what this one is about
            if runner.check(worker, [rule], asked):
                for edit in rule.mend(worker):
                    edits[edit.path] = edit
                    if write:
                        replace(edit.path, edit.text)
                        print(f"{clean(relative(edit.path))}: mended {rule.code}")
    if not write:
        for edit in edits.values():
            print(diff(edit), end="")
    return len(edits)


def diff(edit: Edit) -> str:
    """A unified diff from what stands on the disk; a new file against nothing."""
    name = clean(relative(edit.path))
    old = ""
    if os.path.exists(edit.path):
        with open(edit.path, encoding="utf-8", newline="") as file:
            old = file.read()
    lines = difflib.unified_diff(_lines(old), _lines(edit.text), f"a/{name}", f"b/{name}")
    return "".join(clean(line, keep="\n\t") for line in lines) or f"new empty file: {name}\n"


def _lines(text: str) -> list[str]:
    lines = text.splitlines(keepends=True)
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]


def replace(path: str, text: str) -> None:
    """Writes a whole file under a temporary name and renames it into place; its mode stays."""
    mode = os.stat(path).st_mode & 0o777 if os.path.exists(path) else 0o644
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".edgewheel-")
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
