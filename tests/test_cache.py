"""The cache of records: it saves time and decides nothing, whatever has happened to its files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from edgewheel.sources import plain, syntax

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COUNTING = """
import pathlib, sys
texts = {path.read_bytes() for path in pathlib.Path("src").rglob("*.py")}
parsed = set()
sys.addaudithook(lambda event, args: event == "compile" and args[0] in texts and parsed.add(args[0]))
from edgewheel.cli import main
code = main(sys.argv[1:])
print(len(parsed), file=sys.stderr)
"""
FILES = {
    "wrangler.toml": 'name = "w"\nmain = "src/main.py"\ncompatibility_date = "2026-11-01"\n'
    'compatibility_flags = ["python_workers"]\n',
    "pyproject.toml": '[project]\nname = "w"\nversion = "1"\ndependencies = []\n',
    "src/main.py": "from core.app import app, gone\nfrom workers import WorkerEntrypoint\n\n\n"
    "class Default(WorkerEntrypoint): ...\n",
    "src/core/__init__.py": "",
    "src/core/app.py": "import random\nfrom pathlib import Path\n\nfrom src.core import settings\n\n"
    'app = random.random()\nTEXT = Path(__file__).with_name("data.json").read_text()\n',
    "src/core/data.json": "{}\n",
    "src/core/clean.py": "from __future__ import annotations\n\nVALUE = 1\n",
    "src/core/broken.py": "def f(:\n",
    "src/core/duplicate.py": "def f(a, a): ...\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    top = tmp_path / "project"
    for name, text in FILES.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return top


def check(project: Path, cache: Path, *more: str, prepare: Callable[[], object] | None = None) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "edgewheel", "check", "--format", "json", *more],
        cwd=project,
        env=os.environ | {"EDGEWHEEL_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=prepare,
    )
    assert done.stderr == ""
    assert done.returncode == 1
    return json.loads(done.stdout)


def kept(cache: Path) -> Path:
    (found,) = [path for path in (cache / "records").iterdir() if path.name != "key"]
    return found


def test_nothing_is_kept_on_request(project: Path, tmp_path: Path) -> None:
    assert {each["code"] for each in check(project, tmp_path / "cache", "--no-cache")["findings"]} >= {"EW203", "EW209"}
    assert not (tmp_path / "cache").exists()


def swapped(cache: Path) -> None:
    """Each record under the digest of another text."""
    lines = kept(cache).read_bytes().split(b"\n")
    records = [line.split(b" ", 1)[1] for line in lines[1:]]
    planted = [line[:32] + b" " + other for line, other in zip(lines[1:], records[1:] + records[:1], strict=True)]
    kept(cache).write_bytes(b"\n".join([lines[0], *planted]))


def emptied(cache: Path) -> None:
    """Each record sealed as before, and saying nothing."""
    lines = kept(cache).read_bytes().split(b"\n")
    plain_lines = [
        b" ".join([*line.split(b" ", 2)[:2], b"[[],[],[],false,[],[],null,[],[],null,false,2]"]) for line in lines[1:]
    ]
    kept(cache).write_bytes(b"\n".join([lines[0], *plain_lines]))


def flipped(cache: Path) -> None:
    content = bytearray(kept(cache).read_bytes())
    for at in range(60, len(content), 97):
        content[at] ^= 1
    kept(cache).write_bytes(content)


def a_folder(cache: Path) -> None:
    path = kept(cache)
    path.unlink()
    path.mkdir()


def no_folder(cache: Path) -> None:
    shutil.rmtree(cache / "records")
    (cache / "records").write_text("")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "as it is": lambda _: None,
    "records under wrong digests": swapped,
    "records that say nothing": emptied,
    "flipped bits": flipped,
    "cut off": lambda cache: kept(cache).write_bytes(kept(cache).read_bytes()[:700]),
    "empty": lambda cache: kept(cache).write_bytes(b""),
    "of another format": lambda cache: kept(cache).write_bytes(b"edgewheel records 0\n\0\xff"),
    "no key": lambda cache: (cache / "records" / "key").unlink(),
    "another key": lambda cache: (cache / "records" / "key").write_bytes(b"k" * 32),
    "an empty key": lambda cache: (cache / "records" / "key").write_bytes(b""),
    "a folder": a_folder,
    "a file for the folder": no_folder,
    "years old": lambda cache: os.utime(kept(cache), (1, 1)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_no_cache_changes_a_finding(damage: Callable[[Path], object], project: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    expected = check(project, cache, "--no-cache")
    assert check(project, cache) == expected
    damage(cache)
    assert check(project, cache) == expected
    assert check(project, cache) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are posix")
def test_a_full_disk(project: Path, tmp_path: Path) -> None:
    import resource

    def nothing_fits() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    cache = tmp_path / "cache"
    expected = check(project, cache, "--no-cache")
    assert check(project, cache, prepare=nothing_fits) == expected
    assert not any(path.stat().st_size for path in cache.rglob("*") if path.is_file())


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="an administrator may write anywhere")
def test_a_cache_that_is_read_only(project: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    cache.chmod(0o500)
    assert check(project, cache) == check(project, cache, "--no-cache")


def test_runs_at_once(project: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    expected = check(project, cache, "--no-cache")
    command = [sys.executable, "-m", "edgewheel", "check", "--format", "json"]
    environment = os.environ | {"EDGEWHEEL_CACHE_DIR": str(cache)}
    started = [
        subprocess.Popen(command, cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    for process in started:
        output, errors = process.communicate()
        assert (json.loads(output), errors) == (expected, b"")
    assert check(project, cache) == expected
    assert not list((cache / "records").glob(".new-*"))


def parsed(project: Path, cache: Path) -> int:
    done = subprocess.run(
        [sys.executable, "-c", COUNTING, "check"],
        cwd=project,
        env=os.environ | {"EDGEWHEEL_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    return int(done.stderr)


def test_a_run_after_one_change_parses_one_file(project: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for name in ("broken", "duplicate"):  # what cannot be parsed is judged anew each time
        (project / f"src/core/{name}.py").unlink()
    assert parsed(project, cache) == 4  # the empty one too
    assert parsed(project, cache) == 0
    (project / "src/core/clean.py").write_text("VALUE = 2\n")
    assert parsed(project, cache) == 1


def test_unused_files_go(project: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    check(project, cache)
    old = cache / "records" / "old"
    old.write_bytes(b"")
    os.utime(old, (1, 1))
    (project / "src/core/clean.py").write_text("VALUE = 2\n")
    check(project, cache)
    assert not old.exists()


@pytest.mark.parametrize("text", [text for name, text in FILES.items() if name.endswith(".py")])
def test_a_record_comes_back_as_it_was(text: str) -> None:
    record = syntax.read(text.encode())
    back = plain.record(json.loads(json.dumps(plain.plain(record))))
    assert json.dumps(plain.plain(back)) == json.dumps(plain.plain(record))
    assert back.imports == record.imports


SHAPES = [None, 1, "x", [], [[]] * 12, {"a": 1}, [[["a"]], *[[]] * 11], [[[1, [], 0, 1, 1]], *[[]] * 11]]


@pytest.mark.parametrize("value", SHAPES)
def test_another_shape_is_an_error(value: object) -> None:
    with pytest.raises(ValueError):
        plain.record(value)
