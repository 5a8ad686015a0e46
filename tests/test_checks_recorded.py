"""The config and bundle rules against what the real wrangler did: what it refuses, warns of or doubles is a finding,
and each of its clean runs has just the findings that `golden/findings.json` lists, which wrangler keeps silent about.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests import wrangler_cases as recorded

from edgewheel.repository.discovery import find_one
from edgewheel.repository.worker import Worker
from edgewheel.rules import runner as run
from edgewheel.rules.registry import load
from edgewheel.wrangler.config import resolve

if TYPE_CHECKING:
    from edgewheel.findings import Finding

#: Runs that no rule judges: the rules see configs, of Python Workers, in environments that they have.
LEFT_OUT = {
    "a07_script_arg": "a script that no config names",
    "a13_main_not_py_entry_ext": "main is no `.py`",
    "r1_9": "main is no `.py`",
    "x06_unknown_env": "an environment that the config does not have",
    "x07_unknown_env_among_others": "an environment that the config does not have",
    "x08_env_empty": "an environment without a name",
}
GOLDEN = Path(__file__).parent / "golden" / "findings.json"
CODES = ("EW002", "EW30", "EW310", "EW311", "EW312", "EW313", "EW314", "EW315", "EW316", "EW317", "EW40")
RULES = [rule for rule in load(select=CODES) if rule.hook in {"worker-wrangler-config", "worker-bundle"}]
_UNEXPECTED = re.compile(r"Unexpected fields found in [^:]+ field: ((?:\"[^\"]*\",?)+)")
_STOPS = re.compile(r"wrangler (?:[\d.]+ )?(?:stops|refuses)|crashes wrangler")


def judged(case: recorded.Case, root: Path, version: str) -> tuple[Worker, list[Finding]]:
    """The findings on a recorded project, deployed by a version."""
    recorded.write(case["files"], root)
    lock = root / "package-lock.json"
    if not lock.exists():
        lock.write_text(json.dumps({"packages": {"node_modules/wrangler": {"version": version}}}))
    given = recorded.arguments(case["args"])
    here = os.path.normpath(root / case["cwd"])
    found = find_one(here, config=given.get("config", ""), script=given.get("script", ""))
    env = given.get("env")
    known = env if env in found.config.get("env", default={}) else None
    given_config = {"config": found.config.path, "redirected": found.redirected}
    worker = Worker(found.root, repository=str(root), env=known, **given_config)
    return worker, run.check(worker, RULES)


@pytest.mark.parametrize(("name", "version"), [run for run in recorded.runs() if run[0] not in LEFT_OUT])
def test_what_wrangler_says_is_a_finding(name: str, version: str, tmp_path: Path) -> None:
    case = recorded.load(name)
    expected = case["expect"][version]
    worker, found = judged(case, tmp_path, version)
    assert resolve(worker, env=worker.env).is_python
    assert recorded.arguments(case["args"]).get("env") == worker.env
    codes = {each.code for each in found}
    if expected["exit"] and not _is_elsewhere(expected):
        assert any(each.level == "error" for each in found), expected["errors"]
    if not expected["exit"] and "env" not in worker.config.data:
        assert not [each.message for each in found if _STOPS.search(each.message)]
    for warning in expected["warnings"]:
        for names in _UNEXPECTED.findall(warning):
            for key in re.findall(r'"([^"]*)"', names):
                assert any(each.code in {"EW301", "EW302", "EW313"} and key in each.message for each in found), key
    own = [each for each in expected["duplicate_warnings"] if not _is_vendored(each, case)]
    if not expected["exit"]:
        assert ("EW306" in codes) == bool(own)


def _is_elsewhere(expected: recorded.Case) -> bool:
    """What rules of other hooks say: a version in cf-requirements.txt."""
    return "cf-requirements" in json.dumps(expected["errors"])


def _is_vendored(warning: str, case: recorded.Case) -> bool:
    """facts: up to 4.51 a file of python_modules is doubled by wrangler itself, its name without the folder."""
    return f"python_modules/{warning.rpartition(' ')[0]}" in case["files"]


REVIEWED: dict[str, list[str]] = json.loads(GOLDEN.read_text("utf-8"))


@pytest.mark.parametrize("name", REVIEWED)
def test_findings_are_the_reviewed_ones(name: str, tmp_path: Path) -> None:
    _, found = judged(recorded.load(name), tmp_path, "4.164.0")
    assert sorted(each.code for each in found) == REVIEWED[name]
