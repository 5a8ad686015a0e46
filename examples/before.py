"""Makes `forge-before` beside this file: the Worker of `forge` as its team had it before edgewheel.

    python examples/before.py [FOLDER]

The code is `forge`'s; `before/` holds the files that differ, and `ADDED` were not there yet. The folder becomes a git
repository of its own, as a team's would be.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
#: What edgewheel brought to `forge`.
ADDED = (
    ".pre-commit-config.yaml",
    "backend/src/application/use_cases/blueprints/__init__.py",
    "backend/src/application/use_cases/jobs/__init__.py",
    "backend/src/core/config/__init__.py",
    "backend/src/domain/value_objects/__init__.py",
    "backend/src/infrastructure/repositories/__init__.py",
    "backend/src/middleware/__init__.py",
)
#: What working in `forge` leaves behind.
_MADE = shutil.ignore_patterns(
    "__pycache__", ".*_cache", ".venv*", "build", "dist", "python_modules", ".wrangler", "*.lock"
)


def make(folder: Path) -> None:
    """Writes the example into a folder, which is emptied first."""
    if folder.exists():
        shutil.rmtree(folder)
    shutil.copytree(HERE / "forge", folder, ignore=_MADE)
    for name in ADDED:
        (folder / name).unlink()
    shutil.copytree(HERE / "before", folder, dirs_exist_ok=True)
    if shutil.which("git"):
        subprocess.run(["git", "init", "-q", str(folder)], check=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if sys.argv[1:] else HERE / "forge-before")
