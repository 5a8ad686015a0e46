"""The upload through the layout: when it is used, what it holds, and the disk under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests import projects
from tests.projects import HANDLER, STAGED

from edgewheel.deploy import Deploys
from edgewheel.layout.overlay import Overlay
from edgewheel.layout.plan import plan
from edgewheel.layout.upload import owns_build, staging_folder
from edgewheel.repository.disk import Disk, Entry
from edgewheel.wrangler.config import resolve

if TYPE_CHECKING:
    from pathlib import Path

    from edgewheel.repository.worker import Worker

DATE = {"compatibility_date": "2026-10-01"}


@pytest.mark.parametrize(
    ("command", "owned"),
    [
        ("edgewheel stage", True),
        ("  edgewheel   stage  ", True),
        ("edgewheel stage -o build/worker", True),
        ("edgewheel stage backend", True),
        ("uv run edgewheel stage", True),
        ("uv run --frozen --no-dev edgewheel stage", True),
        ("uvx edgewheel@0.1.0 stage", True),
        ("uvx --from edgewheel edgewheel stage", True),
        ("poetry run edgewheel stage", True),
        ("python -m edgewheel stage", True),
        ("python3.12 -m edgewheel stage", True),
        (".venv/bin/edgewheel stage", True),
        ("cd backend && edgewheel stage", True),
        ("PYTHONUTF8=1 edgewheel stage", True),
        ("edgewheel stage --dry-run", False),
        ("edgewheel check", False),
        ("edgewheel", False),
        ("echo edgewheel stage", False),
        ("npm ci && edgewheel stage", False),
        ("edgewheel stage; cp x y", False),
        ("edgewheel stage && make", False),
        ("cd backend && cd src && edgewheel stage", False),
        ("edgewheel stage 'unclosed", False),
        ("myedgewheel stage", False),
        ("make", False),
        ("cd", False),
        ("", False),
    ],
)
def test_whose_command(tmp_path: Path, command: str, *, owned: bool) -> None:
    config = resolve(projects.worker(tmp_path, {}))
    assert owns_build(config._replace(build_command=command)) is owned


@pytest.mark.parametrize(
    ("build", "main", "folder"),
    [
        ({"command": "edgewheel stage"}, "build/worker/worker.py", "build/worker"),
        ({"command": "edgewheel stage"}, "src/main.py", ""),
        ({"command": "edgewheel stage -o out"}, "out/worker.py", "out"),
        ({"command": "edgewheel stage --output=out"}, "out/worker.py", "out"),
        ({"command": "edgewheel stage -oout"}, "out/worker.py", "out"),
        ({"command": "edgewheel stage -o out"}, "build/worker/worker.py", ""),
        ({"command": "cd a && edgewheel stage -o ../out"}, "out/worker.py", "out"),
        ({"command": "edgewheel stage -o ../out", "cwd": "a"}, "out/worker.py", "out"),
        ({"command": "make"}, "build/worker/worker.py", ""),
        ({}, "build/worker/worker.py", ""),
    ],
)
def test_staging_folder(tmp_path: Path, build: dict[str, str], main: str, folder: str) -> None:
    worker = projects.worker(tmp_path, {}, config={"main": main, "build": build})
    assert staging_folder(worker, resolve(worker)) == (worker.path(folder) if folder else "")


def staged(root: Path, files: dict[str, str | bytes], **config: object) -> Worker:
    return projects.worker(root, files, config={**DATE, **STAGED, **config})


def test_staged_upload(tmp_path: Path) -> None:
    worker = staged(
        tmp_path,
        {
            "src/main.py": HANDLER,
            "src/core/a.py": "A = 1\n",
            "src/core/q.sql": "select 1",
            "src/core/t.json": "{}",
            "src/tests/test_a.py": "",
            "build/worker/old.py": "what an earlier run left",
            "python_modules/x/a.py": "",
        },
    )
    upload = Deploys(worker).of(None).upload
    root = worker.root
    assert upload.error is None
    assert [(module.name, module.type, module.source) for module in upload.modules] == [
        ("worker.py", "python", ""),
        ("src/__init__.py", "python", ""),
        ("src/core/__init__.py", "python", ""),
        ("src/core/a.py", "python", f"{root}/src/core/a.py"),
        ("src/core/q.sql", "text", f"{root}/src/core/q.sql"),
        ("src/main.py", "python", f"{root}/src/main.py"),
        ("python_modules/x/a.py", "buffer", f"{root}/python_modules/x/a.py"),
    ]
    assert not (tmp_path / "build" / "worker" / "worker.py").exists()


def test_own_command_without_a_handler_is_an_error_with_its_reason(tmp_path: Path) -> None:
    upload = Deploys(staged(tmp_path, {"src/main.py": "x = 1\n"})).of(None).upload
    assert upload.modules == ()
    assert upload.error is not None
    assert "binds a handler" in upload.error


def test_others_command_is_seen_as_it_stands(tmp_path: Path) -> None:
    worker = staged(tmp_path, {"src/main.py": HANDLER}, build={"command": "make"})
    upload = Deploys(worker).of(None).upload
    assert upload.modules == ()
    assert upload.error is not None
    assert "build/worker/worker.py" in upload.error


def test_environments_differ(tmp_path: Path) -> None:
    worker = staged(tmp_path, {"src/main.py": HANDLER}, env={"plain": {"main": "src/main.py", "build": {}}})
    assert Deploys(worker).of("plain").upload.main == worker.path("src/main.py")
    names = [module.name for module in Deploys(worker).of(None).modules]
    assert names == ["worker.py", "src/__init__.py", "src/main.py"]


def test_overlay(tmp_path: Path) -> None:
    worker = staged(tmp_path, {"src/main.py": HANDLER, "build/worker/old.py": "", "build/other.txt": "x"})
    root = worker.root
    disk = Overlay(Disk(), plan(worker), f"{root}/build/worker")
    folder, file = (lambda name: Entry(name, "dir")), (lambda name: Entry(name, "file"))
    assert disk.scan(f"{root}/build") == (file("other.txt"), folder("worker"))
    assert disk.scan(f"{root}/build/worker") == (folder("src"), file("worker.py"))
    assert disk.scan(f"{root}/build/worker/src") == (file("__init__.py"), file("main.py"))
    assert disk.scan(f"{root}/build/worker/lost") == ()
    kinds = {name: disk.kind(f"{root}/{name}") for name in ("build", "build/worker", "build/worker/old.py", "src")}
    assert kinds == {"build": "dir", "build/worker": "dir", "build/worker/old.py": None, "src": "dir"}
    assert disk.read(f"{root}/build/worker/src/main.py") == HANDLER.encode()
    assert disk.size(f"{root}/build/worker/src/main.py") == len(HANDLER)
    assert disk.source(f"{root}/build/worker/src/main.py") == f"{root}/src/main.py"
    assert (disk.read(f"{root}/build/worker/src/__init__.py"), disk.size(f"{root}/build/worker/src/__init__.py")) == (
        b"",
        0,
    )
    assert disk.read(f"{root}/build/other.txt") == b"x"


def test_overlay_where_nothing_is_built(tmp_path: Path) -> None:
    worker = staged(tmp_path, {"src/main.py": HANDLER})
    disk = Overlay(Disk(), plan(worker), f"{worker.root}/build/worker")
    assert Entry("build", "dir") in disk.scan(worker.root)
    assert disk.scan(f"{worker.root}/build") == (Entry("worker", "dir"),)
    assert disk.kind(f"{worker.root}/build") == "dir"
