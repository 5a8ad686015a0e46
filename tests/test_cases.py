"""Every case of `cases/<CODE>.md` through the API and the command line: all findings of that code, whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests import casefile
from tests.casefile import Case, Expected

from edgewheel.repository.discovery import find
from edgewheel.rules import runner as run
from edgewheel.rules.registry import load

CASES = Path(__file__).parent / "cases"
ALL = [case for path in sorted(CASES.glob("EW*.md")) for case in casefile.read(path)]
#: Rules that are judged by tables of wheels, logs, starts, commits and resolutions instead.
ELSEWHERE = {"wheel", "log", "start"}
HOOKS_ELSEWHERE = {"worker-wheels", "worker-package-init"}


def make(case: Case, folder: Path) -> Path:
    if case.links and sys.platform == "win32":
        pytest.skip("symbolic links need a right that not every account on Windows has")
    folder.mkdir()
    return casefile.make(case, folder)


def found(folder: Path, code: str) -> tuple[Expected, ...]:
    """What the runner finds of a code, as a case writes it."""
    rules = [rule for rule in load() if rule.code == code]
    top = folder.resolve().as_posix()
    return tuple(
        Expected(
            each.place.path.removeprefix(top + "/"), each.place.line, str(each.level), each.message, each.fix or ""
        )
        for worker in find([str(folder)])
        for each in run.check(worker, rules)
    )


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.code}/{case.name}")
def test_whole_findings(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    findings = found(make(case, tmp_path / case.name), case.code)
    if request.config.getoption("--update-cases") and findings != case.expected:
        casefile.update(CASES / f"{case.code}.md", case.trait, findings)
        pytest.skip("updated")
    assert casefile.shown(findings) == casefile.shown(case.expected)


def test_every_rule_has_a_bad_and_a_clean_case() -> None:
    missing = []
    for rule in load():
        if rule.judges in ELSEWHERE or rule.hook in HOOKS_ELSEWHERE:
            continue
        expected = [case.expected for case in ALL if case.code == rule.code]
        if not any(expected):
            missing.append(f"{rule.code}: no bad case")
        if all(expected):
            missing.append(f"{rule.code}: no clean case")
    assert missing == []


def test_no_case_is_left_in_folders() -> None:
    assert [path.name for path in CASES.iterdir() if path.suffix != ".md"] == []


@pytest.mark.parametrize("code", sorted({case.code for case in ALL}))
def test_command_line_says_the_same(code: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """One process a code: its cases as several Workers below one path."""
    if request.config.getoption("--update-cases"):
        pytest.skip("what is expected is being written")
    cases = [case for case in ALL if case.code == code]
    for case in cases:
        make(case, tmp_path / case.name)
    done = subprocess.run(
        [sys.executable, "-m", "edgewheel", "check", str(tmp_path), "--select", code, "--format", "json"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.stderr == ""
    expected = [(f"{case.name}/{each.path}", each.line, each.message) for case in cases for each in case.expected]
    told = [(each["path"], each["line"], each["message"]) for each in json.loads(done.stdout)["findings"]]
    assert sorted(told) == sorted(expected)
    assert done.returncode in {0, 1}
