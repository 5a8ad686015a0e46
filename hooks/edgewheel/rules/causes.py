"""Which findings one edit would end: they share a cause, and reports show them as one.

Where a rule does not say, it is read off the fix: a command that is run once, or lines that are pasted once into a
config, end all findings of a Worker that offer them.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING

from edgewheel.findings import Cause, Finding, Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edgewheel.repository.worker import Worker

_COMMAND = re.compile(r"(?:uvx?|mv|rm|cp|touch|mkdir|find|echo|grep|npm|pywrangler|wrangler|git|edgewheel) ")
#: What a text to paste into a config begins with: the config's name as a comment, or a table.
_PASTED = re.compile(r"(?:edgewheel init --write, or by hand:\n)?(?:(?:#|//) \S+\.(?:toml|jsonc?)\b|\[)")
#: Words for an edit that name all that it touches.
_NAMED = re.compile(r"(?:create `[^`]+`(?: with .+)?|define `[^`]+` in `[^`]+`|remove `[^`]+` from `[^`]+`)$")
_QUOTED = re.compile(r"`[^`]*`")


def caused(found: Iterable[Finding], worker: Worker) -> list[Finding]:
    """The findings of one Worker with the cause of each, in the same order."""
    first: dict[object, Cause] = {}
    keys: Counter[str] = Counter()
    told = []
    for finding in found:
        same = _same(finding)
        # what is told of several places is one cause only where it says so
        identity = (
            (same, finding.cause.place) if finding.cause else same if _is_shared(finding) else (same, finding.place)
        )
        if identity not in first:
            key = _key(same, finding, worker)
            keys[key] += 1
            given = finding.cause or Cause(_place(finding, worker))
            first[identity] = given._replace(key=key if keys[key] == 1 else f"{key}-{keys[key]}")
        told.append(finding._replace(cause=first[identity]))
    return told


def _is_shared(finding: Finding) -> bool:
    fix = finding.fix
    is_pasted = "\n" in fix and _PASTED.match(fix) is not None
    return finding.cause is not None or is_pasted or any(each.match(fix) for each in (_COMMAND, _NAMED))


def _same(finding: Finding) -> tuple[str, ...]:
    """What findings of one cause have in common; no line is in it, so that it stays when lines shift."""
    fix = finding.fix
    if finding.cause is not None:
        return finding.cause.place.path, fix, finding.cause.message
    if fix.endswith(" --fix"):  # one command for many edits: what is wrong must be the same
        return finding.code, fix, _QUOTED.sub("", finding.message)
    if _is_shared(finding):
        return (fix,)
    return finding.code, finding.place.path, finding.message


def _place(finding: Finding, worker: Worker) -> Place:
    """Where the edit is made: in the config that the fix names, where the edits are, else where the finding is."""
    config = worker.config
    if re.search(rf"^(?:#|//) {re.escape(posixpath.basename(config.path))}\b", finding.fix, re.MULTILINE):
        return config.place("main")
    paths = {edit.path for edit in finding.edits}
    return finding.place if not paths or finding.place.path in paths else Place(min(paths), 1, 1)


def _key(same: tuple[str, ...], finding: Finding, worker: Worker) -> str:
    """Short, and the same on every machine."""
    import hashlib

    top = worker.repository or worker.top
    text = "\0".join(each.removeprefix(top) for each in (worker.root, *same))
    return f"{finding.code}-{hashlib.sha256(text.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
