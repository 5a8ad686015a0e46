"""How a build ends in an environment that it cannot follow, on a full disk, by a signal, or beside another build."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests import projects
from tests.test_backend import CODE, HOOK, SHIM, WHEEL, built, digest, project, run

if TYPE_CHECKING:
    from pathlib import Path

#: target of the build, the variable and what it says -> how the build ends
ENVIRONMENT: list[tuple[str, str, str, str]] = [
    (
        "build_wheel",
        "SOURCE_DATE_EPOCH",
        "garbage",
        "`SOURCE_DATE_EPOCH` is `garbage`, which no archive can hold as a time",
    ),
    (
        "build_wheel",
        "SOURCE_DATE_EPOCH",
        "4354819200",
        "`SOURCE_DATE_EPOCH` is `4354819200`, which no archive can hold as a time",
    ),
    ("build_sdist", "SOURCE_DATE_EPOCH", "-1", "`SOURCE_DATE_EPOCH` is `-1`, which no archive can hold as a time"),
    ("build_editable", "SOURCE_DATE_EPOCH", "", "`SOURCE_DATE_EPOCH` is ``, which no archive can hold as a time"),
    ("build_wheel", "HATCH_BUILD_HOOKS_ONLY", "1", "`HATCH_BUILD_HOOKS_ONLY` is set: hatchling runs the hooks and"),
    ("build_sdist", "HATCH_BUILD_HOOKS_ONLY", "1", "`HATCH_BUILD_HOOKS_ONLY` is set: hatchling runs the hooks and"),
]


@pytest.mark.parametrize(
    ("build", "asked"),
    [(SHIM, asked) for asked in ENVIRONMENT]
    + [(HOOK, asked) for asked in ENVIRONMENT if not asked[1].startswith("HATCH")],  # those end in hatchling's words
)
def test_an_environment_that_no_build_can_follow(tmp_path: Path, build: str, asked: tuple[str, str, str, str]) -> None:
    what, variable, value, words = asked
    done = run(project(tmp_path / "w", build=build), tmp_path / "out", what, **{variable: value})
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert f"edgewheel: {words}" in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_a_build_that_is_to_clean_first(tmp_path: Path) -> None:
    projects.write(tmp_path / "out", {"old-1-py3-none-any.whl": "", "other.txt": ""})
    assert run(project(tmp_path / "w"), tmp_path / "out", HATCH_BUILD_CLEAN="1").returncode == 0
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == [WHEEL, "other.txt"]


def test_reproducible_off_asks_for_no_time(tmp_path: Path) -> None:
    root = project(tmp_path / "w", more="[tool.hatch.build]\nreproducible = false\n")
    assert run(root, tmp_path / "out", SOURCE_DATE_EPOCH="garbage").returncode == 0


def test_an_output_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    done = run(project(tmp_path / "w"), tmp_path / "out")
    assert (done.returncode, done.stderr) == (1, f"edgewheel: `{tmp_path / 'out'}` cannot be made: File exists\n")


#: by the quick way and by hatchling's builders
WAYS = {"quick": "", "long": "[tool.hatch.build]\nignore-vcs = false\n"}


@pytest.mark.skipif(os.name == "nt", reason="no limit of a file's size")
@pytest.mark.parametrize("what", ["build_wheel", "build_sdist"])
@pytest.mark.parametrize("way", WAYS)
def test_a_full_disk_leaves_nothing(tmp_path: Path, way: str, what: str) -> None:
    noise = hashlib.shake_256(b"").digest(500_000)
    root = project(tmp_path / "w", {**CODE, "src/big.bin": noise}, more=WAYS[way])
    code = (
        "import resource, signal, sys, edgewheel_build as backend\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        f"backend.{what}(sys.argv[1])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out")], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "edgewheel: the archive cannot be written: File too large\n")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("way", WAYS)
def test_a_build_that_is_stopped_leaves_nothing(tmp_path: Path, way: str, name: str) -> None:
    """The signal comes when half of the files are written."""
    root = project(tmp_path / "w", more=WAYS[way])
    code = (
        "import os, signal, sys\n"
        # as a process of its own has them: `nohup` and background jobs hand on signals that are ignored
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "for name in ('SIGTERM', 'SIGHUP'):\n"
        "    hasattr(signal, name) and signal.signal(getattr(signal, name), signal.SIG_DFL)\n"
        "import edgewheel_build as backend\n"
        "from hatchling.builders.wheel import WheelArchive\n"
        "from edgewheel_build.wheel import Archive\n"
        "def stopping(method):\n"
        "    def stops(self, file):\n"
        "        name = getattr(file, 'name', '') or file.distribution_path\n"
        f"        'core' in name and os.kill(os.getpid(), signal.{name})\n"
        "        return method(self, file)\n"
        "    return stops\n"
        "Archive.add, WheelArchive.add_file = stopping(Archive.add), stopping(WheelArchive.add_file)\n"
        "backend.build_wheel(sys.argv[1])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out")], cwd=root, capture_output=True, text=True, check=False
    )
    number = int(getattr(signal, name))
    expected = (1, "edgewheel: interrupted, nothing was built\n") if name == "SIGINT" else (128 + number, "")
    assert (done.returncode, done.stderr) == expected
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("way", WAYS)
def test_two_builds_at_once(tmp_path: Path, way: str) -> None:
    files = {f"src/m{number}.py": f"x = {number}\n" for number in range(200)}
    root = project(tmp_path / "w", {**CODE, **files}, more=WAYS[way])
    command = [sys.executable, "-c", "import edgewheel_build as b, sys; b.build_wheel(sys.argv[1])"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HATCH_")}
    running = [
        subprocess.Popen([*command, str(tmp_path / "out")], cwd=root, env=environment, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    errors = [process.communicate()[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], errors
    (wheel,) = (tmp_path / "out").iterdir()
    assert digest(wheel) == digest(built(root, tmp_path / "alone"))
