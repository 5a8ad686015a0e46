"""Every folder `cases/<CODE>/<trait>/` through the API and the command line: all findings of that code, whole."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from edgewheel.cli import main
from edgewheel.repository.discovery import find
from edgewheel.rules import runner as run
from edgewheel.rules.registry import load

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = Path(__file__).parent / "cases"
FOLDERS = sorted(path.parent for path in CASES.glob("EW*/*/expected.json"))
#: Rules that are judged by tables of wheels, logs and resolutions instead.
ELSEWHERE = {"wheel", "log"}


def identity(folder: Path) -> str:
    return folder.relative_to(CASES).as_posix()


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[Path], Path]:
    """A case outside this repository, so that this project's own pyproject.toml is not above it."""

    def copy(folder: Path) -> Path:
        top = tmp_path / folder.name
        shutil.copytree(folder, top)
        for described in top.rglob("case.json"):
            link(described)
        return top

    return copy


def link(described: Path) -> None:
    """Makes the links that a `case.json` names, `{"links": {path: target}}`: git on Windows would not keep them."""
    links = json.loads(described.read_text("utf-8")).get("links", {})
    if links and sys.platform == "win32":
        pytest.skip("symbolic links need a right that not every account on Windows has")
    for path, target in links.items():
        (described.parent / path).symlink_to(target)


def findings(folder: Path, code: str) -> list[dict[str, Any]]:
    """What the runner finds of a code, as `expected.json` writes it."""
    rules = [rule for rule in load() if rule.code == code]
    found = [each for worker in find([str(folder)]) for each in run.check(worker, rules)]
    top = folder.resolve().as_posix()
    return [
        {
            "code": each.code,
            "level": each.level,
            "path": each.place.path.removeprefix(top + "/"),
            "line": each.place.line,
            "message": each.message,
            "fix": each.fix,
        }
        for each in found
    ]


@pytest.mark.parametrize("folder", FOLDERS, ids=identity)
def test_whole_findings(folder: Path, copied: Callable[[Path], Path]) -> None:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    assert findings(copied(folder), folder.parent.name) == expected


def test_every_rule_has_a_bad_and_a_clean_case() -> None:
    missing = []
    for rule in load():
        if rule.judges in ELSEWHERE or rule.hook in {"worker-wheels", "worker-package-init"}:
            continue
        expected = [json.loads(path.read_text("utf-8")) for path in CASES.glob(f"{rule.code}/*/expected.json")]
        if not any(expected):
            missing.append(f"{rule.code}: no bad case")
        if all(expected):
            missing.append(f"{rule.code}: no clean case")
    assert missing == []


@pytest.mark.parametrize("code", sorted({folder.parent.name for folder in FOLDERS}))
def test_command_line_says_the_same(code: str, copied: Callable[[Path], Path]) -> None:
    """One process a code: its folders as several Workers below one path."""
    top = copied(CASES / code)
    done = subprocess.run(
        [sys.executable, "-m", "edgewheel", "check", str(top), "--select", code, "--format", "json"],
        capture_output=True,
        text=True,
        cwd=top,
        check=False,
    )
    assert done.stderr == ""
    expected = [
        (f"{folder.name}/{each['path']}", each["line"], each["message"])
        for folder in FOLDERS
        if folder.parent.name == code
        for each in json.loads((folder / "expected.json").read_text("utf-8"))
    ]
    found = [(each["path"], each["line"], each["message"]) for each in json.loads(done.stdout)["findings"]]
    assert sorted(found) == sorted(expected)
    assert done.returncode in {0, 1}


@pytest.mark.parametrize("arguments", [["check"], ["bundle"], ["prove"], ["deps"], ["trim"], ["init"]], ids=" ".join)
@pytest.mark.parametrize("code", sorted({folder.parent.name for folder in FOLDERS}))
def test_no_case_is_too_much(
    code: str,
    arguments: list[str],
    copied: Callable[[Path], Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A case is made for one rule; every other rule and command gets through it too."""
    for folder in [folder for folder in FOLDERS if folder.parent.name == code]:
        monkeypatch.chdir(copied(folder))
        assert main(arguments) in {0, 1, 2}, folder
        capsys.readouterr()
