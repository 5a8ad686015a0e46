"""`edgewheel preflight` on Workers that wrangler uploads as they stand, without a wheel or a staging folder."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

import pytest
from tests import projects

from edgewheel.cli import main
from edgewheel.commands import preflight_steps
from edgewheel.repository.discovery import find_one

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = (
    'name = "w"\nmain = "src/entry.py"\ncompatibility_date = "2026-01-01"\ncompatibility_flags = ["python_workers"]\n'
)
PROJECT = '[project]\nname = "w"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = ["fastapi"]\n'
ENTRY = "import fastapi\nfrom workers import WorkerEntrypoint\n\n\nclass Default(WorkerEntrypoint):\n    pass\n"
FLAT = {"wrangler.toml": CONFIG, "pyproject.toml": PROJECT, "src/entry.py": ENTRY}


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "wrangler uploads `src/` as it is"),
        ({"wrangler.toml": CONFIG.replace("src/", ""), "entry.py": ENTRY}, "wrangler uploads this folder as it is"),
        ({"pyproject.toml": f'{PROJECT}[build-system]\nrequires = ["hatchling"]\n'}, "wrangler uploads `src/`"),
        ({"pyproject.toml": f'{PROJECT}[build-system]\nrequires = ["edgewheel"]\n'}, ""),
        ({"pyproject.toml": f'{PROJECT}[tool.edgewheel]\nentry = "src/entry.py"\n'}, ""),
        ({"wrangler.toml": CONFIG.replace("src/entry.py", "build/worker/worker.py")}, ""),
    ],
)
def test_what_is_deployed_without_a_wheel(tmp_path: Path, files: dict[str, str], words: str) -> None:
    projects.write(tmp_path, FLAT | files)
    found = preflight_steps.flat(find_one(str(tmp_path)))
    assert found.startswith(words)
    assert bool(found) is bool(words)


def test_its_wheel_is_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    projects.write(tmp_path, FLAT)
    monkeypatch.setenv("PATH", "")  # no Node: Pyodide would be fetched
    vendored(tmp_path)
    assert main(["preflight", str(tmp_path), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    steps = {each["step"]: each["result"] for each in told["steps"]}
    assert [name for name, result in steps.items() if result == "passed"] == ["check", "bundle", "prove"]
    assert set(steps.values()) == {"passed", "skipped"}
    assert (told["verdict"], told["ready"], told["unproven"]) == ("ready to deploy", True, [])


def vendored(folder: Path) -> None:
    info = "python_modules/fastapi-1.0.dist-info"
    files = {
        "python_modules/fastapi/__init__.py": "",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: fastapi\nVersion: 1.0\n",
        f"{info}/RECORD": "fastapi/__init__.py,,\n",
    }
    projects.write(folder, files)


def test_a_fresh_checkout_is_not_proven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    projects.write(tmp_path, FLAT)
    monkeypatch.setenv("PATH", "")
    monkeypatch.chdir(tmp_path)
    assert main(["preflight"]) == 1
    assert capsys.readouterr().out.endswith(
        "not proven: `fastapi` is not vendored, so size and start were judged without it\n"
        "    next: uv add --dev workers-py && uv run pywrangler sync\n"
    )
    assert main(["preflight", "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["ready"], told["unproven"]) == ("not proven", False, ["fastapi"])
    assert told["workers"][0]["next"] == "uv add --dev workers-py && uv run pywrangler sync"
    assert main(["preflight", "--format", "markdown"]) == 1
    assert "Next: `uv add --dev workers-py && uv run pywrangler sync`" in capsys.readouterr().out
    project = f'{PROJECT}[dependency-groups]\ndev = ["workers-py"]\n'
    projects.write(tmp_path, {"pyproject.toml": project})
    assert main(["preflight"]) == 1
    assert capsys.readouterr().out.endswith("    next: uv run pywrangler sync\n")


def test_what_did_not_come_with_a_vendored_package_is_not_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older anyio required sniffio; today's imports it where it is there."""
    projects.write(tmp_path, FLAT)
    vendored(tmp_path)
    info = "python_modules/anyio-4.16.0.dist-info"
    anyio = "try:\n    import sniffio\nexcept ImportError:\n    sniffio = None\n"
    projects.write(
        tmp_path,
        {
            "python_modules/fastapi/__init__.py": "import anyio\n",
            "python_modules/anyio/__init__.py": anyio,
            f"{info}/METADATA": "Metadata-Version: 2.1\nName: anyio\nVersion: 4.16.0\n",
            f"{info}/RECORD": "anyio/__init__.py,,\n",
        },
    )
    monkeypatch.setenv("PATH", "")
    assert main(["preflight", str(tmp_path)]) == 0


def test_sync_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    project = f'{PROJECT}[dependency-groups]\ndev = ["workers-py"]\n'
    projects.write(tmp_path, FLAT | {"pyproject.toml": project})
    tools = tmp_path.parent / "tools"
    tools.mkdir()
    script = 'test "$*" = "run pywrangler sync" || exit 3\n/bin/mkdir -p python_modules/fastapi\n'
    script += "> python_modules/fastapi/__init__.py\n"
    (tools / "uv").write_text(f"#!/bin/sh\n{script}")
    (tools / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    assert main(["preflight", str(tmp_path), "--sync", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert next((each["step"], each["result"]) for each in told["steps"]) == ("sync", "passed")
    assert told["verdict"] == "ready to deploy"
    (tools / "uv").write_text("#!/bin/sh\necho no network >&2\nexit 1\n")
    assert main(["preflight", str(tmp_path), "--sync"]) == 1
    assert "no network" in capsys.readouterr().out


def test_every_worker_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    projects.write(tmp_path / "a", FLAT)
    vendored(tmp_path / "a")
    projects.write(tmp_path / "b", FLAT | {"src/entry.py": "import nowhere\n" + ENTRY})
    projects.write(tmp_path / "c", FLAT)
    monkeypatch.setenv("PATH", "")
    monkeypatch.chdir(tmp_path)
    assert main(["preflight", "--reports", "reports"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line in {"a:", "b:", "c:"}] == ["a:", "b:", "c:"]
    assert lines[-1] == "3 Workers: 1 not ready, 1 not proven, 1 ready to deploy"
    told = json.loads((tmp_path / "reports" / "preflight.json").read_text("utf-8"))
    assert [(each["worker"], each["verdict"]) for each in told["workers"]] == [
        ("a", "ready to deploy"),
        ("b", "not ready"),
        ("c", "not proven"),
    ]
    assert (tmp_path / "reports" / "c" / "bundle.html").is_file()
    assert main(["preflight", "--env", "live"]) == 2


@pytest.mark.parametrize(("name", "declared"), [("fastapi", True), ("fastapi.responses", True), ("numpy", False)])
def test_what_the_deploy_vendors_first(tmp_path: Path, name: str, *, declared: bool) -> None:
    """A real runtime lacks it only until `pywrangler sync`."""
    projects.write(tmp_path, FLAT)
    job = preflight_steps.PreflightRun(str(tmp_path), "", "", argparse.Namespace(env=None))
    failure = {"error": "ModuleNotFoundError", "name": name}
    assert preflight_steps._is_to_be_vendored(job, failure) is declared
