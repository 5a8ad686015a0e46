"""Real programs to compare with: installed once from npm, by the lock files in `tools/<name>/`, into a cache.

Where npm or the network is absent a test that asks for one is skipped, but never in CI (`CI=true`) and never with
`EDGEWHEEL_ORACLE=1`: there it fails. The cache is `$EDGEWHEEL_TOOLS`, else `~/.cache/edgewheel-tests`.

    tools.wrangler("4.42.2")   the command line that runs it, as a list
    tools.node()               Node 22
    tools.pyodide("314.0.7")   the folder of the npm package
    tools.workerd()            workerd of 2024-11-12
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

LOCKS = Path(__file__).parent / "tools"
#: what wrangler is told: no metrics, no colours, no questions
WRANGLER_ENVIRONMENT = {"WRANGLER_SEND_METRICS": "false", "NO_COLOR": "1", "CI": "1"}
_PYODIDE = {"0.26.4": "p26", "0.28.3": "p28", "314.0.7": "p314"}


def wrangler(version: str) -> list[str]:
    """The command of one locked version: 4.164.0, 4.46.0 or 4.42.2."""
    folder = npm_tool("wrangler", version)
    return [str(node()), "--no-warnings", str(folder / "wrangler" / "wrangler-dist" / "cli.js")]


def node() -> Path:
    """Node 22, which every wrangler here runs on; comes with the newest wrangler's lock."""
    folder = npm_tool("wrangler", "4.164.0")
    found = [*sorted(folder.glob("node-*/bin/node")), *filter(None, (shutil.which("node"),))]
    if not found:
        unavailable("no Node in tools/wrangler-4.164.0 for this system, and none installed")
    return Path(found[0])


def pyodide(version: str) -> Path:
    """The folder of the npm package, with `pyodide.mjs`."""
    return npm_tool("pyodide") / _PYODIDE[version]


def workerd() -> Path:
    """The workerd program of the platform's 2024 generation."""
    return npm_tool("workerd") / "@cloudflare" / "workerd-linux-64" / "bin" / "workerd"


@cache
def npm_tool(name: str, version: str = "") -> Path:
    """The `node_modules` folder of `tools/<name>[-<version>]`, installed when first asked for."""
    source = LOCKS / (f"{name}-{version}" if version else name)
    lock = (source / "package-lock.json").read_bytes()
    folder = _cache() / f"{source.name}-{hashlib.sha256(lock).hexdigest()[:8]}"
    if not (folder / "node_modules").is_dir():
        _install(source, folder)
    return folder / "node_modules"


def unavailable(reason: str) -> NoReturn:
    """Skips the test, or fails it where skipping is not allowed."""
    if os.environ.get("CI", "").lower() in {"true", "1"} or os.environ.get("EDGEWHEEL_ORACLE") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _install(source: Path, folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        unavailable(f"{source.name}: npm is not installed")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{source.name}.") as temporary:
        for file in source.iterdir():
            shutil.copy(file, temporary)
        # no script of a package runs; esbuild and workerd find their programs without theirs
        done = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=temporary,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            unavailable(f"{source.name}: npm ci failed: {done.stderr.strip()[-500:]}")
        if not folder.exists():  # another test run may have been faster
            os.replace(temporary, folder)
            os.makedirs(temporary)  # so that there is something to clean up


def _cache() -> Path:
    given = os.environ.get("EDGEWHEEL_TOOLS")
    return Path(given) if given else Path.home() / ".cache" / "edgewheel-tests"
