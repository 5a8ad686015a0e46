"""The composite action: its steps run with the shell as a runner would run them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


def steps(tmp_path: Path, worker: Path, **inputs: str) -> tuple[int, str, dict[str, str]]:
    """Exit code of the first failing step, the job summary, and the outputs."""
    values = {name: each["default"] for name, each in ACTION["inputs"].items()} | {"path": str(worker)} | inputs
    summary, output = tmp_path / "summary.md", tmp_path / "output"
    summary.touch()
    output.touch()
    runner = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(output), "GITHUB_ACTION_PATH": str(ROOT)}
    for step in ACTION["runs"]["steps"]:
        env = {name: _filled(value, values, tmp_path) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
            env=os.environ | runner | env | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        if done.returncode:
            break
    outputs = dict(line.split("=", 1) for line in output.read_text("utf-8").splitlines())
    return done.returncode, summary.read_text("utf-8"), outputs


def _filled(text: str, inputs: dict[str, str], tmp_path: Path) -> str:
    for name, value in inputs.items():
        text = text.replace(f"${{{{ inputs.{name} }}}}", value)
    return text.replace("${{ runner.temp }}", str(tmp_path))


def test_no_input_is_pasted_into_a_script() -> None:
    assert not [step for step in ACTION["runs"]["steps"] if "${{" in step["run"]]


@pytest.mark.oracle
def test_a_good_worker(tmp_path: Path) -> None:
    worker = ROOT / "examples" / "forge" / "backend"
    code, summary, outputs = steps(tmp_path, worker, **{"max-size": "25 MiB", "vendor": "false"})
    assert (code, "Next: " in summary, outputs["verdict"]) == (1, True, "not proven"), summary  # a fresh checkout
    assert sorted(outputs) == ["duplicates", "report", "size", "verdict"]
    assert (int(outputs["size"]) > 1000, outputs["duplicates"]) == (True, "0")
    assert (Path(outputs["report"]) / "bundle.html").is_file()


@pytest.mark.oracle
def test_a_bad_worker(tmp_path: Path, forge_before: Path) -> None:
    worker = tmp_path / "worker; touch TRAP"
    shutil.copytree(forge_before / "backend", worker)
    code, summary, outputs = steps(tmp_path, worker, vendor="false")
    assert (code, "not ready to deploy" in summary) == (1, True), summary
    assert "report" in outputs
    assert not (tmp_path / "TRAP").exists()
