"""Files are written whole or not at all, two runs at once give one of the two, and what a killed run leaves goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from tests import projects
from tests.projects import HANDLER

from edgewheel.findings import CouldNotRun
from edgewheel.repository import writing

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = (
    'name = "w"\nmain = "build/worker/worker.py"\ncompatibility_date = "2026-01-01"\n'
    'compatibility_flags = ["python_workers"]\n[build]\ncommand = "edgewheel stage"\n'
)


def project(root: Path, tag: str, number: int = 60) -> Path:
    """A Worker whose every module holds the tag."""
    files = {f"src/p{at % 7}/m{at}.py": f"TAG = {tag!r}  # {'x' * (at * 20)}\n" for at in range(number)}
    names = {f"src/only_{tag}/m.py": f"TAG = {tag!r}\n"}
    project = '[project]\nname = "w"\nversion = "1"\n'
    return projects.write(
        root,
        {"wrangler.toml": CONFIG, "pyproject.toml": project, "src/main.py": f"{HANDLER}# {tag}\n", **files, **names},
    )


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stage(root: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "edgewheel", "stage", "-o", str(out)]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_two_at_once_give_one_of_the_two_trees(tmp_path: Path) -> None:
    one, two = project(tmp_path / "one", "one"), project(tmp_path / "two", "two")
    wanted = []
    for root in (one, two):
        process = stage(root, root / "alone")
        assert (process.communicate()[1], process.returncode) == (b"", 0)
        wanted.append(tree(root / "alone"))
    assert wanted[0] != wanted[1]
    for at in range(6):
        out = tmp_path / ("fresh" if at % 2 else f"new{at}")
        running = [stage(root, out) for root in (one, two, one)]
        ends = [(process.communicate()[1], process.returncode) for process in running]
        assert [code for _, code in ends] == [0, 0, 0], ends
        assert tree(out) in wanted


def test_two_replace_at_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    code = (
        "import sys; from edgewheel.repository.writing import replace\n"
        "for _ in range(40): replace({sys.argv[1] + '/a': sys.argv[2].encode() * 9999, sys.argv[1] + '/b': b'x'})\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    running = [subprocess.Popen([*command, sign], stderr=subprocess.PIPE) for sign in "12"]
    assert [process.communicate()[1] for process in running] == [b"", b""]
    assert (tmp_path / "a").read_bytes() in {b"1" * 9999, b"2" * 9999}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_what_a_killed_run_leaves_goes_with_the_next(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from edgewheel.repository import writing\n"
        "os.chmod = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "writing.replace({sys.argv[1]: b'new'})\n"
    )
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "a").chmod(0o600)
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a")], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(list(tmp_path.glob(".edgewheel-*"))) == 1
    writing.replace({str(tmp_path / "b"): b""})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
    assert (tmp_path / "a").read_bytes() == b"old"


def test_what_is_not_surely_left_stays(tmp_path: Path) -> None:
    own = os.getpid()
    names = [
        *(f".edgewheel-{own}-0a1b2c3d", ".edgewheel-abc12_de", ".edgewheel-notes.txt", "x.whl.tmp", "a.edgewheel-1"),
        *(f"w-1-py3-none-any.whl.{own}.tmp", ".edgewheel"),
    ]
    for name in names:
        (tmp_path / name).write_bytes(b"")
    writing.clear(str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    for name in names:
        os.utime(tmp_path / name, (time.time() - 9999,) * 2)
    writing.clear(str(tmp_path))
    kept = [".edgewheel-notes.txt", "x.whl.tmp", "a.edgewheel-1", ".edgewheel"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(CouldNotRun, match="cannot be written: Permission denied"):
        writing.replace({str(tmp_path / "a"): b""})
    tmp_path.chmod(0o700)


def test_one_that_cannot_be_written_keeps_the_others(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(CouldNotRun, match="cannot be written: "):
        writing.replace({str(tmp_path / "a"): b"new", str(tmp_path / "none" / "b"): b""})
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.skipif(os.name == "nt", reason="nothing is locked there")
def test_a_lock_that_is_held_for_long_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_PATIENCE", 0)
    waits = pytest.raises(CouldNotRun, match="another run of edgewheel has been writing")
    import fcntl

    other = os.open(tmp_path, os.O_RDONLY)  # a file that another process opens is locked by itself
    fcntl.flock(other, fcntl.LOCK_EX)
    with waits, writing.locked(str(tmp_path)):
        pass
    os.close(other)
    with writing.locked(str(tmp_path)), writing.locked(str(tmp_path)):  # what this run holds it need not wait for
        pass
