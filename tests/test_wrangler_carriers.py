"""Which tree of a project carries which package, and which copy an import finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import projects

from edgewheel.wrangler.carriers import Weight, carriers, imported
from edgewheel.wrangler.collect import collect
from edgewheel.wrangler.config import resolve
from edgewheel.wrangler.version import switches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edgewheel.repository.worker import Worker
    from edgewheel.wrangler.carriers import Carrier

SITE = "lib/python3.13/site-packages"
DATED = {"compatibility_date": "2026-10-01"}
FILES = {
    "src/main.py": "pass\n",
    "src/core/a.py": "12345",
    "src/idna.py": "1",
    "python_modules/idna/core.py": "123",
    "python_modules/idna/data/table.txt": "12",
    "python_modules/idna-3.1.dist-info/METADATA": "1234",
    "python_modules/pillow-9.dist-info/METADATA": "no package of that name",
    "python_modules/_fast.cpython-313-wasm32-emscripten.so": "1",
    "python_modules/pyvenv.cfg": "nobody's",
    f".venv-workers/pyodide-venv/{SITE}/idna/core.py": "123",
    f".venv-workers/{SITE}/idna/core.py": "1234",
    ".venv/Lib/site-packages/pytest/__init__.py": "12",
    ".venv/Lib/site-packages/__pycache__/x.pyc": "12",
}


def carried(worker: Worker) -> Sequence[Carrier]:
    config = resolve(worker)
    return carriers(config, worker.disk, collect(config, worker.disk, switches()))


def test_every_tree_with_its_packages(tmp_path: Path) -> None:
    worker = projects.worker(tmp_path, FILES, config=DATED)
    found = carried(worker)
    assert [(each.tree, each.folder.removeprefix(worker.root), each.packages, each.uploaded) for each in found] == [
        (".", "/src", {"main": Weight(5, 1), "core": Weight(5, 1), "idna": Weight(1, 1)}, 3),
        ("python_modules", "/python_modules", {"_fast": Weight(1, 1), "idna": Weight(9, 3)}, 6),
        (".venv-workers/pyodide-venv", f"/.venv-workers/pyodide-venv/{SITE}", {"idna": Weight(3, 1)}, 0),
        (".venv-workers", f"/.venv-workers/{SITE}", {"idna": Weight(4, 1)}, 0),
        (".venv", "/.venv/Lib/site-packages", {"pytest": Weight(2, 1)}, 0),
    ]
    assert [imported(name, found) for name in ("idna", "core", "pytest", "nothing")] == ["python_modules", ".", "", ""]


def test_a_project_without_any(tmp_path: Path) -> None:
    worker = projects.worker(tmp_path, {"src/main.py": "pass\n"}, config=DATED)
    found = carried(worker)
    assert [(each.tree, each.uploaded) for each in found] == [(".", 1)]


def test_trees_in_the_module_root_are_uploaded(tmp_path: Path) -> None:
    worker = projects.worker(tmp_path, {"main.py": "", **FILES}, config={"main": "main.py", **DATED})
    found = carried(worker)
    assert {each.tree: each.uploaded for each in found} == {
        ".": 4,
        "python_modules": 6,
        ".venv-workers/pyodide-venv": 1,
        ".venv-workers": 1,
        ".venv": 1,
    }
