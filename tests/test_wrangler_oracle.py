"""Random projects: the prediction against the real wrangler.

`EDGEWHEEL_ORACLE_PROJECTS` (default 300) and `EDGEWHEEL_ORACLE_SEED` choose them; by hand also

    python -m tests.test_wrangler_oracle 2000 7

which prints each difference and writes it to `tests/golden/wrangler/`, as a case to keep.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests import tools, wrangler_oracle, wrangler_projects
from tests import wrangler_cases as recorded

VERSIONS = ("4.164.0", "4.42.2")
Run = Callable[[Path, str, list[str]], recorded.Case]


def compare(case: recorded.Case, version: str, run: Run) -> tuple[dict[str, Any], recorded.Case]:
    """What the prediction gets wrong, and what wrangler did."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(os.path.realpath(temporary))
        recorded.write(case["files"], root)
        predicted = recorded.outcome(recorded.predict(root, case["cwd"], case["args"], version), root)
        real = run(root, case["cwd"], case["args"])
        return recorded.differences(real, predicted), real


def wrong(projects: list[recorded.Case], version: str) -> Iterator[tuple[int, dict[str, Any], recorded.Case]]:
    """The projects that one version contradicts: in a row with the others, and again on its own."""
    batch = wrangler_oracle.Batch(version)
    alone = partial(wrangler_oracle.run, version=version)
    try:
        for at, project in enumerate(projects):
            if compare(project, version, batch.run)[0]:
                found, real = compare(project, version, alone)
                if found:
                    yield at, found, real
    finally:
        batch.close()


def in_all(projects: list[recorded.Case]) -> Iterator[tuple[str, int, dict[str, Any], recorded.Case]]:
    """All contradictions, one process a version; the projects are dealt out in turn."""
    with ThreadPoolExecutor(len(VERSIONS)) as pool:
        hands = [projects[at :: len(VERSIONS)] for at in range(len(VERSIONS))]
        tasks = [pool.submit(lambda *args: list(wrong(*args)), *each) for each in zip(hands, VERSIONS, strict=True)]
        for first, (version, task) in enumerate(zip(VERSIONS, tasks, strict=True)):
            for at, found, real in task.result():
                yield version, first + at * len(VERSIONS), found, real


@pytest.mark.oracle
def test_random_projects_are_predicted() -> None:
    count = int(os.environ.get("EDGEWHEEL_ORACLE_PROJECTS", "300"))
    number = int(os.environ.get("EDGEWHEEL_ORACLE_SEED", "1"))
    for version in VERSIONS:  # a skip belongs to the main thread
        tools.wrangler(version)
    projects = wrangler_projects.draw(count, number)
    found = [(version, projects[at], each) for version, at, each, _ in in_all(projects)]
    assert not found, json.dumps(found[0], ensure_ascii=True)


@pytest.mark.oracle
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "name", ["a01_src_main_strips_src", "c14_root_main_sizes_double", "i11_env_base_dir_top_env_main"]
)
def test_recorded_runs_are_still_true(name: str, version: str, tmp_path: Path) -> None:
    case = recorded.load(name)
    recorded.write(case["files"], tmp_path)
    assert wrangler_oracle.run(tmp_path, case["cwd"], case["args"], version) == case["expect"][version]


def main(count: int, number: int) -> int:
    projects = wrangler_projects.draw(count, number)
    folder = Path(os.environ.get("EDGEWHEEL_ORACLE_CASES", recorded.FOLDER))
    contradicted = 0
    for version, at, found, real in in_all(projects):
        contradicted += 1
        name = f"r{number}_{at}"
        case = {"name": name, "note": "found by a random project", **projects[at], "expect": {version: real}}
        (folder / f"{name}.json").write_text(json.dumps(case, indent=1) + "\n", "utf-8")
        print(name, version, json.dumps(found)[:1500], flush=True)  # noqa: T201
    print(f"seed {number}: {len(projects)} projects, {contradicted} predicted wrongly")  # noqa: T201
    return 1 if contradicted else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
