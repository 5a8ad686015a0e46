"""The tutorial, step after step in one repository, as a reader types it: real git, pre-commit, uv, wrangler, Pyodide.

Only pywrangler is replaced, which would download a Python from GitHub: the same wheels come from PyPI, by pip.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests import tools
from tests.test_docs import ROOT, blocks, pattern, vendoring
from tests.test_hooks import commit_all, environment, git, published  # noqa: F401 - fixtures
from tests.test_init import links  # noqa: F401 - a fixture

pytestmark = pytest.mark.oracle

TUTORIAL = ROOT / "docs" / "tutorial.md"


def start(top: Path) -> None:
    """The repository that the tutorial begins with, made of the files that it shows."""
    for block in blocks(TUTORIAL.read_text("utf-8")):
        _, is_file, path = block.word.partition(" file=")
        if is_file:
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_text(block.body)
    source = top / "apps" / "api" / "src"
    for folder in (source, *filter(Path.is_dir, source.iterdir())):
        (folder / "__init__.py").touch()
    (top / "apps" / "web" / "src").mkdir(parents=True)
    (top / "apps" / "web" / "src" / "main.js").write_text('fetch("/prices/100");\n')
    (top / "apps" / "web" / "package.json").write_text('{"name": "web", "version": "1.0.0"}\n')
    (top / ".gitignore").write_text("node_modules/\n.venv/\n")
    commit_all(top)


def programs(folder: Path) -> Path:
    vendoring(folder, "fastapi")
    (folder / "npx").write_text(f'#!/bin/sh\nshift\nexec {" ".join(tools.wrangler("4.164.0"))} "$@"\n')
    (folder / "npx").chmod(0o755)
    return folder


def test_every_step(
    tmp_path: Path,
    published: Path,  # noqa: F811
    links: Path,  # noqa: F811
    environment: dict[str, str],  # noqa: F811
) -> None:
    if sys.version_info < (3, 11):
        pytest.skip("the SDK needs Python 3.11")
    shop = tmp_path / "shop"
    shop.mkdir()
    start(shop)
    git(published, "tag", "-f", "v0.1.0")
    path = [str(programs(tmp_path / "bin")), str(Path(sys.executable).parent), str(tools.node().parent)]
    env = environment | tools.WRANGLER_ENVIRONMENT
    env |= {"PATH": os.pathsep.join([*path, os.environ["PATH"]]), "UV_FIND_LINKS": str(links)}
    env |= {"UV_PYTHON": sys.executable, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{published}.insteadOf"}
    env |= {"GIT_CONFIG_VALUE_0": "https://github.com/edgewheel/edgewheel"}
    shell = shutil.which("bash") or pytest.skip("no shell to run the commands in")
    found = blocks(TUTORIAL.read_text("utf-8"))
    for block, after in zip(found, [*found[1:], None], strict=True):
        if not block.word.startswith("sh step"):
            continue
        done = subprocess.run(
            [shell, "-e", "-c", block.body],
            cwd=shop,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == int(block.word.partition("exit=")[2] or 0), f"{block.body}{done.stdout}"
        if after is not None and after.word == "text":
            shown = re.fullmatch(pattern(after.body), done.stdout)
            assert shown is not None, f"{block.body}{done.stdout}\n--- shown:\n{after.body}"
