"""The fixes of EW601 to EW607 done on a project whose wheel plain hatchling built: its next wheel lacks the finding."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.projects import write

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
PLAIN += '[tool.hatch.build.targets.wheel]\npackages = ["src"]\n'
FILES = {
    "wrangler.toml": 'name = "w"\nmain = "src/main.py"\ncompatibility_date = "2026-10-01"\n'
    'compatibility_flags = ["python_workers"]\n',
    "pyproject.toml": f'[project]\nname = "w"\nversion = "1"\n{PLAIN}',
    "src/__init__.py": "",
    "src/main.py": "from workers import WorkerEntrypoint\nclass Default(WorkerEntrypoint):\n"
    "    async def fetch(self, request): ...\n",
    "src/core/a.py": "A = 1\n",
    "src/core/tests/__init__.py": "",
    "src/core/tests/test_a.py": "def test_a(): ...\n",
    "src/vendor/__init__.py": "",
    "src/vendor/x-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: x\nVersion: 1\n",
    "src/.env": "KEY=1\n",
    "src/.DS_Store": "x",
    "src/cached/__init__.py": "",
    "src/cached/__pycache__/a.cpython-311.pyc": "x",
}


def built(root: Path) -> list[dict[str, Any]]:
    """The findings of the wheel that the project's own backend builds."""
    backend = re.search(r'build-backend = "([^"]+)"', (root / "pyproject.toml").read_text())
    assert backend
    for old in (root / "dist").glob("*.whl"):
        old.unlink()
    code = f"import {backend[1]} as backend; backend.build_wheel('dist')"
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True, capture_output=True)
    (wheel,) = (root / "dist").glob("*.whl")
    command = [sys.executable, "-m", "edgewheel", "inspect", str(wheel), "--format", "json"]
    done = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


def cure(root: Path, fix: str) -> None:
    """Does what a fix says, as its reader would."""
    pyproject = root / "pyproject.toml"
    text = pyproject.read_text()
    if 'build-backend = "edgewheel_build"' in fix:
        text = text.replace(PLAIN, '[build-system]\nrequires = ["edgewheel"]\nbuild-backend = "edgewheel_build"\n')
    elif match := re.match(r"strip = \[.*\]", fix):
        text = f"{text}[tool.edgewheel]\n{match[0]}\n"
    elif match := re.match(r"requires-python = \S+", fix):
        text = text.replace("[project]\n", f"[project]\n{match[0]}\n")
    else:
        assert re.fullmatch(r"(?:touch|rm -r|find) [^\n]*", fix), fix
        subprocess.run(fix, shell=True, check=True, cwd=root)  # noqa: S602 - as a user pastes it
    pyproject.write_text(text)


def test_each_fix_alone_and_all_of_them(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    found = built(write(tmp_path / "all", FILES))
    codes = {each["code"] for each in found}
    assert codes >= {"EW601", "EW602", "EW603", "EW604", "EW605", "EW607"}
    for number, each in enumerate(found):
        cure(tmp_path / "all", each["fix"])
        if "secret" in each["message"]:  # which the settings of another backend do not know
            continue
        alone = write(tmp_path / str(number), FILES)
        cure(alone, each["fix"])
        assert each["message"] not in [one["message"] for one in built(alone)], each["fix"]
    assert built(tmp_path / "all") == []
