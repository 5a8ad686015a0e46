"""Logs that the real programs write here: each classified, none twice."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests import tools

from edgewheel.logs.summary import digest
from edgewheel.rules.ew7.judged import Log
from edgewheel.rules.registry import load

pytestmark = pytest.mark.oracle
ROOT = Path(__file__).parent.parent
VERSIONS = ("4.42.2", "4.46.0", "4.164.0")


def codes(text: str) -> list[str]:
    """The codes that a log of GitHub Actions with this text gets."""
    stamped = "".join(f"2026-11-20T10:00:00.1234567Z {line}\n" for line in text.splitlines())
    read = digest("/log", io.BytesIO(stamped.encode()))
    return sorted(rule.code for rule in load(judges="log") for _ in rule.check(Log(read)))


def deployed(version: str, folder: Path, *arguments: str, outside: Path) -> str:
    done = subprocess.run(
        [*tools.wrangler(version), "deploy", "--dry-run", "--outdir", str(outside / "out"), *arguments],
        cwd=folder,
        env={**os.environ, **tools.WRANGLER_ENVIRONMENT, "FORCE_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


@pytest.fixture
def before(tmp_path: Path, forge_before: Path) -> Path:
    shutil.copytree(forge_before / "backend", tmp_path / "backend")
    return tmp_path / "backend"


@pytest.mark.parametrize("version", VERSIONS)
def test_the_forge_as_found(version: str, before: Path, tmp_path: Path) -> None:
    """Ignored keys at the top level; with the staging rules more than a hundred duplicates."""
    assert codes(deployed(version, before, outside=tmp_path)) == ["EW708"]
    staging = deployed(version, before, "--env", "staging", outside=tmp_path)
    assert codes(staging) == ["EW701", "EW708"]
    read = digest("/log", io.BytesIO(staging.encode()))
    assert read.hits["duplicate"].said > 100
    assert read.hits["version"].names[0].text == version


@pytest.mark.parametrize("version", VERSIONS)
def test_vendored_files_are_blamed_on_the_right_version(version: str, tmp_path: Path) -> None:
    for name, text in {
        "wrangler.toml": 'name = "t"\nmain = "src/main.py"\ncompatibility_date = "2025-10-01"\n'
        'compatibility_flags = ["python_workers"]\n',
        "src/main.py": "",
        "python_modules/anyio-4.0.0.dist-info/entry_points.txt": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert codes(deployed(version, tmp_path, outside=tmp_path)) == ([] if version == "4.164.0" else ["EW701"])


def test_python_modules_in_the_module_root(tmp_path: Path) -> None:
    (tmp_path / "src" / "python_modules").mkdir(parents=True)
    (tmp_path / "src" / "main.py").touch()
    (tmp_path / "wrangler.toml").write_text(
        'main = "src/main.py"\ncompatibility_date = "2026-10-01"\ncompatibility_flags = ["python_workers"]\n'
        'name = "t"\n'
    )
    assert codes(deployed("4.164.0", tmp_path, outside=tmp_path)) == ["EW708"]


def test_uv_finds_no_wheel() -> None:
    uv = Path(sys.executable).parent / "uv"
    done = subprocess.run(
        [
            str(uv),
            "pip",
            "compile",
            "-",
            "--no-build",
            "--python-platform",
            "wasm32-pyodide2025",
            "--python-version",
            "3.13",
        ],
        input="litellm>=1.77\n",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"UV_PYTHON_DOWNLOADS": "never"},
        text=True,
        check=False,
    )
    assert done.returncode
    assert codes(done.stdout) == ["EW709"], done.stdout[-2000:]


def test_pyodide_misses_the_prefix(before: Path) -> None:
    script = f"""
import {{ loadPyodide }} from {str(tools.pyodide("314.0.7") / "pyodide.mjs")!r};
const python = await loadPyodide();
python.FS.mkdirTree("/session/metadata");
python.FS.mount(python.FS.filesystems.NODEFS, {{ root: {str(before / "src")!r} }}, "/session/metadata");
try {{ python.runPython("import sys; sys.path.append('/session/metadata')\\nimport main"); }}
catch (error) {{ console.error(error.message); process.exitCode = 1; }}
"""
    done = subprocess.run(
        [str(tools.node()), "--input-type=module", "-e", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode
    assert codes(done.stdout) == ["EW704"], done.stdout[-2000:]


@pytest.mark.usefixtures("before")
def test_workerd_misses_the_prefix(tmp_path: Path) -> None:
    (tmp_path / "config.capnp").write_text(
        'using Workerd = import "/workerd/workerd.capnp";\n'
        'const config :Workerd.Config = (services = [(name = "main", worker = (\n'
        '  modules = [(name = "main.py", pythonModule = embed "backend/src/main.py")],\n'
        '  compatibilityDate = "2024-10-01", compatibilityFlags = ["python_workers"]))]);\n'
    )
    done = subprocess.run(
        [str(tools.workerd()), "test", "config.capnp"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode
    assert codes(done.stdout) == ["EW704"], done.stdout[-2000:]
