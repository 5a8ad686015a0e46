"""Hard use, in the size that CI has time for; `python -m tests.hard` is the long run by hand (docs/reliability.md)."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest
from tests.hard import large, runs, writers

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


#: Shapes and units that took ten seconds and more, or ended in a traceback: each is a pattern, a loop or a number that
#: did not expect it.
SLOW = (
    *(("first line", "# coding:"), ("glob", "a["), ("imported", "a."), ("imported", "\\'"), ("from", '\\"')),
    *(("string", "import "), ("strip", "*"), ("hatch include", "?"), ("excluded", "\u2028"), ("budget", "1")),
    *(("environment", "1"), ("command", "a && "), ("requirement", "x"), ("extra", "a,"), ("git's", " ")),
    *(("vendored", "from "), ("comment of a requirement", " "), ("bare key", "a."), ("log", ":")),
)
MANY = (
    *("10,000 imports", "10,000 functions", "10,000 fixes", "10,000 rules", "dotted header", "nested arrays"),
    *("nested objects", "300 packages in each other", "10,000 dependencies", "10,000 keys", "nested brackets"),
)


@pytest.mark.parametrize(("shape", "unit"), SLOW)
def test_one_very_long_thing(shape: str, unit: str) -> None:
    assert list(large.slow(f"{shape} of {unit!r}", large.long(shape, unit), large.LONG[shape][2], most=6)) == []


@pytest.mark.parametrize("name", MANY)
def test_very_many(name: str) -> None:
    files, commands = large.many()[name]
    assert list(large.slow(name, files, commands, most=6)) == []


def test_a_name_of_four_thousand_parts_takes_no_time(tmp_path: Path) -> None:
    """Found by seed 7: each prefix of the name was compared with each prefix of itself."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.py").write_text(
        "import a" + ".a" * 4000 + "\nimport workers" + ".a" * 2000 + "\n", "utf-8"
    )
    (tmp_path / "wrangler.toml").write_text('main = "src/main.py"\n', "utf-8")
    found = list(runs.ended(0, ["check", "--select", "EW203", "--no-cache", str(tmp_path)], tmp_path, tmp_path, 5))
    assert found == []


def test_a_lock_without_a_pyproject(tmp_path: Path) -> None:
    """Found by seed 108: the fix for a locked package was to be written into a file that is not there."""
    (tmp_path / "main.py").write_text("x = 1\n", "utf-8")
    (tmp_path / "wrangler.toml").write_text('main = "main.py"\ncompatibility_flags = ["python_workers"]\n', "utf-8")
    (tmp_path / "pylock.toml").write_text(
        'lock-version = "1.0"\n[[packages]]\nname = "pytest"\nversion = "8.0"\n', "utf-8"
    )
    found = list(runs.ended(0, ["check", "--select", "EW1", "--no-cache", str(tmp_path)], tmp_path, tmp_path, 5))
    assert found == []


def test_an_environment_that_is_no_table(tmp_path: Path) -> None:
    """Found by seed 109."""
    (tmp_path / "main.py").write_text("x = 1\n", "utf-8")
    config = 'main = "main.py"\ncompatibility_flags = ["python_workers"]\n[assets]\ndirectory = "x"\n[env]\na = 3\n'
    (tmp_path / "wrangler.toml").write_text(config, "utf-8")
    found = list(runs.ended(0, ["check", "--no-cache", str(tmp_path)], tmp_path, tmp_path, 5))
    assert found == []
