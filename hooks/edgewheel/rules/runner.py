"""Runs rules over Workers: which rules, what is silenced, in which order findings come."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from edgewheel.deploy import Deploys
from edgewheel.findings import CouldNotRun, Finding, meant
from edgewheel.rules.registry import Rule, book, hooks, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edgewheel.repository.worker import Worker

_CODE = r"EW\d{0,3}"
_INLINE = r"edgewheel:\s*ignore\[([A-Z0-9,\s]+)\]"


class Selection(NamedTuple):
    """What the command line asks for: codes or prefixes taken and left out, and one environment (None: all)."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    env: str | None = None


_ALL = Selection()


def rules_for(*, hook: str = "", select: Sequence[str] = ()) -> list[Rule]:
    """The offline rules of a hook ("" or "edgewheel": all of them), of the selected codes or prefixes."""
    _known(select)
    asked = tuple(select) or ("EW",)
    if hook not in {"", "edgewheel"}:
        if hook not in hooks():
            near = meant(hook, ("edgewheel", *hooks()))
            raise CouldNotRun(f"unknown hook `{hook}`{near}: choose from edgewheel, {', '.join(hooks())}")
        return load(select=asked, hook=hook, judges="worker")  # a hook's arguments may name what other hooks judge
    offline = [entry.code for entry in book() if entry.judges == "worker"]
    for code in asked:
        if not any(each.startswith(code) for each in offline):
            near = meant(code, offline)
            raise CouldNotRun(f"unknown rule `{code}`{near}: `edgewheel rules` lists the rules that `check` runs")
    return load(select=[each for each in offline if each.startswith(asked)])


def check(worker: Worker, rules: Iterable[Rule], asked: Selection = _ALL, *, model: object = None) -> list[Finding]:
    """The findings of one Worker, each once, sorted by place and code; silenced ones are left out.

    What is asked for on the command line comes before `[tool.edgewheel]`. `model` is what the rules judge, where it is
    at hand: the Worker's `Deploys`, or for rules about wheels a `Resolution`.
    """
    chosen = asked.select or worker.settings.select
    ignored = asked.ignore + (() if asked.select else worker.settings.ignore)
    _known((*chosen, *ignored))
    found: dict[Finding, None] = {}
    taken = [rule for rule in rules if rule.code.startswith(chosen) and not (ignored and rule.code.startswith(ignored))]
    # all are asked before the first one answers: EW209 has a second process parse meanwhile
    judged = model or Deploys(worker)
    for rule, findings in [(rule, rule.check(judged)) for rule in taken]:
        for finding in findings:
            found[stamp(finding, rule, worker.root)] = None
    kept = [_ended(finding, worker) for finding in found if not silenced(finding, worker)]
    if not kept:
        return []
    from edgewheel.rules.causes import caused

    return caused(sorted(kept, key=lambda each: (each.place, each.code, each.message)), worker)


def _ended(finding: Finding, worker: Worker) -> Finding:
    """With the end of its place, by the text of its line."""
    place = finding.place
    if finding.end_line or not place.line:
        return finding
    from edgewheel.documents import extent

    line, column = worker.line(place.path, place.line), max(place.column, 1)
    end = extent.end(line, column, literal=not place.path.endswith((".py", ".txt", ".in")))
    return finding._replace(end_line=place.line, end_column=end)


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
            raise CouldNotRun(f"`{code}` is not a rule code or prefix: write EW101, EW1 or EW")
