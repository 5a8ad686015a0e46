"""The staging folder: what is written, what is left alone, what is removed, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from tests import projects
from tests.projects import HANDLER, STAGED

from edgewheel.findings import CouldNotRun
from edgewheel.repository.walk import MARK
from edgewheel_build import staging

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = f"{MARK} from src/main.py\n".encode()
TREE = {"worker.py": ENTRY, "src/__init__.py": b"", "src/core/a.py": b"A = 1\n"}


def write(folder: Path, files: dict[str, bytes]) -> staging.Written:
    return staging.write(staging.from_content(files, ""), str(folder))


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_changed_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "build" / "worker"
    assert write(folder, TREE) == staging.Written(3, 0, 0)
    assert tree(folder) == TREE
    times = {name: (folder / name).stat().st_mtime_ns for name in TREE}
    assert write(folder, TREE) == staging.Written(0, 0, 3)
    assert {name: (folder / name).stat().st_mtime_ns for name in TREE} == times
    changed = {"worker.py": ENTRY, "src/__init__.py": b"", "src/core/a.py": b"A = 2\n", "src/b.py": b""}
    assert write(folder, changed) == staging.Written(2, 0, 2)
    assert tree(folder) == changed
    assert (folder / "src" / "__init__.py").stat().st_mtime_ns == times["src/__init__.py"]
    assert write(folder, {"worker.py": ENTRY, "src": b"a file now"}) == staging.Written(1, 3, 1)
    assert write(folder, TREE) == staging.Written(2, 1, 1)
    assert tree(folder) == TREE


def test_what_does_not_belong_goes(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    write(folder, TREE)
    projects.write(folder, {"src/old.py": "", "src/gone/x/y.py": "", "notes.md": "", ".edgewheel-99": "half"})
    (folder / "empty" / "deep").mkdir(parents=True)
    (folder / "src" / "core" / "a.py").unlink()
    (folder / "src" / "core" / "a.py").mkdir()
    assert write(folder, TREE) == staging.Written(1, 4, 2)
    assert tree(folder) == TREE
    assert sorted(path.name for path in folder.rglob("*") if path.is_dir()) == ["core", "src"]


def test_links_are_removed_and_never_followed(tmp_path: Path) -> None:
    outside = projects.write(tmp_path / "outside", {"keep.py": "mine", "a.py": "A = 1\n"})
    folder = tmp_path / "w"
    write(folder, TREE)
    (folder / "src" / "core" / "a.py").unlink()
    (folder / "src" / "core").rmdir()
    os.symlink(outside, folder / "src" / "core", target_is_directory=True)
    os.symlink(outside / "keep.py", folder / "link.py")
    assert write(folder, TREE) == staging.Written(1, 2, 2)
    assert tree(folder) == TREE
    assert not (folder / "src" / "core").is_symlink()
    assert tree(outside) == {"keep.py": b"mine", "a.py": b"A = 1\n"}


@pytest.mark.parametrize(
    "there", [{"notes.md": "mine"}, {"worker.py": "mine\n"}, {"worker.py": "# Generated\n"}, {"worker.py/x": ""}]
)
def test_somebody_elses_folder(tmp_path: Path, there: dict[str, str | bytes]) -> None:
    projects.write(tmp_path, there)
    before = tree(tmp_path)
    with pytest.raises(CouldNotRun, match="was not made by edgewheel"):
        write(tmp_path, TREE)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("left", [{}, {".edgewheel-4711": b"half"}, {"worker.py": ENTRY}, {"worker.py": ENTRY[:40]}])
def test_a_run_that_was_cut_short(tmp_path: Path, left: dict[str, str | bytes]) -> None:
    projects.write(tmp_path, left)
    write(tmp_path, TREE)
    assert tree(tmp_path) == TREE


def test_worker_comes_first_into_a_new_folder_and_last_into_an_old_one(tmp_path: Path) -> None:
    order: list[str] = []

    def staged(version: bytes) -> list[staging.Staged]:
        def read(name: str) -> bytes:
            order.append(name)
            return (ENTRY if name == "worker.py" else b"") + version

        return [staging.Staged(name, 0, "", lambda name=name: read(name)) for name in TREE]  # type: ignore[misc]

    staging.write(staged(b"1"), str(tmp_path / "w"))
    assert order == ["worker.py", "src/__init__.py", "src/core/a.py"]
    order.clear()
    staging.write(staged(b"2"), str(tmp_path / "w"))
    assert order == ["src/__init__.py", "src/core/a.py", "worker.py"]


def test_a_file_that_cannot_be_read_leaves_no_half_file(tmp_path: Path) -> None:
    def fails() -> bytes:
        raise CouldNotRun("`x` cannot be read")

    files = [*staging.from_content(TREE, ""), staging.Staged("src/x.py", 1, "", fails)]
    with pytest.raises(CouldNotRun, match="cannot be read"):
        staging.write(files, str(tmp_path))
    assert tree(tmp_path) == TREE


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CouldNotRun, match=r"file.* cannot be written: "):
        write(tmp_path / "file" / "w", TREE)


@pytest.mark.parametrize(
    ("given", "words"),
    [(".", "holds the Worker itself"), ("..", "holds the Worker itself"), ("src/out", "lie in each other")],
)
def test_folders_that_hold_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, words: str) -> None:
    worker = projects.worker(tmp_path / "w", {"src/main.py": HANDLER})
    monkeypatch.chdir(tmp_path / "w")
    with pytest.raises(CouldNotRun, match=words):
        staging.target(worker, given, kept=worker.path("src"))


@pytest.mark.parametrize("link", ["build", "build/worker"])
def test_a_staging_folder_that_leads_out(tmp_path: Path, link: str) -> None:
    worker = projects.worker(tmp_path / "w", {"src/main.py": HANDLER})
    (tmp_path / "out").mkdir()
    (tmp_path / "w" / link).parent.mkdir(exist_ok=True)
    os.symlink(tmp_path / "out", tmp_path / "w" / link, target_is_directory=True)
    with pytest.raises(CouldNotRun, match="is a link"):
        staging.target(worker, "")


def edgewheel(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edgewheel", "stage", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture
def team(tmp_path: Path) -> Path:
    files = {"src/main.py": HANDLER, "src/core/a.py": "A = 1\n", "src/tests/test_a.py": ""}
    projects.worker(tmp_path, files, config=STAGED)
    return tmp_path


def test_command(team: Path) -> None:
    done = edgewheel(team)
    said = "left out tests (1); added src/__init__.py, src/core/__init__.py"
    size = sum(len(content) for content in tree(team / "build" / "worker").values())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"build/worker: 5 files, {size} bytes; {said}; 5 written, 0 removed\n"
    assert sorted(tree(team / "build" / "worker")) == [
        "src/__init__.py", "src/core/__init__.py", "src/core/a.py", "src/main.py", "worker.py"
    ]  # fmt: skip
    assert edgewheel(team).stdout.endswith("; 0 written, 0 removed\n")
    assert edgewheel(team.parent, team.name, "-o", "elsewhere").stdout.startswith("elsewhere: 5 files")
    assert tree(team.parent / "elsewhere") == tree(team / "build" / "worker")


def test_dry_run_and_json(team: Path) -> None:
    done = edgewheel(team, "--dry-run")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["0", "src/__init__.py", "(generated)"]
    assert lines[2].split() == ["6", "src/core/a.py", "<-", "src/core/a.py"]
    assert lines[-1].endswith("; nothing written")
    assert not (team / "build").exists()
    said = json.loads(edgewheel(team, "--format", "json").stdout)
    worker = said["files"].pop()
    assert worker["name"] == "worker.py"
    assert said == {
        "findings": [],
        "stage": "build/worker",
        "files": [
            {"name": "src/__init__.py", "size": 0, "source": ""},
            {"name": "src/core/__init__.py", "size": 0, "source": ""},
            {"name": "src/core/a.py", "size": 6, "source": "src/core/a.py"},
            {"name": "src/main.py", "size": len(HANDLER), "source": "src/main.py"},
        ],
        "stripped": [{"name": "src/tests/", "why": "tests"}],
        "added": ["src/__init__.py", "src/core/__init__.py"],
        "unbound": [],
        "compiled": [],
        "written": 5,
        "removed": 0,
        "unchanged": 0,
    }


@pytest.mark.parametrize("table", ["tool.hatch.build", "tool.hatch.build.targets.wheel"])
def test_what_hatch_leaves_out_of_the_wheel_is_not_staged(team: Path, table: str) -> None:
    project = '[project]\nname = "w"\nversion = "1"\nrequires-python = ">=3.12"\n'
    hatch = f'[{table}]\nexclude = ["*.json", "/src/old"]\n'
    projects.write(team, {"pyproject.toml": project + hatch, "src/a.json": "{}", "src/old/b.py": ""})
    build = "import edgewheel_build; edgewheel_build.build_wheel('dist')"
    subprocess.run([sys.executable, "-c", build], cwd=team, check=True, capture_output=True)
    with ZipFile(team / "dist" / "w-1-py3-none-any.whl") as wheel:
        built = {name: wheel.read(name) for name in wheel.namelist() if ".dist-info/" not in name}
    assert "excluded by hatch (2)" in edgewheel(team).stdout
    assert tree(team / "build" / "worker") == built
    assert "src/main.py" in built


def test_a_class_that_the_entry_lacks_is_told(tmp_path: Path) -> None:
    bindings = {"durable_objects": {"bindings": [{"name": "R", "class_name": "Room"}]}}
    projects.worker(tmp_path, {"src/main.py": HANDLER}, config={**STAGED, **bindings})
    done = edgewheel(tmp_path)
    assert done.returncode == 0
    assert "warning: the wrangler config binds `Room`, which the entry does not bind" in done.stdout


@pytest.mark.parametrize("arguments", [("--wheel", "lost.whl"), ("lost",), ("-o", "."), ("-o", "src")])
def test_refusals_show_no_traceback(team: Path, arguments: tuple[str, ...]) -> None:
    done = edgewheel(team, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("edgewheel: ")
    assert "Traceback" not in done.stderr
