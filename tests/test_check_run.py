"""Selection, silencing and order of findings, with rules made for the purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edgewheel.findings import CouldNotRun, Finding, Place
from edgewheel.repository.worker import Worker
from edgewheel.rules.registry import Rule
from edgewheel.rules.runner import Selection, check, rules_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edgewheel.deploy import Deploys


def made(code: str, *places: tuple[str, int], level: str = "error") -> Rule:
    def judge(deploys: Deploys) -> Iterator[Finding]:
        for name, line in places:
            yield Finding(f"{code} says so", Place(deploys.worker.path(name), line, 1))

    return Rule(code, "made", level, None, "", judge)


@pytest.fixture
def worker(tmp_path: Path) -> Worker:
    (tmp_path / "wrangler.toml").write_text(
        'main = "a.py"\nx = 1  # edgewheel: ignore[EW301]\ny = 2 # edgewheel:ignore[EW1, EW302]\n'
    )
    (tmp_path / "a.py").write_bytes(b"\xff\n")
    return Worker(tmp_path.as_posix())


def codes(found: list[Finding]) -> list[tuple[str, int]]:
    return [(each.code, each.place.line) for each in found]


def test_each_once_sorted_by_place_then_code(worker: Worker) -> None:
    rules = [
        made("EW302", ("wrangler.toml", 2), ("a.py", 1), ("a.py", 1)),
        made("EW301", ("wrangler.toml", 3), ("a.py", 1), level="warning"),
    ]
    found = check(worker, rules)
    assert codes(found) == [("EW301", 1), ("EW302", 1), ("EW302", 2), ("EW301", 3)]
    assert [each.level for each in found] == ["warning", "error", "error", "warning"]
    assert {each.worker for each in found} == {worker.root}


@pytest.mark.parametrize(
    ("code", "line", "silent"),
    [
        ("EW301", 2, True),
        ("EW302", 2, False),
        ("EW101", 3, True),
        ("EW302", 3, True),
        ("EW301", 3, False),
        ("EW301", 0, False),
        ("EW301", 99, False),
    ],
)
def test_inline_ignores(worker: Worker, code: str, line: int, *, silent: bool) -> None:
    assert codes(check(worker, [made(code, ("wrangler.toml", line))])) == ([] if silent else [(code, line)])


@pytest.mark.parametrize(
    ("settings", "asked", "expected"),
    [
        ("", Selection(), ["EW101", "EW301"]),
        ('ignore = ["EW3"]', Selection(), ["EW101"]),
        ('select = ["EW3"]', Selection(), ["EW301"]),
        ('select = ["EW3"]', Selection(select=("EW1",)), ["EW101"]),
        ('ignore = ["EW3"]', Selection(select=("EW301",)), ["EW301"]),
        ("", Selection(ignore=("EW1",)), ["EW301"]),
        ('per-file-ignores = {"a.py" = ["EW1"]}', Selection(), ["EW301"]),
        ('per-file-ignores = {"*.toml" = ["EW"]}', Selection(), ["EW101"]),
        ('per-file-ignores = {"src/**" = ["EW"]}', Selection(), ["EW101", "EW301"]),
    ],
)
def test_selection(tmp_path: Path, worker: Worker, settings: str, asked: Selection, expected: list[str]) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.edgewheel]\n{settings}\n")
    rules = [made("EW101", ("a.py", 1)), made("EW301", ("wrangler.toml", 1))]
    assert [each.code for each in check(worker, rules, asked)] == expected


@pytest.mark.parametrize("code", ["E", "ew101", "EW10101", "W1", ""])
def test_a_code_that_is_none(worker: Worker, code: str) -> None:
    with pytest.raises(CouldNotRun, match="is not a rule code"):
        check(worker, [], Selection(select=(code,)))


@pytest.mark.parametrize("code", ["EW999", "EW601", "EW502"])
def test_a_code_that_check_does_not_judge(code: str) -> None:
    """Else nothing would be judged, and the answer read "no findings"."""
    with pytest.raises(CouldNotRun, match=f"unknown rule `{code}`"):
        rules_for(select=("EW1", code))
    assert rules_for(hook="worker-imports", select=("EW1", code)) == []


def test_a_hook_that_is_none() -> None:
    with pytest.raises(CouldNotRun, match="unknown hook `x`: choose from edgewheel"):
        rules_for(hook="x")


def test_a_hook_runs_its_own_rules_only() -> None:
    assert {rule.hook for rule in rules_for(hook="worker-package-init")} <= {"worker-package-init"}
    assert not {rule.judges for rule in rules_for()} - {"worker"}
