"""Every fix of every case: done on a copy, its finding is gone, no new error comes, and no import fails that did not.

`curing.py` does what a fix says: edits as `check --fix` applies them, commands in a shell, text where it says.
What cannot be done here is refused by it with a reason; `MASKED` are errors that were there and could not be told yet.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests import casefile, curing

from edgewheel.commands.fixes import fixed
from edgewheel.commands.prove import subject_of
from edgewheel.deploy import Deploys
from edgewheel.findings import CouldNotRun
from edgewheel.repository.discovery import find
from edgewheel.repository.draft import Draft
from edgewheel.repository.writing import replace
from edgewheel.rules import runner
from edgewheel.rules.registry import load
from edgewheel.runtime import static

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.casefile import Case

    from edgewheel.findings import Finding

CASES = Path(__file__).parent / "cases"
#: What a rule leaves for later where another one speaks of the same table, and what is true before and after.
NEXT = {"EW307": {"EW315"}}
#: Case -> why another error may follow: it was there, behind the first.
MASKED = {
    "EW106/a-member-of-a-workspace": "the lock brings pytest to the Worker: EW102, then EW101, say so",
    "EW203/relative-from-the-top": "no module has the name at all: `create …` is what the next run says",
    "EW203/the-root-by-its-own-name": "a module that is not there, below a name that is not there either",
    "EW311/staged-without-an-entry": "the only module binds no handler: EW206 is what the next run says",
}
ALL = [
    case
    for path in sorted(CASES.glob("EW*.md"))
    for case in casefile.read(path)
    if any(each.fix for each in case.expected)
]


def findings(folder: Path, code: str = "EW") -> list[tuple[curing.Spot, Finding]]:
    """The findings with what a fix needs to know of their Worker."""
    found = []
    for worker in find([str(folder)]):
        entry = worker.settings.entry
        deploys = Deploys(worker)
        main = worker.path(entry) if entry else next((each.config.main_path for each in deploys), worker.root)
        told = runner.check(worker, runner.rules_for(), model=deploys)
        spots = (curing.Spot(Path(worker.root), Path(main), each) for each in told if each.code.startswith(code))
        found += [(spot, spot.finding) for spot in spots]
    return found


def failures(folder: Path) -> set[str]:
    """The statements whose imports fail when the Workers start, by `prove`; as text, since a fix may move them."""
    return {each for worker in find([str(folder)]) for each in _failures(Deploys(worker))}


def _failures(deploys: Deploys) -> Iterator[str]:
    try:
        for deploy in deploys.importing:
            what, want = subject_of(deploy)
            proof = static.prove(what, deploy.resolver(), deploy.python, want=want, intended=deploy.project.intended)
            for each in proof.problems:
                if each.at == "start":
                    yield deploys.worker.line(deploy.path(each.importer), each.line).strip()
    except CouldNotRun:  # what wrangler refuses is never imported
        return


def name(case: Case) -> str:
    return f"{case.code}/{case.name}"


def tries(case: Case, folder: Path) -> Iterator[tuple[curing.Spot, Finding, Path]]:
    """Each finding of a case with a fix of its own, in a fresh copy of the case at one path."""
    first = folder / "first"
    first.mkdir()
    given = [each for _, each in findings(casefile.make(case, first), case.code) if each.fix]
    seen = set()
    for at, each in enumerate(given):
        if (each.fix, each.message) in seen:
            continue
        seen.add((each.fix, each.message))
        (folder / str(at)).mkdir()
        top = casefile.make(case, folder / str(at))
        yield (*[pair for pair in findings(top, case.code) if pair[1].fix][at], top)


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are a POSIX shell's")
@pytest.mark.parametrize("case", ALL, ids=name)
def test_every_fix_fixes(case: Case, tmp_path: Path) -> None:
    for spot, each, top in tries(case, tmp_path):
        before, failed = [finding for _, finding in findings(top)], failures(top)
        imported = _text(spot)
        try:
            curing.cure(spot)
        except curing.Outside:
            continue
        judge(case, each.message, before, [finding for _, finding in findings(top)])
        if name(case) not in MASKED:
            assert failures(top) - failed == set(), each.fix
            if case.code in {"EW107", "EW203"} and each.level == "error":
                assert imported not in failures(top), each.fix


def _text(spot: curing.Spot) -> str:
    """The line of a finding."""
    is_there = spot.line and spot.path.is_file()
    return spot.path.read_text("utf-8", "replace").split("\n")[spot.line - 1].strip() if is_there else ""


def test_most_fixes_are_done_here() -> None:
    """Else the test above would test little: the rest needs an index, npm, Cloudflare or the author's own mind."""
    fixes = [each.fix for case in ALL for each in case.expected]
    refused = [fix for fix in fixes if curing.is_outside(fix)]
    assert len(refused) < len(fixes) * 0.2


def judge(case: Case, message: str, before: list[Finding], after: list[Finding]) -> None:
    assert [each.message for each in after if (each.code, each.message) == (case.code, message)] == []
    codes = {each.code for each in before if each.level == "error"}
    places = {each.place[:2] for each in before if each.level == "error"}
    new = [each for each in after if each.level == "error" and each.code not in codes and each.place[:2] not in places]
    if name(case) not in MASKED:
        assert [(each.code, each.message) for each in new if each.code not in NEXT.get(case.code, ())] == []


@pytest.mark.parametrize("code", [rule.code for rule in load() if rule.fixes])
def test_edits_fix_their_findings(code: str, tmp_path: Path) -> None:
    """All at once, as `--fix` applies them: what had edits is gone, and a second run has nothing to do."""
    rules = [rule for rule in load() if rule.code == code]
    made = 0
    for case in casefile.read(CASES / f"{code}.md"):
        (tmp_path / case.name).mkdir()
        top = casefile.make(case, tmp_path / case.name)
        before = [each for _, each in findings(top)]
        draft = Draft()
        codes = fixed(draft, find([str(top)]), rules, runner.Selection())
        replace(draft.written)
        after = [each for _, each in findings(top)]
        gone = [each for each in before if each.code == code and each.edits]
        made += len(gone)
        for each in gone:
            judge(case, each.message, before, after)
        assert bool(codes) == bool(gone)
        assert [each for each in after if each.code == code and each.edits] == []
    assert made
