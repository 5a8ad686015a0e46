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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests import wrangler_cases as recorded
from tests import wrangler_oracle, wrangler_projects

VERSIONS = ("4.164.0", "4.42.2")
AT_ONCE = 2


def compare(case: recorded.Case, version: str) -> tuple[dict[str, Any], recorded.Case]:
    """What the prediction gets wrong, and what wrangler did."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(os.path.realpath(temporary))
        recorded.write(case["files"], root)
        predicted = recorded.outcome(recorded.predict(root, case["cwd"], case["args"], version), root)
        real = wrangler_oracle.run(root, case["cwd"], case["args"], version)
        return recorded.differences(real, predicted), real


@pytest.mark.oracle
def test_random_projects_are_predicted() -> None:
    count = int(os.environ.get("EDGEWHEEL_ORACLE_PROJECTS", "300"))
    number = int(os.environ.get("EDGEWHEEL_ORACLE_SEED", "1"))
    projects = wrangler_projects.draw(count, number)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = pool.map(compare, projects, [VERSIONS[at % 2] for at in range(len(projects))])
        wrong = [(project, found) for project, (found, _) in zip(projects, results, strict=True) if found]
    assert not wrong, json.dumps(wrong[0], ensure_ascii=True)


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
    wrong = 0
    refused = 0
    for at, project in enumerate(wrangler_projects.draw(count, number)):
        version = VERSIONS[at % 2]
        try:
            found, real = compare(project, version)
        except Exception as error:  # noqa: BLE001 - shown with its project, the run goes on
            found, real = {"crash": repr(error)}, {"exit": 0}
        refused += bool(real["exit"])
        if found:
            wrong += 1
            name = f"r{number}_{at}"
            case = {"name": name, "note": "found by a random project", **project, "expect": {version: real}}
            (Path(os.environ.get("EDGEWHEEL_ORACLE_CASES", recorded.FOLDER)) / f"{name}.json").write_text(
                json.dumps(case, indent=1) + "\n", "utf-8"
            )
            print(name, version, json.dumps(found)[:1500], flush=True)  # noqa: T201
    print(f"seed {number}: {count} projects, {refused} refused, {wrong} predicted wrongly")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
