"""Hard use, in the size that CI has time for; `python -m tests.hard` is the long run by hand (docs/reliability.md)."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest
from tests.hard import runs, writers

pytestmark = [pytest.mark.hard, pytest.mark.skipif(sys.platform == "win32", reason="needs signals and limits of Unix")]
#: Projects a test, commands a project: 20 tests are 2,000 runs.
PROJECTS, COMMANDS = 25, 4


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory, forge_before: Path) -> Path:
    return writers.template(tmp_path_factory.mktemp("hard") / "worker", forge_before)


@pytest.fixture(scope="session", params=writers.WRITERS)
def scene(request: pytest.FixtureRequest, source: Path, tmp_path_factory: pytest.TempPathFactory) -> writers.Scene:
    return writers.scene(request.param, source, tmp_path_factory.mktemp("scene"))


@pytest.mark.parametrize("first", range(0, 20 * PROJECTS, PROJECTS))
def test_random_projects(first: int) -> None:
    """No traceback, no unknown exit code, nothing written elsewhere, nothing harmful shown, in time."""
    wrong: list[runs.Wrong] = []
    for number in range(first, first + PROJECTS):
        with tempfile.TemporaryDirectory() as folder:
            wrong += runs.one(number, Path(folder).resolve(), seconds=10, count=COMMANDS)
    assert wrong == []


@pytest.mark.parametrize("number", range(3))
def test_killed(scene: writers.Scene, number: int, tmp_path: Path) -> None:
    assert list(writers.killed(scene, number, tmp_path)) == []


def test_two_at_once(scene: writers.Scene, tmp_path: Path) -> None:
    assert list(writers.racing(scene, tmp_path)) == []


@pytest.mark.parametrize("limit", [0, 512])
def test_no_room(scene: writers.Scene, limit: int, tmp_path: Path) -> None:
    assert list(writers.without_room(scene, tmp_path, limit)) == []


def test_a_name_of_four_thousand_parts_takes_no_time(tmp_path: Path) -> None:
    """Found by seed 7: each prefix of the name was compared with each prefix of itself."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.py").write_text(
        "import a" + ".a" * 4000 + "\nimport workers" + ".a" * 2000 + "\n", "utf-8"
    )
    (tmp_path / "wrangler.toml").write_text('main = "src/main.py"\n', "utf-8")
    found = list(runs.ended(0, ["check", "--select", "EW203", "--no-cache", str(tmp_path)], tmp_path, tmp_path, 5))
    assert found == []
