"""What holds for every tree: the plan, the disk under it and the folder that is written agree."""

from __future__ import annotations

import posixpath
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests import projects
from tests.projects import HANDLER, STAGED

from edgewheel.layout import strip
from edgewheel.layout.overlay import Overlay
from edgewheel.layout.packages import importable, missing
from edgewheel.layout.plan import plan
from edgewheel_build import staging

NAMES = ["a", "b_c", "é", "x-y", "tests", "test", "__pycache__", ".env", ".hid", "Tests", "a b", "lib"]
FILES = ["m.py", "test_m.py", "__init__.py", "t.json", "c.pyc", ".env.local", "é.py", "conftest.py", "q.sql", "b~"]
FOLDERS = st.lists(st.sampled_from(NAMES), max_size=3)
PATHS = st.builds(lambda folders, name: "/".join([*folders, name]), FOLDERS, st.sampled_from(FILES))


def stripped(name: str) -> bool:
    parts = name.split("/")
    return any(strip.why(part, folder=at < len(parts) - 1) for at, part in enumerate(parts))


@settings(max_examples=60, deadline=None)
@given(st.sets(PATHS, max_size=12))
def test_every_tree(names: set[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        tree: dict[str, str | bytes] = {f"src/{name}": name for name in names}
        worker = projects.worker(root, {**tree, "src/main.py": HANDLER}, config=STAGED)
        layout = plan(worker)
        planned = [file.name for file in layout.files]
        assert planned == sorted(set(planned))
        assert not [name for name in planned if stripped(name)]
        assert {name for name in [*tree, "src/main.py"] if not stripped(name)} == set(planned) - {
            "worker.py",
            *layout.added,
        }
        assert missing(planned, "src") == ()
        assert all(importable(posixpath.dirname(name)) for name in layout.added)
        target = root / "build" / "worker"
        staging.write(staging.from_layout(worker, layout), str(target))
        written = {path.relative_to(target).as_posix(): path for path in target.rglob("*") if path.is_file()}
        assert sorted(written) == planned
        disk = Overlay(worker.disk, layout, target.as_posix())
        for name, path in written.items():
            assert disk.read(f"{target.as_posix()}/{name}") == path.read_bytes()
            assert disk.size(f"{target.as_posix()}/{name}") == path.stat().st_size
        real = type(worker.disk)()
        for inside in [target, *(path for path in target.rglob("*") if path.is_dir())]:
            assert disk.scan(inside.as_posix()) == real.scan(inside.as_posix())
