"""Popular packages as if they were somebody's Worker: nothing is said of an import that CPython makes all the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests import tools

pytestmark = pytest.mark.oracle

#: What each is imported as; with what they require they stand beside each other, as in a wheel that vendors them.
PACKAGES = {
    "fastapi": "fastapi",
    "starlette": "starlette",
    "httpx": "httpx",
    "pydantic": "pydantic",
    "jinja2": "jinja2",
    "click": "click",
    "rich": "rich",
    "sqlalchemy": "sqlalchemy",
    "django": "django",
    "flask": "flask",
    "werkzeug": "werkzeug",
    "requests": "requests",
    "urllib3": "urllib3",
    "attrs": "attr",
    "anyio": "anyio",
    "typer": "typer",
    "markdown": "markdown",
    "beautifulsoup4": "bs4",
    "tomlkit": "tomlkit",
    "jsonschema": "jsonschema",
    "itsdangerous": "itsdangerous",
    "python-dateutil": "dateutil",
}
CONFIG = """\
name = "wrapped"
main = "src/main.py"
compatibility_date = "2026-10-01"
compatibility_flags = ["python_workers"]
"""
#: What says that an import fails; a missing `__init__.py`, an opened file and a thread at start are other matters.
SAY_SO = {"EW107", "EW203", "EW204", "EW206", "EW209"}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed source of all of them, without what is compiled for this machine's processor."""
    folder = tmp_path_factory.mktemp("installed") / "src"
    uv = str(Path(sys.executable).parent / "uv")
    command = [uv, "pip", "install", "-q", "--target", str(folder), "--python", sys.executable, *PACKAGES]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        tools.unavailable(f"uv pip install: {done.stderr[-500:]}")
    return folder


@pytest.mark.parametrize("name", sorted(PACKAGES.values()))
def test_what_cpython_imports_is_not_said_to_fail(name: str, source: Path) -> None:
    project = source.parent
    (source / "main.py").write_text(
        f"import {name}\nfrom workers import WorkerEntrypoint\n\n\nclass Default(WorkerEntrypoint):\n    app = {name}\n"
    )
    (project / "wrangler.toml").write_text(CONFIG)
    (project / "pyproject.toml").write_text(
        '[project]\nname = "wrapped"\nversion = "1"\ndependencies = ["workers-runtime-sdk"]\n'
    )
    imported = subprocess.run(
        [sys.executable, "-S", "-c", f"import {name}, sys; print(*sys.modules)"],
        cwd=source,
        env=os.environ | {"PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert imported.returncode == 0, imported.stderr
    done = subprocess.run(
        [sys.executable, "-m", "edgewheel", "check", "--select", "EW2,EW107", "--format", "json"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [each for each in json.loads(done.stdout)["findings"] if each["code"] in SAY_SO]
    # what is compiled for this machine is not uploaded: there the finding is right, though CPython imports it here
    compiled = {path.name.partition(".")[0] for path in source.rglob("*.so")}
    alarms = [
        each
        for each in found
        if each["level"] == "error" and not any(f".{module}'" in each["message"] for module in compiled)
    ]
    assert [(each["code"], each["path"], each["line"], each["message"][:200]) for each in alarms] == []
