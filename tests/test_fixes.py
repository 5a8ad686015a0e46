"""Every fix of every case that can be tried here: done on a copy, its finding is gone and no new error comes.

Edits are applied as `check --fix` does, commands are pasted into a shell. What needs a network, a decision or an editor
is not tried.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests import casefile
from tests.casefile import Case

from edgewheel.commands.fixes import fixed
from edgewheel.repository.discovery import find
from edgewheel.repository.draft import Draft
from edgewheel.repository.writing import replace
from edgewheel.rules import runner
from edgewheel.rules.registry import load

if TYPE_CHECKING:
    from edgewheel.findings import Finding

CASES = Path(__file__).parent / "cases"
#: Commands that need nothing but this machine.
_LOCAL = re.compile(r"(?:mv|rm|mkdir|touch|cp|git|edgewheel (?:check|init|deps|stage)|uv (?:add|remove) --frozen)\b")
#: What a rule leaves for later where another one speaks of the same table, and what is true before and after.
NEXT = {"EW307": {"EW315"}}
_STEP = re.compile(r"\s*&&\s*")


def steps(fix: str) -> list[str]:
    """The commands of a fix; none of one that is no command, or that this test cannot run."""
    first = fix.split("\n", 1)[0] if "\n" not in fix else ""
    found = _STEP.split(first) if first else []
    return found if found and all(_LOCAL.match(step) for step in found) and not re.search("…|, ", fix) else []


def findings(folder: Path) -> list[Finding]:
    rules = runner.rules_for()
    return [each for worker in find([str(folder)]) for each in runner.check(worker, rules)]


def tried() -> list[tuple[Case, int]]:
    """Cases with the number of the finding whose fix is tried, each kind of fix once."""
    chosen: dict[tuple[str, str], tuple[Case, int]] = {}
    for path in sorted(CASES.glob("EW*.md")):
        for case in casefile.read(path):
            for at, each in enumerate(case.expected):
                shape = re.sub(r"[\w./-]*[./][\w./-]*|\"[^\"]*\"", "…", each.fix)
                if steps(each.fix):
                    chosen.setdefault((case.code, shape), (case, at))
    return list(chosen.values())


def name(value: Case | int) -> str:
    return f"{value.code}/{value.name}" if isinstance(value, Case) else str(value)


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are a POSIX shell's")
@pytest.mark.parametrize(("case", "at"), tried(), ids=name)
def test_a_command_fixes_its_finding(case: Case, at: int, tmp_path: Path) -> None:
    expected = case.expected[at]
    if "uv " in expected.fix and shutil.which("uv") is None:
        pytest.skip("uv is not installed")
    top = casefile.make(case, tmp_path)
    before = findings(top)
    rules = [rule for rule in load() if rule.code == case.code]
    worker = next(each for each in find([str(top)]) for found in runner.check(each, rules) if found.fix == expected.fix)
    # one Python, which runs this: version managers put programs on PATH that only fail
    folders = [
        Path(sys.executable).parent,
        *(Path(found).parent for found in map(shutil.which, ("sh", "git")) if found),
    ]
    environment = {**os.environ, "PATH": os.pathsep.join(map(str, folders))}
    environment |= {"UV_PYTHON_DOWNLOADS": "never", "UV_OFFLINE": "1"}
    for key in ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON"):
        environment.pop(key, None)
    done = subprocess.run(
        ["sh", "-c", expected.fix], cwd=worker.root, env=environment, capture_output=True, text=True, check=False
    )
    if re.search("[Nn]o interpreter found|No Python|Failed to parse `uv.lock`", done.stderr):
        pytest.skip("the case wants a newer Python than there is here, or has a lock that uv has not made")
    assert done.returncode in ({0, 1} if expected.fix.startswith("edgewheel check") else {0}), done.stderr
    judge(case.code, expected.message, before, findings(top))


def judge(code: str, message: str, before: list[Finding], after: list[Finding]) -> None:
    assert [each.message for each in after if (each.code, each.message) == (code, message)] == []
    codes = {each.code for each in before if each.level == "error"}
    places = {each.place[:2] for each in before if each.level == "error"}
    new = [each for each in after if each.level == "error" and each.code not in codes and each.place[:2] not in places]
    assert [(each.code, each.message) for each in new if each.code not in NEXT.get(code, ())] == []


@pytest.mark.parametrize("code", [rule.code for rule in load() if rule.fixes])
def test_edits_fix_their_findings(code: str, tmp_path: Path) -> None:
    """All at once, as `--fix` applies them: what had edits is gone, and a second run has nothing to do."""
    rules = [rule for rule in load() if rule.code == code]
    made = 0
    for case in casefile.read(CASES / f"{code}.md"):
        (tmp_path / case.name).mkdir()
        top = casefile.make(case, tmp_path / case.name)
        before = findings(top)
        draft = Draft()
        codes = fixed(draft, find([str(top)]), rules, runner.Selection())
        replace(draft.written)
        after = findings(top)
        gone = [each for each in before if each.code == code and each.edits]
        made += len(gone)
        for each in gone:
            judge(code, each.message, before, after)
        assert bool(codes) == bool(gone)
        assert [each for each in after if each.code == code and each.edits] == []
    assert made
