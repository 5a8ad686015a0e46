"""Runs rules over Workers: which rules, what is silenced, in which order findings come."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.checks import FOLDERS, Rule, load
from edgewheel.findings import CouldNotRun, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edgewheel.worker.model import Worker

_CODE = r"EW\d{0,3}"
_INLINE = r"edgewheel:\s*ignore\[([A-Z0-9,\s]+)\]"
#: What `check` leaves to commands of their own: they judge wheels, logs, or ask a package index.
_ELSEWHERE = {"wheel", "logs", "wheels"}


class Selection(NamedTuple):
    """What the command line asks for: codes or prefixes taken and left out, and one environment (None: all)."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    env: str | None = None


_ALL = Selection()


def rules_for(*, hook: str = "", select: Sequence[str] = ()) -> list[Rule]:
    """The offline rules of a hook ("" or "edgewheel": all of them), of the selected codes or prefixes."""
    _known(select)
    hooks = {hook_id: folder for folder, (hook_id, _) in FOLDERS.items() if hook_id}
    if hook in {"", "edgewheel"}:
        folders = [folder for folder in FOLDERS if folder not in _ELSEWHERE]
    elif hook in hooks:
        folders = [hooks[hook]]
    else:
        raise CouldNotRun(f"`{hook}` is no hook; the hooks are edgewheel, {', '.join(hooks)}")
    found = [rule for folder in folders for rule in load(folder)]
    for code in select if len(folders) > 1 else ():  # a hook's arguments may name what other hooks judge
        if not any(rule.code.startswith(code) for rule in found):
            raise CouldNotRun(f"`{code}` is no rule that `check` judges: `edgewheel rules` lists them")
    return [rule for rule in found if not select or rule.code.startswith(tuple(select))]


def check(worker: Worker, rules: Iterable[Rule], asked: Selection = _ALL) -> list[Finding]:
    """The findings of one Worker, each once, sorted by place and code; silenced ones are left out.

    What is asked for on the command line comes before `[tool.edgewheel]`.
    """
    chosen = asked.select or worker.settings.select
    ignored = asked.ignore + (() if asked.select else worker.settings.ignore)
    _known((*chosen, *ignored))
    found: dict[Finding, None] = {}
    taken = [rule for rule in rules if rule.code.startswith(chosen) and not (ignored and rule.code.startswith(ignored))]
    # all are asked before the first one answers: EW209 has a second process parse meanwhile
    for rule, findings in [(rule, rule.check(worker)) for rule in taken]:
        for finding in findings:
            found[stamp(finding, rule, worker.root)] = None
    kept = [finding for finding in found if not silenced(finding, worker)]
    return sorted(kept, key=lambda each: (each.place, each.code, each.message))


def stamp(finding: Finding, rule: Rule, root: str) -> Finding:
    """A finding with its rule's code and, where it names none, level."""
    return finding._replace(code=rule.code, level=finding.level or rule.level, worker=root)


def silenced(finding: Finding, worker: Worker) -> bool:
    """By `# edgewheel: ignore[CODE]` on its line, or by per-file-ignores (patterns relative to the Worker)."""
    for pattern, codes in worker.settings.per_file_ignores:
        relative = posixpath.relpath(finding.place.path, worker.root)
        if finding.code.startswith(codes) and _matches(pattern, relative):
            return True
    text = worker.line(finding.place.path, finding.place.line)
    return any(
        finding.code.startswith(code)
        for match in re.finditer(_INLINE, text)
        for code in re.split(r"[,\s]+", match[1])
        if code
    )


def _matches(pattern: str, relative: str) -> bool:
    from pathspec import GitIgnoreSpec

    return bool(GitIgnoreSpec.from_lines([pattern]).match_file(relative))


def _known(codes: Iterable[str]) -> None:
    for code in codes:
        if not re.fullmatch(_CODE, code):
            raise CouldNotRun(f"`{code}` is no rule code or prefix: write EW101, EW1 or EW")
