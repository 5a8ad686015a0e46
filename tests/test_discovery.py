"""Which Workers are found below a folder, and which one a command takes."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from edgewheel.findings import CouldNotRun
from edgewheel.repository.discovery import find, find_one

if TYPE_CHECKING:
    from pathlib import Path

PYTHON = 'main = "src/main.py"\n'


def tree(top: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)


def found(top: Path, *paths: str) -> list[str]:
    return [os.path.relpath(worker.root, top) for worker in find([str(top / path) for path in paths or (".",)])]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, []),
        ({"wrangler.toml": PYTHON}, ["."]),
        ({"wrangler.toml": 'main = "src/index.ts"\n'}, []),
        ({"wrangler.toml": 'main = "src/main.PY"\n'}, []),
        ({"wrangler.json": '{"main": "a.py"}', "b/wrangler.jsonc": '{"main": "a.py", /* x */}'}, [".", "b"]),
        ({"wrangler.toml": '[env.dev]\nmain = "a.py"\n'}, ["."]),
        ({"wrangler.toml": '[build.upload]\nmain = "a.py"\n'}, ["."]),
        ({"wrangler.toml": 'main = "a.py"\nmain = "b.py"\n'}, ["."]),
        ({"wrangler.toml": 'main = "a.ts\n'}, []),
        ({"wrangler.toml": "\x00\x01 name", "pyproject.toml": ""}, ["."]),
        ({"wrangler.jsonc": "}{", "src/main.py": ""}, ["."]),
        ({"wrangler.toml": "m\0a\0i\0n\0 \0=\0a\0.\0p\0y\0"}, ["."]),
        ({"wrangler.toml": "]", "package.json": "{}", "src/index.js": "", "tools/x.py": ""}, []),
        ({"wrangler.jsonc": '{"main": "src/index.tsx",', "pyproject.toml": "", "src/x.py": ""}, []),
        ({"wrangler.toml": 'main = "w.mjs', "w.mjs": "", "build.py": ""}, []),
        ({"a/node_modules/x/wrangler.toml": PYTHON, "python_modules/x/wrangler.toml": PYTHON}, []),
        ({"env/pyvenv.cfg": "", "env/lib/wrangler.toml": PYTHON, ".venv-workers/wrangler.toml": PYTHON}, []),
        ({"wrangler.toml": 'env = 3\nmain = "a.py"\n'}, ["."]),
        ({"wrangler.toml": "main = 3\n"}, []),
    ],
)
def test_find(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    tree(tmp_path, files)
    assert found(tmp_path) == expected


def test_overlapping_paths_give_each_worker_once(tmp_path: Path) -> None:
    tree(tmp_path, {"a/wrangler.toml": PYTHON, "b/wrangler.toml": PYTHON})
    assert found(tmp_path, ".", "a", "b/wrangler.toml") == ["a", "b"]


def test_what_git_ignores_is_left_out(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    tree(
        tmp_path,
        {
            ".gitignore": "out/\n*é/\n",
            "out/a/wrangler.toml": PYTHON,
            "é/wrangler.toml": PYTHON,
            "in/wrangler.toml": PYTHON,
        },
    )
    assert found(tmp_path) == ["in"]
    assert found(tmp_path, "out/a") == ["out/a"]


def test_a_symlink_loop_ends(tmp_path: Path) -> None:
    tree(tmp_path, {"a/wrangler.toml": PYTHON})
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert found(tmp_path) == ["a"]


@pytest.mark.parametrize(
    ("start", "expected"),
    [(".", "."), ("src", "."), ("deep/src", "deep")],
)
def test_one_takes_what_wrangler_would(tmp_path: Path, start: str, expected: str) -> None:
    tree(
        tmp_path,
        {"wrangler.toml": PYTHON, "src/main.py": "", "deep/wrangler.json": '{"main": "a.py"}', "deep/src/x": ""},
    )
    assert os.path.relpath(find_one(str(tmp_path / start)).root, tmp_path) == expected


def test_a_json_above_beats_a_toml_here(tmp_path: Path) -> None:
    tree(tmp_path, {"wrangler.json": '{"main": "a.py"}', "in/wrangler.toml": PYTHON})
    assert find_one(str(tmp_path / "in")).config.path == f"{tmp_path.as_posix()}/wrangler.json"


def test_one_of_several_must_be_named(tmp_path: Path) -> None:
    tree(tmp_path, {"a/wrangler.toml": PYTHON, "b/wrangler.toml": PYTHON})
    with pytest.raises(CouldNotRun, match=r"several Workers below .*: name one of `a`, `b`"):
        find_one(str(tmp_path))


@pytest.mark.parametrize(("path", "message"), [("none", "is not a folder"), (".", "no Worker in")])
def test_none(tmp_path: Path, path: str, message: str) -> None:
    with pytest.raises(CouldNotRun, match=message):
        find_one(str(tmp_path / path))


def test_a_named_config(tmp_path: Path) -> None:
    tree(tmp_path, {"conf/w.toml": PYTHON})
    assert find_one(str(tmp_path), config="conf/w.toml").root == f"{tmp_path.as_posix()}/conf"
    with pytest.raises(CouldNotRun, match=r"`x\.toml` does not exist"):
        find_one(str(tmp_path), config="x.toml")


def test_pyproject_above_outside_a_repository(tmp_path: Path) -> None:
    """pywrangler takes the nearest one upwards; outside a repository the search ends at the folder asked for."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "above"\n')
    top = tmp_path / "project"
    folder = top / "apps" / "desk"
    (folder / "src").mkdir(parents=True)
    (folder / "wrangler.toml").write_text('name = "desk"\nmain = "src/main.py"\n')
    (folder / "src" / "main.py").write_text("")
    assert [worker.pyproject for worker in find([str(top)])] == [None]
    (top / "pyproject.toml").write_text('[project]\nname = "project"\n')
    found = [worker.pyproject.path for worker in find([str(top)]) if worker.pyproject]
    assert found == [(top / "pyproject.toml").as_posix()]
    assert [worker.pyproject for worker in find([str(folder)])] == [None]
